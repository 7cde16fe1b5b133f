"""Signing in, one's own account, and coordinators who help others with theirs."""

from __future__ import annotations

from epo.accounts.models import CalendarKey, PasswordLink
from epo.accounts.password_links import token_of
from tests import make
from tests.fire.routes.declared import (
    ADMINISTRATOR,
    ANYONE,
    COORDINATORS,
    IN_CHARGE,
    SIGNED_IN,
    Said,
    Who,
    form,
    get,
    post,
)
from tests.fire.routes.world import Place

ONLY_THEIRS = Who(frozenset({"crew"}), frozenset(), frozenset())
NEW = {"new_password1": "palabra-larga-7", "new_password2": "palabra-larga-7"}


def _link(place: Place) -> tuple[str]:
    """Of somebody to whom nothing else in these routes happens."""
    user = place.contact
    return (token_of(PasswordLink.objects.filter(user=user).first() or make.make_password_link(user)),)


def _session(place: Place) -> tuple[int]:
    user = place.person.user
    return ((user.sessions.filter(data="").first() or make.make_open_session(user)).pk,)


def _user(place: Place) -> tuple[int]:
    return (place.person.user_id,)


def _token(place: Place) -> tuple[int]:
    return (make.make_access_token(place.person.user).pk,)


def _calendar(place: Place) -> tuple[str]:
    """The address is the whole authority."""
    user = place.person.user
    return ((CalendarKey.objects.filter(user=user).first() or make.make_calendar_key(user)).key,)


def _reason(_place: Place) -> Said:
    return {"reason": "perdió el teléfono"}


ROUTES = (
    form("accounts:code", SIGNED_IN, said=lambda _: {"code": "000000"}, writes=False),
    form("accounts:factor", SIGNED_IN, said=lambda _: {"code": "000000", "offered": "x"}, writes=False),
    form("accounts:forgotten", ANYONE, said=lambda _: {"name": "nobody"}),
    get("accounts:forgotten-sent", ANYONE),
    form("accounts:new-password", ANYONE, _link, said=lambda _: NEW),
    get("accounts:account", SIGNED_IN),
    form("accounts:confirm", SIGNED_IN, said=lambda _: {"password": "secret-word", "code": "000000"}, writes=False),
    post("accounts:recovery", SIGNED_IN, writes=False),
    post("accounts:factor-remove", SIGNED_IN, writes=False),
    post("accounts:session-end", ONLY_THEIRS, _session),
    post("accounts:sign-out-everywhere", SIGNED_IN),
    get("accounts:tokens", SIGNED_IN),
    post("accounts:token-make", SIGNED_IN, said=lambda _: {"name": "x", "scopes": ["read"], "days": 30}),
    post("accounts:token-revoke", ONLY_THEIRS, _token),
    post("accounts:calendar-new", SIGNED_IN),
    post("accounts:calendar-drop", SIGNED_IN, writes=False),
    get("battles:calendar", ANYONE, _calendar),
    get("battles:battle-calendar", ANYONE, lambda p: (*_calendar(p), p.field_offer.battle_id)),
    get("api-schema", ANYONE),
    get("api-docs", ANYONE),
    get("accounts:people", COORDINATORS),
    get("accounts:person", IN_CHARGE, _user),
    post("accounts:person-link", IN_CHARGE, _user),
    post("accounts:person-sign-out", IN_CHARGE, _user),
    post("accounts:person-factor", ADMINISTRATOR, _user, said=_reason, writes=False),
)
