"""A new password without the old one: asked for by name, or by a link that a coordinator hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from epo.accounts import actions
from epo.accounts.forms import ForgottenForm, NewPasswordForm
from epo.accounts.guessing import seconds_until_forgotten
from epo.accounts.password_links import link_of
from epo.core.errors import Refused, TooMany

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from epo.accounts.models import PasswordLink


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """The same answer, after the same work, whether anybody has that name or not."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        name = form.cleaned_data["name"]
        if wait := seconds_until_forgotten(request, name):
            raise TooMany(wait)
        actions.ask_for_password_link(name=name)
        return redirect("accounts:forgotten-sent")
    return render(request, "accounts/forgotten.html", {"form": form})


@login_not_required
@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/forgotten_sent.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    link = link_of(token)
    if link is None or link.user is None:
        return _stale(request)
    form = NewPasswordForm(link.user, request.POST or None)
    if not form.is_valid():
        answer = render(request, "accounts/new_password.html", {"form": form, "person": link.user})
        answer["Referrer-Policy"] = "no-referrer"
        return answer
    return _choose(request, link, form.cleaned_data["new_password1"])


def _choose(request: HttpRequest, link: PasswordLink, password: str) -> HttpResponse:
    try:
        actions.choose_password(link=link, password=password)
    except Refused:
        return _stale(request)
    return render(request, "accounts/chosen.html")


def _stale(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/stale_link.html", status=404)
