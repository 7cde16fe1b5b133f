"""Joining without an account: where one lives, which trades, how good and how to reach one. No script, three short pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from epo.core import say
from epo.core.addresses import sender_of
from epo.core.errors import TooMany
from epo.core.text import fold
from epo.places.models import Municipality, State
from volunteers import actions
from volunteers.forms.joining import ApplicationForm, PlaceSearchForm, TradesForm
from volunteers.models import Trade
from volunteers.reference import popularity

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOST_SHOWN = 20
COMMON = 16
"""Trades that stand at the head of the list."""
FORM = "volunteers/joining/form.html"


# Whoever applies has no rights that a forged request could borrow; see factories/views/report.py.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    asked = PlaceSearchForm(request.GET)
    said = asked.cleaned_data if asked.is_valid() else {}
    home = _by_code(Municipality.objects.select_related("state"), said.get("municipality", ""))
    if home is None:
        return render(request, "volunteers/joining/place.html", _places(said))
    trades = list(Trade.objects.filter(code__in=_plain(request.GET.getlist("trade"))))
    chosen = TradesForm(request.GET if "trade" in request.GET or "next" in request.GET else None, choices=_choices())
    if not chosen.is_valid() or not trades:
        return render(request, "volunteers/joining/trades.html", {"home": home, "form": chosen})
    if request.method != "POST":
        return _page(request, ApplicationForm(home=home, trades=trades))
    return _receive(request, ApplicationForm(request.POST, home=home, trades=trades))


def _by_code(rows: Any, code: str) -> Any:
    return rows.filter(code=code).first() if code else None


def _plain(codes: list[str]) -> list[str]:
    return [code.replace("\x00", "") for code in codes]


def _places(said: dict[str, Any]) -> dict[str, Any]:
    state = _by_code(State.objects.all(), said.get("state", ""))
    words = fold(said.get("q", ""))
    found = Municipality.objects.select_related("state").order_by("folded", "state__folded")
    for word in words.split():
        found = found.filter(folded__contains=word)
    listed = list(found[: MOST_SHOWN + 1]) if words else []
    return {
        "q": said.get("q", ""),
        "state": state,
        "states": [] if state else State.objects.all(),
        "municipalities": state.municipalities.all() if state else [],
        "found": listed[:MOST_SHOWN],
        "has_more": len(listed) > MOST_SHOWN,
        "is_searching": bool(words),
    }


@cache
def _commonness() -> dict[str, int]:
    return popularity()


def _choices() -> list[tuple[str, str]]:
    """The common ones first, the others by name."""
    rows = list(Trade.objects.all())
    common = sorted(rows, key=lambda trade: -_commonness().get(trade.code, 0))[:COMMON]
    others = sorted((trade for trade in rows if trade not in common), key=lambda trade: fold(trade.name))
    return [(trade.code, trade.name) for trade in [*common, *others]]


def _page(request: HttpRequest, form: ApplicationForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, FORM, {"form": form, "home": form.home, **more}, status=status)


def _receive(request: HttpRequest, form: ApplicationForm) -> HttpResponse:
    """Known and unknown phones go exactly the same way: what is known is looked up in the queue, by coordinators."""
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        actions.receive_application(
            application_id=form.cleaned_data["id"], said=form.applicant(), sender=sender_of(request)
        )
    except TooMany as error:
        answer = _page(request, form, status=429, wait=say.wait(error.seconds))
        answer["Retry-After"] = str(error.seconds)
        return answer
    return redirect("volunteers:joined")


@login_not_required
@require_safe
def joined(request: HttpRequest) -> HttpResponse:
    return render(request, "volunteers/joining/joined.html")
