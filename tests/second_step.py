"""Signing in with both steps, and what a phone would show."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.test import Client

from epo.accounts import factor as numbers
from epo.accounts import standing
from epo.accounts.models import Factor, User

first_step_only = Client.force_login
"""The password was right, and nothing more."""


def sign_in(client: Client, user: User, backend: str | None = None) -> None:
    """As if `user` had typed the password and, where it is asked of them, the code."""
    first_step_only(client, user, backend)
    person = User.objects.with_standing().get(pk=user.pk)
    if standing.needs_second_step(person):
        did_second_step(client, standing.factor_of(person) or add_factor(person))


def add_factor(user: User) -> Factor:
    return Factor.objects.create(user=user, seed=numbers.new_seed())


def did_second_step(client: Client, factor: Factor) -> None:
    session = session_of(client)
    session[standing.SECOND_STEP] = factor.pk
    session.save()


def session_of(client: Client) -> Any:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return store(client.cookies[settings.SESSION_COOKIE_NAME].value)


def code_now(factor: Factor, later: int = 0) -> str:
    """What the phone shows, or will show `later` half minutes from now."""
    return numbers.code_at(factor.seed, numbers.step_now() + later)
