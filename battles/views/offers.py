"""One offer: by its signed link without sign-in, or signed in. GET changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from battles import links
from battles.actions import answers, offers
from battles.forms.offers import DeclineForm, PartForm, ReasonForm
from battles.models import Battle, Offer
from battles.offer_facts import crew_in_numbers
from battles.reasons import why_you
from battles.rules import offers as rules
from battles.states import HOLDS_SEAT, AnsweredBy, DeclineReason, OfferState
from epo.audit.trail import trail_of
from epo.core.errors import Refusal, Refused
from epo.work.actions import keep_refused

if TYPE_CHECKING:
    from django.forms import Form

    from epo.accounts.models import User
    from epo.core.http import SignedInRequest

LINK_PAGE = "battles/offer/link.html"
OFFER_PAGE = "battles/offer/offer.html"


# The token in the address is the whole authority, and the session is not looked at: a forged request would need
# the token, and with the token it needs no forging. Messengers open links in browsers of their own that keep no
# cookies, so asking for a CSRF cookie here would only lose answers.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_link(request: HttpRequest, token: str) -> HttpResponse:
    found = links.offer_of(token)
    if found is None:
        return render(request, "battles/offer/unknown.html", status=404)
    offer = _with_details().get(pk=found.pk)
    answer = Answer(offer, by=None, how=AnsweredBy.LINK)
    if request.method == "POST" and answer.take(request):
        return redirect("battles:offer-link", token=token)
    told = offer_context(offer) if rules.is_open_to_answer(offer) else outcome_context(offer)
    return render(request, LINK_PAGE, told | answer.context(), status=answer.status)


@login_not_required
@require_safe
def plan_link(request: HttpRequest, token: str) -> HttpResponse:
    """The plan of somebody who said yes, by a fresh link and without an account."""
    found = links.held_offer_of(token)
    if found is None:
        return render(request, "battles/offer/stale_plan.html", status=410)
    offer = _with_details().get(pk=found.pk)
    return render(request, "battles/offer/plan.html", offer_context(offer) | plan_context(offer))


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The volunteer answers here; a coordinator in charge can note an answer by phone, withdraw or release."""
    offer = get_object_or_404(_with_details().filter(pk__in=_readable_by(request.user)), pk=pk)
    is_mine = offer.volunteer.user_id == request.user.pk
    how = AnsweredBy.PAGE if is_mine else AnsweredBy.PHONE
    answer = Answer(offer, by=request.user, how=how)
    if request.method == "POST" and answer.take(request):
        messages.success(request, _("Noted."))
        return redirect("battles:offer", pk=pk)
    context = offer_context(offer) | answer.context() | {"is_mine": is_mine, "reason_form": ReasonForm()}
    context["history"] = [] if is_mine else trail_of(offer)
    return render(request, OFFER_PAGE, context, status=answer.status)


