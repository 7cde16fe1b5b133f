"""The lists of the desk as files, filtered as they are on the page, of what one may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from battles import listings
from battles.fairness import in_order
from battles.filters import ReportFilter, RequestFilter
from battles.forms.battle_list import BattleFilter
from battles.forms.ledger import LedgerFilter
from battles.rankings import ORDERS, ranked
from battles.views.battle import counted
from battles.views.calls import offers_asked_for
from battles.views.desk import queue_of
from battles.views.requests import rows_for
from battles.views.run import runs_for
from epo.accounts.http import coordinators_only
from epo.core.sheets.writing import AT_ONCE, TYPES, download, in_portions
from factories.models import Factory, Machine, MachineStatus
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from django.http import HttpResponse

    from battles.fairness import Account
    from epo.core.http import SignedInRequest


def _known(kind: str) -> str:
    if kind not in TYPES:
        raise Http404
    return kind


@require_safe
@coordinators_only
def reports(request: SignedInRequest, kind: str) -> HttpResponse:
    found = ReportFilter(request.GET, queryset=queue_of(request), request=request)
    return download(_("reports"), _known(kind), listings.REPORTS, in_portions(found.qs))


@require_safe
@coordinators_only
def requests(request: SignedInRequest, kind: str) -> HttpResponse:
    found = RequestFilter(request.GET, queryset=rows_for(request.user), request=request)
    return download(_("requests"), _known(kind), listings.REQUESTS, in_portions(found.qs))


@require_safe
def battles(request: SignedInRequest, kind: str) -> HttpResponse:
    found = BattleFilter(request.GET, queryset=counted().visible_to(request.user), request=request)
    return download(_("battles"), _known(kind), listings.BATTLES, in_portions(found.qs))


@require_safe
@coordinators_only
def plants(request: SignedInRequest, kind: str) -> HttpResponse:
    chosen = request.GET.get("order", "")
    order = ORDERS[chosen if chosen in ORDERS else "decided"][1]
    rows: Any = ranked(Factory.objects.coordinated_by(request.user)).order_by(*order, "folded", "pk")
    return download(_("plants"), _known(kind), listings.plant_columns(), in_portions(rows))


@require_safe
@coordinators_only
def machines(request: SignedInRequest, kind: str) -> HttpResponse:
    """All of the plants that one coordinates: no page lists them."""
    current = Prefetch("statuses", MachineStatus.objects.filter(until=None), to_attr="now")
    rows = Machine.objects.filter(factory__in=Factory.objects.coordinated_by(request.user))
    rows = rows.select_related("factory__municipality__state", "kind", "model", "line").prefetch_related(current)
    rows = rows.order_by("factory__folded", "folded", "pk")
    return download(_("machines"), _known(kind), listings.machine_columns(), in_portions(rows))


@require_safe
@coordinators_only
def fairness(request: SignedInRequest, kind: str) -> HttpResponse:
    people = Volunteer.objects.of_regions_of(request.user).can_be_sent()
    found = LedgerFilter(request.GET, people, request=request)
    return download(_("calls"), _known(kind), listings.LEDGER, _accounts(found))


def _accounts(found: LedgerFilter) -> Iterator[Account]:
    ledger, keys = found.ledger()
    for begin in range(0, len(keys), AT_ONCE):
        yield from ledger.accounts(in_order(keys[begin : begin + AT_ONCE]), found.by)


@require_safe
@coordinators_only
def runs(request: SignedInRequest, kind: str) -> HttpResponse:
    return download(_("proposals"), _known(kind), listings.RUNS, in_portions(runs_for(request.user)))


@require_safe
@coordinators_only
def to_call(request: SignedInRequest, kind: str) -> HttpResponse:
    rows = offers_asked_for(request.user, request.GET.get("q", ""))
    return download(_("to-call"), _known(kind), listings.TO_CALL, in_portions(rows))
