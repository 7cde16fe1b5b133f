"""Front pages, accounts, notices, volunteers, reports from phones."""

from __future__ import annotations

from uuid import uuid4

from django.core import signing

from battles.links import offer_token, plan_path
from battles.reading_links import reading_path
from factories.views.report import KEPT_SALT
from tests.doors import NO, READING, day
from tests.fire.routes.declared import (
    ANYONE,
    COORDINATORS,
    IN_CHARGE,
    NOBODY,
    SIGNED_IN,
    VOLUNTEERS,
    WITH_PLANT,
    Said,
    Who,
    does,
    form,
    get,
    post,
)
from tests.fire.routes.joining import ROUTES as JOINING
from tests.fire.routes.world import Place

API_REPORT = {"condition": "stopped", "faults": [], "text": "no enciende"}
PASSWORDS = {"old_password": "secret-word", "new_password1": "palabra-larga-7", "new_password2": "palabra-larga-7"}
OFFICE = (
    get("healthz", ANYONE),
    get("readyz", ANYONE),
    get("home", ANYONE),
    get("about", ANYONE),
    get("service-worker", ANYONE),
    get("manifest", ANYONE),
    get("offline", ANYONE),
    get("factories:report-offline", ANYONE),
    post("set_language", ANYONE, said=lambda _: {"language": "en"}, writes=False),
    form("accounts:login", ANYONE, said=lambda _: {"username": "x", "password": "y"}, writes=False),
    post("accounts:logout", SIGNED_IN, writes=False),
    form("accounts:password", SIGNED_IN, said=lambda _: PASSWORDS),
    get("accounts:password-changed", SIGNED_IN),
    get("notifications:list", SIGNED_IN),
    form("notifications:wishes", SIGNED_IN, said=lambda _: {"email": "a@example.org", "language": "en"}, writes=False),
    post("notifications:sms", NOBODY, hides=True, writes=False),  # without a gateway there is no such door
    post("notifications:from-telegram", NOBODY, hides=True, writes=False),  # as above
    post("notifications:read-all", SIGNED_IN, writes=False),
    post(
        "notifications:read",
        Who(frozenset({"crew"}), frozenset(), frozenset()),
        lambda p: (p.notice.pk,),
    ),
)

PROFILE = {"max_km": 500, "max_days": 8, "brings": "máquina", "vehicle_places": 4, "is_adviser_only": ""}
CONTACT = {"phone": "0414-1234567", "email": "a@example.org", "birth_year": 1985}
ABSENCE = {"first_day": day(1), "last_day": day(5), "note": "estudio"}
THEIRS = IN_CHARGE.and_here("crew")
MINE_ONLY = Who(frozenset({"crew"}), frozenset(), frozenset())


def _profile(place: Place) -> Said:
    return PROFILE | {"home": place.home.pk}


def _trade(place: Place) -> Said:
    return {"trade": place.trade.pk, "level": 2}


def _person(place: Place) -> tuple[int]:
    return (place.person.pk,)


def _paused(_place: Place) -> Said:
    return {"to": "paused"}


VOLUNTEERS_PAGES = (
    get("volunteers:me", VOLUNTEERS),
    form("volunteers:profile", VOLUNTEERS, said=_profile),
    form("volunteers:contact", VOLUNTEERS, said=lambda _: CONTACT),
    post("volunteers:standing", VOLUNTEERS, said=_paused),
    form("volunteers:trades", VOLUNTEERS, said=_trade),
    post("volunteers:remove-trade", VOLUNTEERS, lambda _: ("welding",)),
    form("volunteers:absences", VOLUNTEERS, said=lambda _: ABSENCE),
    post("volunteers:remove-absence", MINE_ONLY, lambda p: (p.absence.pk,)),
    get("volunteers:list", COORDINATORS),
    form(
        "volunteers:volunteer", COORDINATORS, _person,
        said=lambda p: {"trade": p.trade.pk, "level": 3, "basis": "certified", "valid_until": day(300)},
    ),
    form("volunteers:profile", THEIRS, _person, said=_profile),
    form("volunteers:contact", THEIRS, _person, said=lambda _: CONTACT),
    post("volunteers:standing", THEIRS, _person, said=_paused),
    form("volunteers:trades", THEIRS, _person, said=_trade),
    post("volunteers:remove-trade", THEIRS, lambda p: (p.person.pk, "welding")),
    form("volunteers:absences", THEIRS, _person, said=lambda _: ABSENCE),
    post("volunteers:remove-absence", THEIRS, _person, within=lambda p: (p.absence.pk,)),
    *JOINING,
)  # fmt: skip


def _new_report(_place: Place) -> Said:
    return {"id": str(uuid4()), "condition": "stopped", "text": "no enciende", "end": "1"}


def _kept(place: Place) -> tuple[str]:
    return (signing.dumps({"number": place.report.number, "draft": "x"}, salt=KEPT_SALT),)


# Whoever holds a link or stands before a label may use it: these say nothing of who asks.
LINKS = (
    form("factories:report", ANYONE, lambda p: (p.label.token,), said=_new_report),
    form(
        "factories:report-anywhere", ANYONE, query=lambda p: {"factory": p.factory.pk, "machine": p.machine.pk},
        said=_new_report, own=["?machine"],
    ),
    get("factories:kept", ANYONE, _kept),
    get("battles:report-status", ANYONE, lambda p: (p.report.status_token,)),
    post("battles:report-again", ANYONE, lambda p: (p.answered.status_token,), said=lambda _: {"text": "volvió"}),
    form("battles:offer-link", ANYONE, lambda p: (offer_token(p.offer),), said=lambda _: NO),
    get("battles:plan-link", ANYONE, lambda p: plan_path(p.accepted).split("/")[-1:]),
    form("battles:reading-link", ANYONE, lambda p: reading_path(p.follow_up).split("/")[-1:], said=lambda _: READING),
    get("factories:photo", WITH_PLANT, lambda p: (p.photo.pk, "small"), hides=True),
    get(
        "factories:photo (with the reporter's link)", ANYONE, lambda p: (p.photo.pk, "small"),
        query=lambda p: {"t": p.report.status_token},
    ),
    form("factories:labels", WITH_PLANT, lambda p: (p.factory.pk,)),
    does("api:report", {"PUT": ANYONE}, lambda _: (uuid4(),), said=lambda p: API_REPORT | {"label": p.label.token}),
    does("api:photo", {"PUT": ANYONE}, lambda p: (p.report.pk, uuid4())),
)  # fmt: skip
ROUTES = (*OFFICE, *VOLUNTEERS_PAGES, *LINKS)
