"""One battle with everybody who has to do with it, their contact details marked, and every address that names a row of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from django.core import signing
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.timezone import now

from battles import links
from battles.models import Battle, MatchingRun, Offer, Seat
from battles.plant_links import plant_path
from battles.reading_links import reading_path
from battles.states import HOLDS_SEAT, BattleKind, BattleState, OfferState, RequestState, RunState
from epo.accounts.models import User
from epo.accounts.password_links import token_of
from epo.contacts.models import Contact
from epo.core.clock import today
from epo.places.models import Region
from factories.models import Factory
from factories.states import MemberRole, ReportState
from tests import make
from volunteers.links import invitation_path, peer_path
from volunteers.models import Volunteer

B, F = BattleState, OfferState
BEFORE = (B.DRAFT, B.ASKING, B.READY)
CELLS: dict[OfferState, tuple[BattleState, ...]] = {
    F.PROPOSED: BEFORE,
    F.ASKED: (B.ASKING, B.READY, B.UNDER_WAY),
    F.ACCEPTED: (B.ASKING, B.READY, B.UNDER_WAY),
    F.ON_SITE: (B.READY, B.UNDER_WAY, B.CLOSED),
    F.DONE: (B.UNDER_WAY, B.CLOSED, B.CALLED_OFF),
    F.DROPPED: tuple(B),
    F.DECLINED: tuple(B),
    F.EXPIRED: tuple(B),
    F.WITHDRAWN: tuple(B),
    F.RELEASED: tuple(B),
    F.LEFT: (B.UNDER_WAY, B.CLOSED, B.CALLED_OFF),
}
"""Every state of an offer with the states of a battle beside which it can stand."""

CREW_IS: dict[BattleState, OfferState] = {
    B.DRAFT: F.WITHDRAWN,
    B.ASKING: F.ACCEPTED,
    B.READY: F.ACCEPTED,
    B.UNDER_WAY: F.ON_SITE,
    B.CLOSED: F.DONE,
    B.CALLED_OFF: F.WITHDRAWN,
}
"""What the others of the crew are meanwhile."""

NAME, PHONE, EMAIL, ADDRESS, EMERGENCY = FIELDS = "name", "phone", "e-mail", "address", "emergency contact"
BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-().](?=\d)")


class Mark(NamedTuple):
    """A field of a person, and what shows that it was given away. Digits are looked for however they are written."""

    whose: str
    field: str
    text: str


def marked(who: str, n: int, **more: Any) -> tuple[Contact, list[Mark]]:
    contact = make.make_contact(
        name=f"{who.title()} Canaria", phone=f"+58412700{n:04}", email=f"{who}.canaria@example.org",
        address=f"Calle Canario {who}", emergency_name=f"Emilia de {who.title()}", emergency_phone=f"+58414800{n:04}",
        birth_year=1980, **more,
    )  # fmt: skip
    texts = {
        NAME: (contact.name,),
        PHONE: (contact.phone[3:],),
        EMAIL: (contact.email,),
        ADDRESS: (contact.address,),
        EMERGENCY: (contact.emergency_name, contact.emergency_phone[3:]),
    }
    return contact, [Mark(who, field, text) for field, those in texts.items() for text in those]


@dataclass
class Scene:
    battle: Battle
    offer: Offer
    actors: dict[str, User | None]
    marks: list[Mark]
    rows: dict[str, Any]
    """What stands in an address for `segment/<converter:name>`: by the segment a key, or by the whole a text."""

    def shown_in(self, text: str) -> set[tuple[str, str]]:
        plain = BETWEEN_DIGITS.sub("", text)
        return {(mark.whose, mark.field) for mark in self.marks if mark.text in plain or mark.text in text}

    def address(self, route: str) -> str:
        """A KeyError says that a new address names a row that stands in none of `_rows` below."""
        return "/" + re.sub(r"(?:([\w-]+)/)?<[^>]+>", self._filled, route)

    def _filled(self, found: re.Match[str]) -> str:
        return str(self.rows[found[0]] if found[0] in self.rows else f"{found[1]}/{self.rows[found[1]]}")


def routes() -> list[str]:
    """All but the administration's and what it brings along."""
    return [route for route in _routes(get_resolver()) if not route.startswith("admin/")]


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


