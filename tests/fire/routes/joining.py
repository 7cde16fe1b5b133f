"""Joining, invitations, endorsements, certificates."""

from __future__ import annotations

from uuid import uuid4

from tests.doors import CERTIFICATE, REASON
from tests.fire.routes.declared import (
    ANYONE,
    COORDINATORS,
    IN_CHARGE,
    VOLUNTEERS,
    Said,
    Who,
    form,
    get,
    post,
)
from tests.fire.routes.world import Place
from volunteers.links import invitation_path, peer_path

THEIRS = IN_CHARGE.and_here("crew")
MINE_ONLY = Who(frozenset({"crew"}), frozenset(), frozenset())
ACCOUNT = {"username": "nueva", "password1": "palabra-larga-7", "password2": "palabra-larga-7"}


def _application(_place: Place) -> Said:
    return {
        "id": str(uuid4()), "level-welding": 2, "name": "Ana", "phone": "0414-1234567", "consent": "on", "end": "1",
    }  # fmt: skip


def _place_and_trade(place: Place) -> Said:
    return {"municipality": place.home.code, "trade": place.trade.code}


def _invited(place: Place) -> list[str]:
    return invitation_path(place.newcomer).split("/")[-1:]


def _asked_by_link(place: Place) -> list[str]:
    return peer_path(place.spare.qualifications.earliest("pk")).split("/")[-1:]


def _paper(place: Place) -> Said:
    return CERTIFICATE | {"trade": place.trade.pk}


def _peer(place: Place) -> Said:
    return {"qualification": place.person.qualifications.earliest("pk").pk, "peer": place.responsible.pk}


ROUTES = (
    form("volunteers:join", ANYONE, query=_place_and_trade, said=_application),
    get("volunteers:joined", ANYONE),
    form("volunteers:invitation", ANYONE, _invited, said=lambda _: ACCOUNT),
    get("volunteers:account-ready", ANYONE),
    get("volunteers:applications", COORDINATORS),
    form("volunteers:application", IN_CHARGE, lambda p: (p.application.pk,)),
    post("volunteers:application-confirm", IN_CHARGE, lambda p: (p.application.pk,)),
    post("volunteers:application-reject", IN_CHARGE, lambda p: (p.application.pk,), said=lambda _: REASON),
    post("volunteers:application-reopen", IN_CHARGE, lambda p: (p.rejected.pk,)),
    post("volunteers:invite", IN_CHARGE, lambda p: (p.newcomer.pk,)),
    form("volunteers:endorsements", VOLUNTEERS, said=_peer),
    post("volunteers:endorsement-answer", MINE_ONLY, lambda p: (p.endorsement.pk,), said=lambda _: {"answer": "yes"}),
    form("volunteers:endorse-link", VOLUNTEERS, _asked_by_link, said=lambda _: {"level": 3}),
    form("volunteers:certificates", VOLUNTEERS, said=_paper),
    form("volunteers:certificates", THEIRS, lambda p: (p.person.pk,), said=_paper),
    get("volunteers:certificates-to-check", COORDINATORS),
    get("volunteers:certificate-scan", THEIRS, lambda p: (p.certificate.key,)),
    post("volunteers:certificate-confirm", IN_CHARGE, lambda p: (p.certificate.key,)),
    post("volunteers:certificate-refuse", IN_CHARGE, lambda p: (p.certificate.key,), said=lambda _: REASON),
)
