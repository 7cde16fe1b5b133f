"""Calendars by their private address, which stands for its person; no session is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from battles.calendars import calendar_of, calendar_of_battle
from battles.models import Battle
from epo.accounts.models import CalendarKey

if TYPE_CHECKING:
    from django.http import HttpRequest

    from epo.accounts.models import User

KIND = "text/calendar; charset=utf-8"


def _owner(token: str) -> User:
    keys = CalendarKey.objects.filter(user__is_active=True).select_related("user")
    return get_object_or_404(keys, key=token).user


@login_not_required
@require_safe
def calendar(_request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(calendar_of(_owner(token)), content_type=KIND)


@login_not_required
@require_safe
def battle_calendar(_request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """One battle, for who may see it."""
    user = _owner(token)
    battle = get_object_or_404(Battle.objects.visible_to(user).select_related("factory__municipality__state"), pk=pk)
    return HttpResponse(calendar_of_battle(battle), content_type=KIND)