def scene(state: OfferState, battle_state: BattleState) -> Scene:
    """Vera, of the west, has an offer in `state` for a battle in the east."""
    east, west, north = (make.make_region(name) for name in ("east", "west", "north"))
    plant_contact, of_plant = marked("plant", 2, user=make.make_user("plant"))
    plant = make.make_factory(municipality=make.make_municipality(region=east), contact=plant_contact)
    battle = _battle(plant, battle_state)
    vera, of_vera = _volunteer("vera", 1, west)
    crew = {name: _crew_member(battle, name, n) for n, name in enumerate(("responsible", "crew"), start=10)}
    battle.responsible = crew["responsible"]
    battle.save()
    asked, _marks = _volunteer("asked", 12, make.make_region("south"))
    make.make_offer(make.make_seat(battle), asked, state=F.ASKED)
    seat = make.make_seat(battle)
    run = _run(east)
    offer = make.make_offer(seat, vera, state=state, run=run, **_ended(state))
    delegate, manager = make.make_user("delegate"), make.make_user("manager")
    make.make_membership(plant, delegate, role=MemberRole.DELEGATE)
    make.make_membership(plant, manager, role=MemberRole.MANAGER)
    reporter, of_reporter = marked("reporter", 3)
    outsider, _marks = _volunteer("outsider", 13, north)
    actors: dict[str, User | None] = {
        "oneself": vera.user,
        "outsider": outsider.user,
        "asked": asked.user,
        "crew": crew["crew"].user,
        "responsible": crew["responsible"].user,
        "plant's contact": plant_contact.user,
        "delegate": delegate,
        "manager": manager,
        "battle's region": make.make_coordinator(east, username="east"),
        "home region": make.make_coordinator(west, username="west"),
        "other region": make.make_coordinator(north, username="north"),
        "nation": make.make_coordinator(username="nation"),
        "administrator": make.make_user("admin", is_staff=True, is_superuser=True),
        "nobody": None,
    }
    marks = of_vera + of_plant + of_reporter
    return Scene(battle, offer, actors, marks, _rows(battle, offer, seat, run, reporter))


def _volunteer(name: str, n: int, region: Region) -> tuple[Volunteer, list[Mark]]:
    user = make.make_user(name, name=f"{name.title()} Canaria")
    contact, marks = marked(name, n, user=user)
    home = make.make_municipality(region=region)
    return make.make_volunteer("welding", name=contact.name, user=user, contact=contact, home=home), marks


def _crew_member(battle: Battle, name: str, n: int) -> Volunteer:
    volunteer, _marks = _volunteer(name, n, make.make_region("south"))
    state = CREW_IS[BattleState(battle.state)]
    make.make_offer(make.make_seat(battle), volunteer, state=state, **_ended(state))
    return volunteer


def _run(region: Region) -> MatchingRun:
    return make.make_matching_run(
        state=RunState.DONE, region=region, started_at=now(), finished_at=now(), status="optimal", cost=1.0, bound=1.0,
        result={"battles": []}, progress={"cost": 1.0, "bound": 1.0},
    )  # fmt: skip


def _ended(state: OfferState) -> dict[str, Any]:
    is_over = state in (F.DONE, F.DECLINED, F.EXPIRED, F.WITHDRAWN, F.RELEASED, F.LEFT, F.DROPPED)
    return {"ended_at": now()} if is_over else {}


def _battle(plant: Factory, state: BattleState) -> Battle:
    first = today() - timedelta(days=2) if state in (B.UNDER_WAY, B.CLOSED) else today() + timedelta(days=20)
    return make.make_battle(plant, state=state, first_day=first)


