"""The coordinator's overview of their region, or of the nation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from battles import overview as figures
from battles.shortages import needs
from epo.accounts.http import coordinators_only
from epo.core import charts, say
from epo.core.http import SignedInRequest, page

if TYPE_CHECKING:
    from django.http import HttpResponse

TEMPLATE = "battles/overview/page.html"
TRADES_SHOWN = 20
SHOWN = 25


@require_safe
@coordinators_only
def overview(request: SignedInRequest) -> HttpResponse:
    user = request.user
    empty = figures.empty_by_week(user)
    standstill = figures.standstill(user)
    weeks = figures.times(user)
    counted = needs(user)
    states = sorted(counted.states.values(), key=lambda state: state.folded)
    trade = next((each for each in counted.trades.values() if each.code == request.GET.get("trade")), None)
    state = next((each for each in states if each.code == request.GET.get("state")), None)
    short = counted.by_place(trade=trade, state=state)
    context: dict[str, Any] = {
        "late": figures.late(user),
        "empty": [charts.Count(say.day(monday), many, stands_out=at == 0) for at, (monday, many) in enumerate(empty)],
        "empty_all": sum(many for _monday, many in empty),
        "standstill": standstill,
        "stopped": [charts.Count(row.sector.name, row.machines) for row in standstill if row.machines],
        "weeks": weeks,
        "to_triage": [charts.Week(week.monday, week.hours_to_triage) for week in weeks],
        "to_repair": [charts.Week(week.monday, week.days_to_repair) for week in weeks],
        "some_triaged": any(week.dealt_with for week in weeks),
        "some_repaired": any(week.repaired for week in weeks),
        "supply": counted.by_trade()[:TRADES_SHOWN],
        "trade": trade,
        "state": state,
        "states": states,
        "short": short[:SHOWN],
        "short_all": len(short),
        "calls": figures.calls(),
        "title": _("Overview"),
    }
    return page(request, TEMPLATE, context)