@require_POST
def let_go(request: SignedInRequest, pk: int) -> HttpResponse:
    """The coordinator withdraws an open ask or releases somebody; the volunteer gives an accepted seat back.

    What is done is what the form offered, in the state that it showed (`state`), not what the offer has become since.
    """
    offer = get_object_or_404(Offer.objects.filter(pk__in=_readable_by(request.user)), pk=pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    acts: dict[str, Callable[[], object]] = {
        OfferState.ASKED: partial(_withdraw, offer, request.user, reason),
        OfferState.ON_SITE: partial(answers.leave, offer=offer, by=request.user, reason=reason),
    }
    seen = request.POST.get("state") or offer.state
    act = acts.get(seen, partial(answers.release, offer=offer, by=request.user, reason=reason))
    try:
        act()
        messages.success(request, _("Noted."))
    except Refused as refused:
        messages.warning(request, str(refused.refusal))
    return redirect("battles:offer", pk=pk)


def _withdraw(offer: Offer, by: User, reason: str) -> None:
    if not Battle.objects.coordinated_by(by).filter(pk=offer.battle_id).exists():
        raise Refused(rules.NOT_IN_CHARGE)
    offers.withdraw(offer=offer, by=by, reason=reason)


def _readable_by(user: User) -> Any:
    """One's own, those of battles one coordinates, and those to people of one's regions."""
    everyone = Offer.objects.sent()
    return (everyone.visible_to(user) | everyone.of_regions_of(user)).values("pk")


def _with_details() -> Any:
    return Offer.objects.sent().select_related(
        "battle__factory__municipality__state", "battle__factory__sector", "battle__responsible", "trade", "departure",
        "volunteer__home__state", "volunteer__contact",
    )  # fmt: skip


class Answer:
    """One form post with an answer, and what is to be shown when it does not hold."""

    def __init__(self, offer: Offer, *, by: User | None, how: AnsweredBy) -> None:
        self.offer, self.by, self.how = offer, by, how
        self.part_form: Form = PartForm(offer=offer)
        self.decline_form: Form = DeclineForm()
        self.refusal: Refusal | None = None
        self.opened = ""
        self.status = 200

    def take(self, request: HttpRequest) -> bool:
        """Whether the answer was taken; if not, forms and refusal say why, and what was typed is kept."""
        takers = {"yes": self._yes, "part": self._part, "no": self._no, "plan": self._plan}
        said = request.POST.get("answer", "")
        if said not in takers:
            raise Http404
        try:
            is_taken = takers[said](request)
        except Refused as refused:
            if said != "plan":
                self._keep_wish(said, refused)
            self.refusal, self.status = refused.refusal, 409
            self.offer.refresh_from_db(fields=["state", "version", "seat", "first_offset", "last_offset"])
            return False
        if not is_taken:
            self.opened, self.status = said, 422
        return is_taken

    def _keep_wish(self, said: str, refused: Refused) -> None:
        """In the same words as an answer by the API."""
        form = {"part": self.part_form, "no": self.decline_form}.get(said)
        words = {name: str(value) for name, value in form.cleaned_data.items() if value} if form else {}
        kind = "offer.decline" if said == "no" else "offer.accept"
        keep_refused(kind=kind, intent={"offer": self.offer.pk, **words}, by=self.by, refused=refused)

    def _yes(self, _request: HttpRequest) -> bool:
        answers.accept(offer=self.offer, by=self.by, how=self.how)
        return True

    def _part(self, request: HttpRequest) -> bool:
        self.part_form = form = PartForm(request.POST, offer=self.offer)
        if not form.is_valid():
            return False
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        answers.accept(offer=self.offer, by=self.by, how=self.how, first=first, last=last)
        return True

    def _no(self, request: HttpRequest) -> bool:
        self.decline_form = form = DeclineForm(request.POST)
        if not form.is_valid():
            return False
        reason = DeclineReason(form.cleaned_data["reason"])
        answers.decline(offer=self.offer, by=self.by, how=self.how, reason=reason, note=form.cleaned_data["note"])
        return True

    def _plan(self, request: HttpRequest) -> bool:
        answers.send_plan(offer=self.offer)
        messages.success(request, _("The plan is on its way to you."))
        return True

    def context(self) -> dict[str, Any]:
        return {
            "part_form": self.part_form,
            "decline_form": self.decline_form,
            "refusal": self.refusal,
            "opened": self.opened,
        }


def outcome_context(offer: Offer) -> dict[str, Any]:
    """What became of an offer."""
    is_open = rules.is_open_to_answer(offer)
    return {
        "offer": offer,
        "battle": offer.battle,
        "is_open": is_open,
        "ended": None if is_open else rules.why_answered(offer) or rules.CLOSED,
        "is_held": offer.state in HOLDS_SEAT,
    }


def offer_context(offer: Offer) -> dict[str, Any]:
    """What an offer shows before acceptance: places and trades in numbers, no names."""
    battle = offer.battle
    return outcome_context(offer) | {
        "why": why_you(offer),
        "jobs": [link.request for link in battle.battle_requests.select_related("request__machine") if link.is_active],
        "crew": crew_in_numbers(battle),
        "stay": (offer.last_offset - offer.first_offset + 1),
        "agreement": getattr(battle, "agreement", None),
    }


def plan_context(offer: Offer) -> dict[str, Any]:
    """Who travels along, with names: for those who said yes. Phones are shown elsewhere, and on request."""
    crew = offer.battle.offers.holding().select_related("volunteer__home__state", "trade", "departure")
    return {"crew_members": list(crew.order_by("trade__folded", "volunteer__folded"))}