def _rows(battle: Battle, offer: Offer, seat: Seat, run: MatchingRun, reporter: Contact) -> dict[str, Any]:
    plant, vera = battle.factory, offer.volunteer
    machine = make.make_machine(plant)
    label, line = make.make_label(machine), make.make_line(plant)
    report = make.make_report(machine, reporter=reporter, state=ReportState.REQUESTED)
    request = make.make_request(machine, state=RequestState.PLANNED)
    make.make_request_report(request, report)
    link = make.make_battle_request(battle, request)
    demand, need = make.make_demand(request), make.make_need(request)
    departure = make.make_departure(battle, driver=vera if offer.state in HOLDS_SEAT else None)
    make.make_agreement(battle, may_publish=True)
    make.make_diary_entry(battle)
    correction = make.make_output_correction(make.make_line_result(battle, before=0, after=14))
    follow_up = make.make_follow_up(battle, line, asked_at=now())
    result = make.make_line_result(battle, line, before=0, after=9)
    diagnosis = make.make_battle(plant, kind=BattleKind.DIAGNOSIS)
    make.make_finding(diagnosis)
    absence = make.make_absence(vera)
    note = make.make_notification(vera.contact, kind="offer.asked", context={"offer": offer.pk})
    application, certificate = make.make_application(home=vera.home), make.make_certificate(vera)
    endorsement = make.make_endorsement(make.make_qualification(trade=make.make_trade("boilers")), vera)
    newcomer = make.make_volunteer(user=None, contact=make.make_contact(), home=vera.home)
    key = make.make_calendar_key(vera.user).key
    shown = make.make_work_photo(battle)
    missed = make.make_missed_action(battle, by=vera.user)
    kept = signing.dumps({"number": report.number}, salt="factories.kept")
    by_key = {
        "batallas": battle, "battles": battle, "mis-batallas": battle, "convocatorias": offer, "offers": offer,
        "cuadrilla": offer, "puestos": seat, "falta": need, "faltas": need, "demanda": demand, "demandas": demand,
        "demands": demand, "needs": need, "solicitudes": request, "requests": request, "salidas": departure,
        "correcciones": correction, "corrections": correction, "lecturas": follow_up, "follow-ups": follow_up,
        "seats": seat, "departures": departure, "crew": offer, "plants": plant, "machines": machine, "labels": label,
        "applications": application, "endorsements": endorsement,
        "propuestas": run, "runs": run, "plantas": plant, "etiquetas": plant, "maquinas": machine,
        "mesa": report, "reportes": report, "reports": report, "variantes": make.make_report_variant(report),
        "ilegibles": make.make_raw_intake(), "mensajes": make.make_talk(), "fotos": make.make_photo(report),
        "voluntarios": vera, "volunteers": vera,
        "sin-red": missed, "fotos-de-trabajo": shown, "postulaciones": application, "avales": endorsement, "trabajo": offer,
        "pins": vera, "ausencias": absence, "absences": absence, "avisos": note,
        "llaves": make.make_access_token(vera.user),
        "cuentas": vera.user, "sesiones": make.make_open_session(vera.user),
    }  # fmt: skip
    return {name: row.pk for name, row in by_key.items()} | {
        "solicitudes/<int:link>": f"solicitudes/{link.pk}",
        "nueva/<str:token>": f"nueva/{token_of(make.make_password_link(vera.user))}",
        "c/<str:token>": f"c/{links.offer_token(offer)}",
        "calendario/<str:token>": f"calendario/{key}",
        "otra-vez/<str:kind>": "otra-vez/notification",
        "<slug:pk>": note.pk,
        "<slug:kind>": "csv",
        "<int:label>": label.pk,
        "logros/<slug:what>": "logros/jornadas",
        "p/<str:token>": links.plan_path(offer)[1:],
        "planta/<str:token>": plant_path(make.make_plant_link(battle))[1:],
        "produccion/<int:result>": f"produccion/{result.pk}",
        "output/<int:result>": f"output/{result.pk}",
        "enlaces/<int:link>": f"enlaces/{make.make_plant_link(battle).pk}",
        "etiquetas/<int:pk>/<int:label>": f"etiquetas/{plant.pk}/{label.pk}",
        "lectura/<str:token>": reading_path(follow_up)[1:],
        "s/<str:token>": f"s/{report.status_token}",
        "r/<str:token>": f"r/{label.token}",
        "anotado/<str:signed>": f"anotado/{kept}",
        "oficios/<slug:code>": "oficios/welding",
        "trades/<slug:code>": "trades/welding",
        "photos/<uuid:photo>": f"photos/{uuid4()}",
        "<slug:size>": "small",
        "certificados": certificate.key,
        "certificates": certificate.key,
        "invitacion/<str:token>": invitation_path(newcomer)[len("/voluntariado/") :],
        "avales/<str:token>": peer_path(endorsement.volunteer.qualifications.get())[1:],
    }
