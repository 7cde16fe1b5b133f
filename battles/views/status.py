"""What became of a report: the page behind the private link that the reporter keeps. No account, no names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from battles.models import Battle, BattleRequest, RequestReport
from battles.states import BattleState, RequestState
from epo.core.errors import Refused
from epo.core.http import page, words_in
from factories.actions import say_broken_again
from factories.models import BreakdownReport
from factories.states import Condition, ReportState

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from battles.models import RepairRequest

TEMPLATE = "battles/desk/status.html"
LONGEST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of it, in plain words; `battle` only where its dates may be shown in public."""

    kind: str
    says: str
    more: str = ""
    battle: Battle | None = None


def fate_of(report: BreakdownReport) -> Fate:
    """A report that says the same as another shares the other's fate."""
    main = report.same_as or report
    if report.closed_at is not None or main.closed_at is not None:
        return Fate("good", _("It is repaired."))
    if main.state == ReportState.ANSWERED:
        return Fate("good", _("It could be solved without a trip."), main.reason)
    if main.state == ReportState.REJECTED:
        return Fate("wait", _("Not now."), main.reason)
    if main.state in (ReportState.JOINED, ReportState.REQUESTED):
        link = RequestReport.objects.filter(report=main).select_related("request").first()
        if link is not None:
            return _fate_of_request(link.request)
    if main.in_hand_of_id is not None:
        return Fate("info", _("A coordinator has it in hand."))
    return Fate("info", _("It has arrived. A coordinator will look at it."))


def _fate_of_request(request: RepairRequest) -> Fate:
    state = RequestState(request.state)
    if state == RequestState.PLANNED:
        return Fate("wait", _("A crew is planned for it."), battle=_shown_battle(request))
    if state == RequestState.UNDER_REPAIR:
        return Fate("info", _("It is under repair."), battle=_shown_battle(request))
    said = {
        RequestState.OPEN: ("wait", _("A repair has been asked for. It waits for its turn.")),
        RequestState.REPAIRED: ("good", _("It is repaired.")),
        RequestState.PARTLY_REPAIRED: ("wait", _("It is partly repaired.")),
        RequestState.NOT_REPAIRABLE: ("bad", _("It could not be repaired.")),
        RequestState.CANCELLED: ("wait", _("A coordinator looks at it once more.")),
    }
    return Fate(*said[state])


def _shown_battle(request: RepairRequest) -> Battle | None:
    """Only where the parties agreed that the battle may be shown, and people are on their way."""
    link = (
        BattleRequest.objects.filter(
            request=request,
            is_active=True,
            battle__agreement__may_publish=True,
            battle__state__in=[BattleState.READY, BattleState.UNDER_WAY],
            battle__first_day__isnull=False,
        )
        .select_related("battle")
        .first()
    )
    return link.battle if link else None


def _by_token(token: str) -> BreakdownReport:
    rows = BreakdownReport.objects.select_related("same_as", "machine", "kind", "factory", "label")
    return get_object_or_404(rows, status_token=token)


@login_not_required
@never_cache
@require_safe
def report_status(request: HttpRequest, token: str) -> HttpResponse:
    report = _by_token(token)
    context = {
        "report": report,
        "fate": fate_of(report),
        "photos": report.photos.all(),
        "faults": report.faults.all(),
        "is_dangerous": report.condition == Condition.DANGEROUS,
        "link": settings.SITE_URL + reverse("battles:report-status", args=[token]),
    }
    return page(request, TEMPLATE, context)


# As with the links of offers: the token is the whole authority, no session is looked at, and a phone whose cookies
# are off can say that it is broken again.
@csrf_exempt
@login_not_required
@never_cache
@require_POST
def report_again(request: HttpRequest, token: str) -> HttpResponse:
    report = _by_token(token)
    try:
        say_broken_again(report=report, text=words_in(request, "text", most=LONGEST_WORDS), by=None)
    except Refused as refused:
        messages.warning(request, str(refused.refusal))
    else:
        messages.success(request, _("Thank you. A coordinator will see that it is broken again."))
    return redirect("battles:report-status", token=token)
