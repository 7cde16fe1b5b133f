"""The coordinator's overview of their region, or of the nation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from battles import overview as figures
from battles.shortages import shortages
from epo.accounts.http import coordinators_only
from epo.core import charts, say
from epo.core.http import NUL, SignedInRequest, page
from epo.places.models import State
from volunteers.models import Trade

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
    trade = Trade.objects.filter(code=request.GET.get("trade", "").replace(NUL, "")).first()
    state = State.objects.filter(code=request.GET.get("state", "").replace(NUL, "")).first()
    short = shortages(user, trade=trade, state=state)
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
        "supply": figures.supply(user)[:TRADES_SHOWN],
        "trade": trade,
        "state": state,
        "states": State.objects.all(),
        "short": short[:SHOWN],
        "short_all": len(short),
        "calls": figures.calls(),
        "title": _("Overview"),
    }
    return page(request, TEMPLATE, context)
