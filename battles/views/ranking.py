"""Which plant next: the figures, and the order that was decided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from battles.actions import order as actions
from battles.forms.requests import DecideForm
from battles.rankings import ORDERS, Loss, days_stopped, losses, ranked
from battles.rules.requests import last_position
from battles.views.desk import do
from epo.accounts.http import coordinators_only
from epo.core.http import NUL, SignedInRequest, after_post, page, words_in
from epo.core.text import fold
from factories.models import Factory

if TYPE_CHECKING:
    from typing import Any

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from battles.models import PlantDecision

TEMPLATE = "battles/desk/ranking.html"
PER_PAGE = 12
MOST_WORDS = 6
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Row:
    plant: Factory
    decision: PlantDecision | None
    days_stopped: int | None
    losses: list[Loss]
    form: DecideForm


def ranking_context(request: SignedInRequest, wrong: dict[int, DecideForm] | None = None) -> dict[str, Any]:
    chosen = request.GET.get("order", "")
    chosen = chosen if chosen in ORDERS else "decided"
    q = request.GET.get("q", "").replace(NUL, "")[:LONGEST]
    plants = ranked(_named(Factory.objects.coordinated_by(request.user), q))
    plants = plants.order_by(*ORDERS[chosen][1], "folded", "pk")
    shown = Paginator(plants, PER_PAGE).get_page(request.GET.get("page"))
    last = last_position()
    return {
        "page_obj": shown,
        "rows": [_row(plant, last, (wrong or {}).get(plant.pk)) for plant in shown],
        "orders": [(name, label, name == chosen) for name, (label, _columns) in ORDERS.items()],
        "query": request.GET.urlencode(),
        "q": q,
        "order": chosen,
    }


def _named(plants: QuerySet[Factory], q: str) -> QuerySet[Factory]:
    """Each word in the plant's name or place, its municipality, its state or its sector."""
    for word in fold(q).split()[:MOST_WORDS]:
        place = Q(municipality__folded__contains=word) | Q(municipality__state__folded__contains=word)
        sector = Q(sector__name_es__icontains=word) | Q(sector__name_en__icontains=word)
        plants = plants.filter(Q(folded__contains=word) | place | sector)
    return plants


def _row(plant: Factory, last: int, wrong: DecideForm | None) -> Row:
    decision = getattr(plant, "decision", None)
    form = wrong or decide_form(plant, decision, last)
    return Row(plant, decision, days_stopped(plant), losses(plant), form)


def decide_form(plant: Factory, decision: PlantDecision | None, last: int) -> DecideForm:
    initial = {"position": last + 1, "weight": 5} if decision is None else {"why": ""}
    return DecideForm(instance=decision, initial=initial, auto_id=f"plant-{plant.pk}_%s")


@require_safe
@coordinators_only
def ranking(request: SignedInRequest) -> HttpResponse:
    return page(request, TEMPLATE, ranking_context(request), fragment="ranking")


def _renewed(request: SignedInRequest, wrong: dict[int, DecideForm] | None = None) -> HttpResponse:
    context = ranking_context(request, wrong)
    if wrong:
        return page(request, TEMPLATE, context, fragment="ranking")
    query = request.GET.urlencode()
    to = reverse("battles:ranking") + (f"?{query}" if query else "")
    return after_post(request, TEMPLATE, context, fragment="ranking", to=to)


@require_POST
@coordinators_only
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    plant = get_object_or_404(Factory.objects.coordinated_by(request.user), pk=pk)
    form = DecideForm(request.POST, auto_id=f"plant-{plant.pk}_%s")
    if not form.is_valid():
        return _renewed(request, {plant.pk: form})
    do(
        request,
        partial(actions.decide_order, factory=plant, by=request.user, **form.cleaned_data),
        _("The order is decided."),
    )
    return _renewed(request)


@require_POST
@coordinators_only
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    plant = get_object_or_404(Factory.objects.coordinated_by(request.user), pk=pk)
    why = words_in(request, "why", most=300)
    what = partial(actions.drop_from_order, factory=plant, why=why, by=request.user)
    do(request, what, _("It has no decided place any more."))
    return _renewed(request)
