"""The coordinator's overview of their region, or of the nation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from battles import overview as figures
from epo.accounts.http import coordinators_only
from epo.core import charts, say
from epo.core.http import NUL, SignedInRequest, page
from volunteers.models import Trade

if TYPE_CHECKING:
    from django.http import HttpResponse

TEMPLATE = "battles/overview/page.html"
TRADES_SHOWN = 20


@require_safe
@coordinators_only
def overview(request: SignedInRequest) -> HttpResponse:
    user = request.user
    empty = figures.empty_by_week(user)
    standstill = figures.standstill(user)
    trade = Trade.objects.filter(code=request.GET.get("trade", "").replace(NUL, "")).first()
    context: dict[str, Any] = {
        "late": figures.late(user),
        "empty": [charts.Count(say.day(monday), many, stands_out=at == 0) for at, (monday, many) in enumerate(empty)],
        "empty_all": sum(many for _monday, many in empty),
        "standstill": standstill,
        "stopped": [charts.Count(row.sector.name, row.machines) for row in standstill if row.machines],
        "weeks": figures.times(user),
        "supply": figures.supply(user)[:TRADES_SHOWN],
        "trade": trade,
        "places": figures.supply_by_state(user, trade) if trade else [],
        "calls": figures.calls(),
        "title": _("Overview"),
    }
    return page(request, TEMPLATE, context)
