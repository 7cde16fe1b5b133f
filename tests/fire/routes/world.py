"""Three plants with all that happens in one, and everybody who may knock: here, beside (same region) and far (another region)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils.timezone import now

from battles.models import Battle, MatchingRun
from battles.states import BattleKind, BattleState, OfferState, RequestState, RunState
from epo.accounts.models import User
from epo.core.clock import today
from epo.places.models import Region
from factories.states import MemberRole
from tests import make

MARK = "reservado"
"""Stands in whatever is only for those who may see a plant; see `Place.mark`."""


@dataclass
class Place:
    """Rows of one plant by name, such as `place.report` or `place.draft` (a battle)."""

    name: str
    rows: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.rows[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def mark(self) -> str:
        return f"{MARK} {self.name}"


@dataclass
class World:
    places: dict[str, Place]
    users: dict[str, User | None]
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def here(self) -> Place:
        return self.places["here"]

    def let_in(self) -> None:
        """Who is no longer active keeps the session that there was."""
        for name, user in self.users.items():
            if user is not None:
                client = Client()
                client.force_login(user)
                self.sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def enter(self, actor: str) -> Client:
        """A browser of theirs that has been nowhere yet."""
        client = Client()
        if actor in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[actor]
        return client

    def put_photos(self) -> None:
        for place in self.places.values():
            for file in (place.photo.image, place.photo.small, place.certificate.scan):
                Path(file.path).parent.mkdir(parents=True, exist_ok=True)
                Path(file.path).write_bytes(b"\xff\xd8\xff")


def make_world() -> World:
    make.make_raw_intake()
    region, other = make.make_region("oriente"), make.make_region("occidente")
    places = {
        "here": make_place("here", region),
        "beside": make_place("beside", region),
        "far": make_place("far", other),
    }
    world = World(places, make_users(places["here"], region))
    world.let_in()
    world.put_photos()
    return world


def make_place(name: str, region: Region) -> Place:
    place = Place(name)
    home = make.make_municipality(region=region)
    contact = make.make_user(f"contact-{name}")
    factory = make.make_factory(municipality=home, contact=make.make_contact(user=contact))
    machine = make.make_machine(factory, name=f"{place.mark} horno")
    place.rows |= {
        "region": region, "home": home, "contact": contact, "factory": factory, "machine": machine,
        "line": make.make_line(factory), "label": make.make_label(machine), "decision": make.make_plant_decision(factory),
    }  # fmt: skip
    for role in ("person", "responsible", "asked", "left", "spare"):
        place.rows[role] = make.make_volunteer("welding", home=home, name=f"{role} {name}")
    _add_what_people_keep(place)
    _add_reports(place)
    _add_plan(place)
    _add_calls(place)
    _add_work(place)
    _add_end(place)
    return place


def _add_what_people_keep(place: Place) -> None:
    place.rows |= {
        "absence": make.make_absence(place.person, today() + timedelta(90)),
        "notice": make.make_notification(place.person.contact),
        "trade": make.make_trade(),
    }
    _add_who_joins(place)


def _add_who_joins(place: Place) -> None:
    """Two applications, somebody without an account yet, a paper to be checked, a level to be vouched for."""
    waiting = make.make_application(home=place.home)
    make.make_application_trade(waiting)
    asked = place.responsible.qualifications.get()
    place.rows |= {
        "application": waiting,
        "rejected": make.make_application(home=place.home, state="rejected", reason="vive lejos"),
        "newcomer": make.make_volunteer("welding", user=None, home=place.home, contact=make.make_contact()),
        "endorsement": make.make_endorsement(asked, place.person),
        "certificate": make.make_certificate(place.person, scan=f"certificates/{place.name}.jpg"),
    }


def _add_reports(place: Place) -> None:
    report = make.make_report(place.machine, text=f"{place.mark} texto", reporter=make.make_contact())
    answered = make.make_report(place.machine, state="answered", text=f"{place.mark} dicho", reason="apretar")
    files = {"image": f"photos/{place.name}.jpg", "small": f"photos/small/{place.name}.jpg"}
    request = make.make_request(place.machine, title=f"{place.mark} pedido")
    partly = make.make_request(place.machine, title=f"{place.mark} a medias", state=RequestState.PARTLY_REPAIRED)
    place.rows |= {
        "report": report, "answered": answered, "variant": make.make_report_variant(report),
        "talk": make.make_talk(
            place.machine, is_draft=True, label=place.label, contact=make.make_contact(), said={"text": [f"{place.mark} dicho"]}
        ),
        "photo": make.make_photo(report, state="ready", **files), "request": request, "partly": partly,
        "demand": make.make_demand(request), "need": make.make_need(request),
    }  # fmt: skip


def _battle(place: Place, name: str, **fields: Any) -> Battle:
    """With a seat and a request; what stands in the battle is named after it."""
    battle = make.make_battle(place.factory, title=f"{place.mark} {name}", **fields)
    is_on = battle.state == BattleState.UNDER_WAY
    state = RequestState.UNDER_REPAIR if is_on else RequestState.PLANNED
    request = make.make_request(place.machine, title=f"{place.mark} {name}", state=state)
    place.rows |= {
        name: battle, f"{name}_seat": make.make_seat(battle), f"{name}_request": request,
        f"{name}_link": make.make_battle_request(battle, request), f"{name}_need": make.make_need(request),
        f"{name}_demand": make.make_demand(request),
    }  # fmt: skip
    return battle


def _add_plan(place: Place) -> None:
    """A battle in the making, one without a date, and a run that planned both."""
    draft = _battle(place, "draft")
    make.make_agreement(draft)
    window = {"first_day": None, "earliest": today() + timedelta(10), "latest": today() + timedelta(30)}
    undated = _battle(place, "undated", **window, pinned_start=today() + timedelta(12))
    told = []
    for name in ("draft", "undated"):
        line = {"line": list(place.rows[f"{name}_seat"].line), "picks": [], "empty": None}
        told.append({"battle": place.rows[name].pk, "start": str(today() + timedelta(20)), "lines": [line]})
    run = make.make_matching_run(
        region=place.region, state=RunState.DONE, result={"battles": told, "people": 0}, cost=0, bound=0,
        started_at=now(), finished_at=now(), timings={"read": 0.1, "solve": 0.2, "write": 0.1},
    )  # fmt: skip
    going = make.make_seat(draft)
    offer = make.make_offer(going, place.person, OfferState.ACCEPTED)
    waiting = MatchingRun.objects.unfinished().filter(region=place.region).first()
    place.rows |= {
        "run": run, "waiting": waiting or make.make_matching_run(region=place.region),
        "pin": make.make_pin(undated, place.spare), "departure": make.make_departure(draft), "going": offer,
        "proposal": make.make_offer(place.draft_seat, make.make_volunteer("welding", home=place.home), OfferState.PROPOSED),
    }  # fmt: skip


def _add_calls(place: Place) -> None:
    """A battle for which people are asked: one has not answered, one has said yes."""
    first = today() + timedelta(40)
    asking = _battle(place, "asking", state=BattleState.ASKING, first_day=first)
    make.make_agreement(asking)
    seat = make.make_seat(asking)
    place.rows |= {
        "offer": make.make_offer(place.asking_seat, place.asked),
        "accepted": make.make_offer(seat, place.person, OfferState.ACCEPTED),
    }


def _add_work(place: Place) -> None:
    """A repair and a diagnosis under way, with the same crew on site."""
    for name, kind in (("field", BattleKind.REPAIR), ("visit", BattleKind.DIAGNOSIS)):
        battle = _battle(place, name, state=BattleState.UNDER_WAY, kind=kind, first_day=today())
        battle.responsible = place.responsible
        battle.save()
        make.make_agreement(battle)
        place.rows[f"{name}_offer"] = make.make_offer(place.rows[f"{name}_seat"], place.person, OfferState.ON_SITE)
        make.make_offer(make.make_seat(battle), place.responsible, OfferState.ON_SITE)
        make.make_offer(make.make_seat(battle), place.left, OfferState.LEFT, ended_at=now(), end_reason="enfermo")
    done = make.make_volunteer("welding", home=place.home, name=f"done {place.name}")
    place.rows["worked"] = make.make_offer(make.make_seat(place.field), done, OfferState.DONE, ended_at=now())
    place.rows["coming"] = make.make_offer(make.make_seat(place.field), place.spare, OfferState.ACCEPTED)
    place.rows["finding"] = make.make_finding(place.visit, machine=place.machine)
    photo = make.make_photo(place.report, state="ready", image=place.photo.image, small=place.photo.small)
    photo.report = None
    photo.save()
    place.rows["work_photo"] = make.make_work_photo(place.field, photo)
    place.rows["missed"] = make.make_missed_action(place.field, by=place.person.user)


def _add_end(place: Place) -> None:
    closed = _battle(place, "closed", state=BattleState.CLOSED, first_day=today() - timedelta(40))
    make.make_agreement(closed)
    result = make.make_line_result(closed, place.line, before=0, after=9)
    place.rows |= {
        "result": result,
        "correction": make.make_output_correction(result),
        "plant_link": make.make_plant_link(closed),
    }
    place.rows["follow_up"] = make.make_follow_up(closed, place.line, asked_at=now())


def make_users(here: Place, region: Region) -> dict[str, User | None]:
    """Who knocks. Those of a plant, a crew or a region are of `here`."""
    yesterday = today() - timedelta(days=1)
    users: dict[str, User | None] = {
        "anonymous": None,
        "nobody": make.make_user(),
        "crew": here.person.user,
        "responsible": here.responsible.user,
        "asked": here.asked.user,
        "left": here.left.user,
        "worker": make.make_membership(here.factory, role=MemberRole.WORKER).user,
        "manager": make.make_membership(here.factory, role=MemberRole.MANAGER).user,
        "contact": make.make_membership(here.factory, here.contact, role=MemberRole.DELEGATE).user,
        "region": make.make_coordinator(region),
        "nation": make.make_coordinator(),
        "administrator": User.objects.create_superuser("administrator", "secret-word"),
        "staff": make.make_user(is_staff=True),
        "former": make.make_coordinator_post(since=yesterday - timedelta(30), until=yesterday).user,
        "barred": make.make_coordinator(region, is_active=False),
        "barred administrator": User.objects.create_superuser("barred", "secret-word", is_active=False),
    }
    return users
