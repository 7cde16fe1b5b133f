"""People whose contact details can be told from all others, and a search for them through every table."""

from __future__ import annotations

from typing import Any

PASSWORD = "epo-fire-2026"  # noqa: S105 -- a database of its own


def people(count: int) -> dict[str, Any]:
    """A battle in the east that asks `count` volunteers of the west; its responsible, its coordinators, a label, and what
    must not be found.
    """
    from battles.links import offer_path
    from battles.states import BattleState, OfferState
    from tests import make

    east, west = make.make_region("east"), make.make_region("west")
    make.make_coordinator(username="rosa", password=PASSWORD)
    make.make_user(username="root", password=PASSWORD, is_staff=True, is_superuser=True)
    manager = make.make_user(username="gerente", password=PASSWORD)
    plant_contact, marks = _contact("plant", 9000)
    plant = make.make_factory(region=east, run_by=manager, contact=plant_contact)
    machine = make.make_machine(plant)
    battle = make.make_battle(plant, state=BattleState.ASKING)
    make.make_battle_request(battle, make.make_request(machine, state="planned"))
    make.make_agreement(battle)
    home = make.make_municipality(region=west)
    user = make.make_user(username="responsable", password=PASSWORD)
    responsible = make.make_volunteer("welding", user=user, home=home)
    make.make_offer(make.make_seat(battle), responsible, state=OfferState.ACCEPTED)
    battle.responsible = responsible
    battle.save()
    offers = []
    for n in range(count):
        contact, more = _contact("volunteer", n)
        volunteer = make.make_volunteer("welding", name=contact.name, user=None, contact=contact, home=home)
        offer = make.make_offer(make.make_seat(battle), volunteer)
        make.make_seat(battle)
        offers.append(
            {"pk": offer.pk, "volunteer": volunteer.pk, "link": offer_path(offer), "phone": contact.phone[3:]}
        )
        marks += more
    make.make_seat(make.make_battle(plant))  # for a run to fill
    report = make.make_report(machine)
    return {
        "label": make.make_label(machine).token, "battle": battle.pk, "offers": offers, "marks": marks,
        "report": str(report.pk), "contact": plant_contact.pk,
    }  # fmt: skip


def _contact(who: str, n: int) -> tuple[Any, list[str]]:
    from tests import make

    contact = make.make_contact(
        name=f"Canaria {who} Enene{n}q", phone=f"+58416555{n:04}", email=f"{who}{n}@canary.example",
        address=f"Calle Canario {who} {n}q", emergency_name=f"Emilia Urgente {who}{n}q", emergency_phone=f"+58426555{n:04}",
        birth_year=1980,
    )  # fmt: skip
    return contact, [
        contact.name, contact.phone[3:], contact.email, contact.address, contact.emergency_name, contact.emergency_phone[3:],
    ]  # fmt: skip


def search(marks: list[str]) -> dict[str, int]:
    """Where they stand: how many rows of each table.column hold one. Sessions are read as they are meant."""
    from django.db import connection

    from bench.fire.traces import Marks
    from epo.accounts.models import OpenSession
    from epo.accounts.sessions import SessionStore

    known, found = Marks(marks), dict[str, int]()
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- names of our own tables
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = (
                        bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                    )
                    if known.in_text(text):
                        found[f"{table}.{column}"] = found.get(f"{table}.{column}", 0) + 1
    said = [str(SessionStore().decode(session.data)) for session in OpenSession.objects.all()]
    if hits := sum(bool(known.in_text(text)) for text in said):
        found["accounts_opensession"] = hits
    return found
