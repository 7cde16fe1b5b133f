"""Doors for programs: the access tokens of a person, and the private address of their calendar."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from epo.accounts.actions import tokens as actions
from epo.accounts.forms import TokenForm
from epo.accounts.models import AccessToken, CalendarKey
from epo.accounts.tokens import SCOPES
from epo.core.http import page, when_sure

if TYPE_CHECKING:
    from django.http import HttpResponse

    from epo.core.http import SignedInRequest

TEMPLATE = "accounts/tokens.html"


@never_cache
@require_safe
def tokens(request: SignedInRequest) -> HttpResponse:
    return _page(request, TokenForm())


def _page(request: SignedInRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    rows = AccessToken.objects.usable().filter(user=request.user)
    key = CalendarKey.objects.filter(user=request.user).first()
    calendar = settings.SITE_URL + reverse("battles:calendar", args=[key.key]) if key else ""
    context = {"form": form, "tokens": rows, "secret": secret, "calendar": calendar, "scopes": SCOPES}
    return page(request, TEMPLATE, context, status=status)


@never_cache
@require_POST
@when_sure
def make_token(request: SignedInRequest) -> HttpResponse:
    """The answer to the POST itself shows the secret: no address and no session ever holds it."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    _token, secret = actions.make_token(user=request.user, **form.cleaned_data)
    return _page(request, TokenForm(), secret=secret)


@require_POST
def revoke_token(request: SignedInRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(AccessToken.objects.filter(user=request.user), pk=pk)
    actions.revoke_token(token=token, by=request.user)
    messages.success(request, _("The token is of no use any more."))
    return redirect("accounts:tokens")


@require_POST
def new_calendar(request: SignedInRequest) -> HttpResponse:
    actions.new_calendar_key(user=request.user)
    messages.success(request, _("The calendar has its address. One from before leads nowhere now."))
    return redirect("accounts:tokens")


@require_POST
def drop_calendar(request: SignedInRequest) -> HttpResponse:
    actions.drop_calendar_key(user=request.user)
    messages.success(request, _("The calendar has no address any more."))
    return redirect("accounts:tokens")
