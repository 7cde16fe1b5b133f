"""Repair requests: the list, and one with its demands, needs, reports and battles."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import OuterRef, Prefetch
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from battles.actions import demands
from battles.actions import requests as actions
from battles.filters import RequestFilter
from battles.forms.requests import DemandForm, DescribeForm, NeedForm, ReasonForm, Versioned
from battles.models import Battle, BattleRequest, Demand, Need, RepairRequest
from battles.rules import requests as rules
from battles.scores import score_of, scored_requests
from battles.states import NeedState
from battles.views.desk import do
from epo.accounts.http import coordinators_only
from epo.audit.trail import trail_of
from epo.core.counting import how_many
from epo.core.http import SignedInRequest, after_post, page, words_in
from volunteers.models import Trade

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from epo.accounts.models import User

LIST = "battles/desk/requests.html"
TEMPLATE = "battles/desk/request.html"
PER_PAGE = 25


def rows_for(user: User) -> QuerySet[RepairRequest]:
    """What this coordinator may decide, with all that a row of the list shows."""
    missing = Need.objects.filter(request=OuterRef("pk"), state=NeedState.MISSING)
    rows = scored_requests(RepairRequest.objects.coordinated_by(user)).annotate(missing=how_many(missing))
    return rows.select_related("machine__kind", "factory__municipality__state", "in_hand_of").prefetch_related(
        Prefetch("demands", Demand.objects.select_related("trade")),
        Prefetch("battle_requests", BattleRequest.objects.filter(is_active=True).select_related("battle")),
    )


@require_safe
@coordinators_only
def request_list(request: SignedInRequest) -> HttpResponse:
    found = RequestFilter(request.GET, queryset=rows_for(request.user), request=request)
    context = {
        "filter": found,
        "page_obj": Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page")),
        "query": request.GET.urlencode(),
    }
    return page(request, LIST, context, fragment="rows")


def request_context(request: SignedInRequest, row: RepairRequest, **forms: Any) -> dict[str, Any]:
    """`forms` are those that came back with errors: of a demand or need under "demand-7", "need-3"."""
    may_edit = RepairRequest.objects.coordinated_by(request.user).filter(pk=row.pk).exists()
    active = row.battle_requests.filter(battle__in=Battle.objects.visible_to(request.user))
    context = {
        "row": row,
        "score": score_of(row),
        "may_edit": may_edit and rules.why_not_change(row) is None,
        "is_coordinated": may_edit,
        "links": row.report_links.select_related("report").prefetch_related("report__faults"),
        "battles": active.select_related("battle").order_by("-pk"),
        "person_days": sum(demand.people * demand.days for demand in row.demands.all()),
        "why_not_reopen": rules.why_not_reopen(row),
    }
    if not may_edit:
        return context | {
            "demands": [(each, None) for each in row.demands.all()],
            "needs": [(each, None) for each in row.needs.all()],
        }
    trades = [(trade.pk, trade.name) for trade in Trade.objects.all()]
    return context | {
        "demands": [(each, forms.get(f"demand-{each.pk}") or _demand_form(each, trades)) for each in row.demands.all()],
        "needs": [(each, forms.get(f"need-{each.pk}") or _need_form(each)) for each in row.needs.all()],
        "new_demand": forms.get("new_demand") or DemandForm(trades=trades, auto_id="new_demand_%s"),
        "new_need": forms.get("new_need") or NeedForm(auto_id="new_need_%s"),
        "describe": forms.get("describe") or DescribeForm(instance=row, initial={"version": row.version}),
        "cancel": forms.get("cancel") or ReasonForm(initial={"version": row.version}, auto_id="cancel_%s"),
        "history": trail_of(row),
    }


def _demand_form(demand: Demand, trades: list[tuple[int, str]]) -> DemandForm:
    return DemandForm(instance=demand, trades=trades, auto_id=f"demand-{demand.pk}_%s")


def _need_form(need: Need) -> NeedForm:
    return NeedForm(instance=need, auto_id=f"need-{need.pk}_%s")


def request_or_404(request: SignedInRequest, pk: int, *, to_change: bool = True) -> RepairRequest:
    """To look at it, members of the plant may; to change it, coordinators of its region."""
    mine = RepairRequest.objects.all()
    mine = mine.coordinated_by(request.user) if to_change else mine.visible_to(request.user)
    rows = scored_requests(mine).select_related(
        "factory__municipality__state",
        "factory__sector",
        "machine__kind",
        "machine__line",
        "in_hand_of",
        "opened_by",
    )
    return get_object_or_404(
        rows.prefetch_related(Prefetch("demands", Demand.objects.select_related("trade")), "needs"), pk=pk
    )


def renewed(request: SignedInRequest, row: RepairRequest, **forms: Any) -> HttpResponse:
    row = request_or_404(request, row.pk)
    context = request_context(request, row, **forms)
    if forms:
        return page(request, TEMPLATE, context, fragment="request")
    return after_post(request, TEMPLATE, context, fragment="request", to=reverse("battles:request", args=[row.pk]))


@require_safe
def request_page(request: SignedInRequest, pk: int) -> HttpResponse:
    row = request_or_404(request, pk, to_change=False)
    return page(request, TEMPLATE, request_context(request, row), fragment="request")


def _version(request: SignedInRequest) -> int | None:
    form = Versioned(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else None


@require_POST
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    row = request_or_404(request, pk)
    do(request, partial(actions.take_request, request=row, by=request.user), _("You have it in hand."))
    return renewed(request, row)


@require_POST
def describe(request: SignedInRequest, pk: int) -> HttpResponse:
    row = request_or_404(request, pk)
    form = DescribeForm(request.POST, instance=row)
    if not form.is_valid():
        return renewed(request, row, describe=form)
    what = partial(
        actions.describe_request,
        request=row,
        by=request.user,
        version=form.cleaned_data["version"],
        **form.changes(),
    )
    do(request, what, _("Saved."))
    return renewed(request, row)


@require_POST
def add_demand(request: SignedInRequest, pk: int) -> HttpResponse:
    row = request_or_404(request, pk)
    form = DemandForm(request.POST, auto_id="new_demand_%s")
    if not form.is_valid():
        return renewed(request, row, new_demand=form)
    do(
        request,
        partial(demands.add_demand, request=row, by=request.user, **form.cleaned_data),
        _("Demand added."),
    )
    return renewed(request, row)


@require_POST
def change_demand(request: SignedInRequest, pk: int, demand: int) -> HttpResponse:
    row = request_or_404(request, pk)
    line = get_object_or_404(row.demands, pk=demand)
    if request.POST.get("do") == "remove":
        do(request, partial(demands.remove_demand, demand=line, by=request.user), _("Demand removed."))
        return renewed(request, row)
    form = DemandForm(request.POST, instance=line, auto_id=f"demand-{line.pk}_%s")
    if not form.is_valid():
        return renewed(request, row, **{f"demand-{line.pk}": form})
    do(
        request,
        partial(demands.change_demand, demand=line, by=request.user, **form.cleaned_data),
        _("Saved."),
    )
    return renewed(request, row)


@require_POST
def add_need(request: SignedInRequest, pk: int) -> HttpResponse:
    row = request_or_404(request, pk)
    form = NeedForm(request.POST, auto_id="new_need_%s")
    if not form.is_valid():
        return renewed(request, row, new_need=form)
    do(request, partial(demands.add_need, request=row, by=request.user, **form.cleaned_data), _("Added."))
    return renewed(request, row)


@require_POST
def change_need(request: SignedInRequest, pk: int, need: int) -> HttpResponse:
    """The same form saves, removes, and says that it is there, waived, or missing again."""
    row = request_or_404(request, pk)
    thing = get_object_or_404(row.needs, pk=need)
    wish = request.POST.get("do", "")
    if wish == "remove":
        do(request, partial(demands.remove_need, need=thing, by=request.user), _("Removed."))
        return renewed(request, row)
    if wish in NeedState.values:
        reason = words_in(request, "reason", most=200)
        what = partial(demands.settle_need, need=thing, to=NeedState(wish), by=request.user, reason=reason)
        do(request, what, _("Saved."))
        return renewed(request, row)
    form = NeedForm(request.POST, instance=thing, auto_id=f"need-{thing.pk}_%s")
    if not form.is_valid():
        return renewed(request, row, **{f"need-{thing.pk}": form})
    do(request, partial(demands.change_need, need=thing, by=request.user, **form.cleaned_data), _("Saved."))
    return renewed(request, row)


@require_POST
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    row = request_or_404(request, pk)
    form = ReasonForm(request.POST, auto_id="cancel_%s")
    if not form.is_valid():
        return renewed(request, row, cancel=form)
    do(
        request,
        partial(actions.cancel_request, request=row, by=request.user, **form.cleaned_data),
        _("Request cancelled."),
    )
    return renewed(request, row)


@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    row = request_or_404(request, pk)
    what = partial(actions.reopen_request, request=row, by=request.user, version=_version(request))
    do(request, what, _("The request is open again."))
    return renewed(request, row)
