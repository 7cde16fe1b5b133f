"""Who is called how often: the ledger for coordinators, of the volunteers whose home regions are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.views.decorators.http import require_safe

from battles.fairness import columns, in_order
from battles.forms.ledger import LedgerFilter
from epo.accounts.http import coordinators_only
from epo.core import charts
from epo.core.http import SignedInRequest, page
from volunteers.models import Trade, Volunteer

if TYPE_CHECKING:
    from django.http import HttpResponse

    from battles.fairness import Ledger, Standard

TEMPLATE = "battles/fairness/page.html"
PER_PAGE = 50


@require_safe
@coordinators_only
def fairness(request: SignedInRequest) -> HttpResponse:
    rows = Volunteer.objects.of_regions_of(request.user).can_be_sent()
    found = LedgerFilter(request.GET, rows, request=request)
    ledger, keys = found.ledger()
    shown = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    standard = found.standard(ledger)
    context: dict[str, Any] = {
        "filter": found,
        "page_obj": shown,
        "accounts": ledger.accounts(in_order(list(shown.object_list)), found.by),
        "trade": found.by,
        "standard": standard,
        "columns": drawn(standard) if standard else [],
        "trades": [] if found.by else _trades(ledger),
    }
    return page(request, TEMPLATE, context, fragment="ledger")


def drawn(standard: Standard) -> list[charts.Column]:
    spans = columns(standard)
    last = len(spans) - 1
    usual = spans[1][1] - spans[1][0] if last else 0
    return [
        charts.Column(_name(low, high, is_tail=at == last and high - low > usual), people, stands_out=not low)
        for at, (low, high, people) in enumerate(spans)
    ]


def _name(low: int, high: int, *, is_tail: bool) -> str:
    if is_tail:
        return f"{low}+"
    return str(low) if low == high else f"{low}–{high}"


def _trades(ledger: Ledger) -> list[tuple[Trade, Any]]:
    """The trades in which somebody was called, the least even first."""
    called = {key: one for key, one in ledger.standards.items() if one.total and one.is_telling}
    trades = Trade.objects.in_bulk(called)
    return sorted(
        ((trades[key], one) for key, one in called.items()),
        key=lambda pair: (-(pair[1].top_share or 0), pair[0].folded),
    )
