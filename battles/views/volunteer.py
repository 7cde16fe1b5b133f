"""What a volunteer sees of the battles: open offers, the plan, the month, the letter for the employer."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from battles.actions import field
from battles.fairness import account_of
from battles.forms.offers import ReasonForm
from battles.missed import in_words, missed_by
from battles.models import CrewDay, Offer
from battles.rules.field import NOT_EXPECTED, NOT_THERE, recordable_by, why_not_arrive
from battles.states import HOLDS_SEAT, BattleState, DayKind, OfferState
from battles.views.offers import offer_context, plan_context
from epo.core import say
from epo.core.clock import today
from epo.core.errors import Refused
from volunteers.models import Absence, Volunteer

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from epo.accounts.models import User
    from epo.core.errors import Refusal
    from epo.core.http import SignedInRequest

PAST_SHOWN = 20
YEARS = (2000, 2100)


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """Open offers first, then what is coming, then what was."""
    asked, held, past = [], [], []
    for offer in _offers_of(request.user).order_by("battle__first_day", "pk"):
        is_over = offer.state == OfferState.DONE or offer.battle.state in (
            BattleState.CLOSED,
            BattleState.CALLED_OFF,
        )
        if offer.state in (OfferState.ASKED, OfferState.EXPIRED) and offer.battle.takes_answers:
            asked.append(offer)
        elif offer.state in HOLDS_SEAT and not is_over:
            held.append(offer)
        else:
            past.append(offer)
    volunteer = _volunteer(request.user)
    context = {
        "asked": asked,
        "held": held,
        "past": past[::-1][:PAST_SHOWN],
        "volunteer": volunteer,
        "account": account_of(volunteer) if volunteer else None,
        "missed": in_words(missed_by(request.user)),
    }
    return render(request, "battles/offer/mine.html", context)


@require_safe
def my_battle(request: SignedInRequest, pk: int) -> HttpResponse:
    """The plan, once one has said yes."""
    offer = _held(request.user, pk)
    battle = offer.battle
    context = (
        offer_context(offer)
        | plan_context(offer)
        | {
            "may_record": type(battle).objects.filter(recordable_by(request.user), pk=battle.pk).exists(),
            "may_arrive": why_not_arrive(offer) is None,
            "reason_form": ReasonForm(),
            "missed": in_words(missed_by(request.user).filter(battle=battle)),
            "photos": battle.photos.select_related("photo", "machine"),
            "diary": battle.diary.select_related("machine", "volunteer").order_by("-day", "-pk")[:10],
        }
    )
    return render(request, "battles/offer/my_battle.html", context)


@require_POST
def i_arrived(request: SignedInRequest, pk: int) -> HttpResponse:
    return _note(request, pk, field.arrive)


@require_POST
def i_am_home(request: SignedInRequest, pk: int) -> HttpResponse:
    return _note(request, pk, field.go_home)


def _note(request: SignedInRequest, pk: int, act: Any) -> HttpResponse:
    try:
        act(offer=_held(request.user, pk), by=request.user)
        messages.success(request, _("Noted."))
    except Refused as refused:
        messages.warning(request, _in_second_person(refused.refusal))
    return redirect("battles:my-battle", pk=pk)


def _in_second_person(refusal: Refusal) -> str:
    """The rules speak of the volunteer; here they speak to her."""
    own = {
        NOT_EXPECTED.code: _("You are not on the way to this plant."),
        NOT_THERE.code: _("You have not noted that you arrived, or you are home already."),
    }
    return own.get(refusal.code, str(refusal))


@require_safe
def letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the employer; printed on paper."""
    offer = _held(request.user, pk)
    return render(request, "battles/offer/letter.html", {"offer": offer, "battle": offer.battle, "on": today()})


@require_safe
def month(request: SignedInRequest) -> HttpResponse:
    volunteer = _volunteer(request.user)
    if volunteer is None:
        raise Http404
    year, number = _asked_month(request)
    first = date(year, number, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    context = {
        "name": f"{say.month_name(number)} {year}",
        "year": year,
        "number": number,
        "marks": _marks(volunteer, first - timedelta(days=7), last + timedelta(days=7)),
        "before": (first - timedelta(days=1)).strftime("%Y-%m"),
        "after": (last + timedelta(days=1)).strftime("%Y-%m"),
    }
    return render(request, "battles/offer/month.html", context)


def _asked_month(request: SignedInRequest) -> tuple[int, int]:
    """`?mes=2026-11`; anything else is this month."""
    asked = request.GET.get("mes", "")
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        first = today()
    return (first.year, first.month) if YEARS[0] <= first.year <= YEARS[1] else (today().year, today().month)


def _marks(volunteer: Volunteer, first: date, last: date) -> dict[date, list[dict[str, str]]]:
    marks: dict[date, list[dict[str, str]]] = defaultdict(list)
    for given in CrewDay.objects.filter(volunteer=volunteer, day__range=(first, last)).select_related(
        "offer__battle__factory"
    ):
        is_travel = given.kind == DayKind.TRAVEL
        text = pgettext("day", "travel") if is_travel else str(given.offer.battle.factory)
        href = reverse("battles:my-battle", args=[given.offer.battle_id])
        marks[given.day].append({"text": text, "kind": "info" if is_travel else "good", "href": href})
    for absence in Absence.objects.filter(volunteer=volunteer).touching(first, last):
        for day in _days(max(first, absence.first_day), min(last, absence.last_day)):
            marks[day].append({"text": absence.note or _("absent"), "kind": "quiet", "href": ""})
    for offer in _offers_of_volunteer(volunteer).filter(state=OfferState.ASKED):
        if offer.leaves_on and offer.back_on:
            for day in _days(max(first, offer.leaves_on), min(last, offer.back_on)):
                href = reverse("battles:offer", args=[offer.pk])
                marks[day].append(
                    {
                        "text": _("asked: %(plant)s") % {"plant": offer.battle.factory},
                        "kind": "wait",
                        "href": href,
                    }
                )
    return marks


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _volunteer(user: User) -> Volunteer | None:
    return Volunteer.objects.filter(user=user).first()


def _offers_of(user: User) -> QuerySet[Offer]:
    return Offer.objects.made_to(user).select_related("battle__factory__municipality__state", "trade")


def _offers_of_volunteer(volunteer: Volunteer) -> QuerySet[Offer]:
    return Offer.objects.sent().filter(volunteer=volunteer).select_related("battle__factory")


def _held(user: User, battle: int) -> Offer:
    """The user's own accepted offer in that battle; nobody else finds anything."""
    offers = Offer.objects.made_to(user).filter(battle=battle, state__in=HOLDS_SEAT).select_related(
        "battle__factory__municipality__state", "battle__factory__sector", "battle__responsible", "battle__coordinator",
        "trade", "departure", "volunteer__home__state",
    )  # fmt: skip
    return get_object_or_404(offers)
