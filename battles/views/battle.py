"""Battles: the list, a new one, one's page, its moves from draft to the road, its print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from battles.actions import battles as actions
from battles.crew_phones import callable_crew, may_see_contacts, may_see_names
from battles.forms.battle_list import BattleFilter
from battles.forms.battles import DatesForm, DetailsForm, PlanForm, PlantForm, ReasonForm, requests_to_take_up
from battles.links import plan_link
from battles.models import Agreement, Battle, Offer, RepairRequest, Seat
from battles.rules.battles import CAN_BE_TAKEN_UP
from battles.states import BattleKind, SeatKind
from battles.views.battle_page import (
    battles_for_page,
    carry_out,
    planned_by,
    show,
    tab_url,
)
from battles.views.battle_tabs import seat_lines
from epo.accounts.models import User, is_coordinator
from epo.contacts.actions import note_views
from epo.core.counting import how_many
from epo.core.errors import Refused
from epo.core.http import SignedInRequest, key_in, page
from factories.models import Factory

LIST = "battles/battle/list.html"
NEW = "battles/battle/new.html"
PRINT = "battles/battle/print.html"
PER_PAGE = 30


def counted() -> Any:
    wanted = Seat.objects.filter(battle=OuterRef("pk"), kind=SeatKind.REQUIRED)
    held = Offer.objects.holding().filter(battle=OuterRef("pk"), seat__kind=SeatKind.REQUIRED)
    rows = Battle.objects.select_related("factory__municipality__state", "factory__sector")
    return rows.annotate(wanted=how_many(wanted), filled=how_many(held))


@require_safe
def battles(request: SignedInRequest) -> HttpResponse:
    found = BattleFilter(request.GET, queryset=counted().visible_to(request.user), request=request)
    shown = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page_obj": shown, "may_plan": is_coordinator(request.user)}
    return page(request, LIST, context, fragment="found")


@require_http_methods(["GET", "POST"])
def battle_new(request: SignedInRequest) -> HttpResponse:
    """`?request=`, `?factory=` or `?follows=` says for which plant; without them the plant is chosen first."""
    plants = Factory.objects.coordinated_by(request.user).select_related("municipality__state")
    if not plants.exists():
        raise Http404
    factory, chosen = _asked_for(request, plants)
    if factory is None:
        return render(request, NEW, {"plant_form": PlantForm(user=request.user)})
    if request.method == "GET":
        form = PlanForm(factory=factory, initial=_proposal(factory, **chosen))
        return render(request, NEW, {"form": form, "factory": factory})
    form = PlanForm(request.POST, factory=factory)
    if form.is_valid():
        try:
            battle = actions.plan_battle(factory=factory, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.refusal))
        else:
            messages.success(request, _("Planned. Now look at its seats."))
            return redirect(tab_url(battle, "seats"))
    return render(request, NEW, {"form": form, "factory": factory})


def _asked_for(request: SignedInRequest, plants: Any) -> tuple[Factory | None, dict[str, Any]]:
    asked = request.GET
    if key := key_in(asked.get("follows")):
        follows = get_object_or_404(Battle.objects.coordinated_by(request.user), pk=key)
        return plants.get(pk=follows.factory_id), {"follows": follows}
    if keys := [number for number in map(key_in, asked.getlist("request")) if number]:
        rows = list(RepairRequest.objects.coordinated_by(request.user).filter(pk__in=keys))
        if not rows:
            raise Http404
        if taken := [row for row in rows if row.state not in CAN_BE_TAKEN_UP]:
            text = _("%(request)s is already in a battle or finished, so it cannot be planned again here.")
            messages.info(request, text % {"request": taken[0].title})
        return plants.get(pk=rows[0].factory_id), {"requests": rows}
    if key := key_in(asked.get("factory")):
        return get_object_or_404(plants, pk=key), {}
    return None, {}


def _proposal(
    factory: Factory, follows: Battle | None = None, requests: list[RepairRequest] | None = None
) -> dict[str, Any]:
    """All that waits at the plant, unless one request was pointed at; after a diagnosis comes the repair."""
    waiting = requests or list(requests_to_take_up(factory))
    kind = BattleKind.REPAIR if waiting else BattleKind.DIAGNOSIS
    title = _("%(plant)s: repair") if kind == BattleKind.REPAIR else _("%(plant)s: diagnosis")
    return {
        "kind": kind, "title": title % {"plant": factory.name}, "requests": waiting, "follows": follows,
        "days": 5 if kind == BattleKind.REPAIR else 2,
    }  # fmt: skip


@require_safe
def battle(request: SignedInRequest, pk: int) -> HttpResponse:
    seen = get_object_or_404(battles_for_page().visible_to(request.user), pk=pk)
    return show(request, seen, request.GET.get("tab", ""))


@require_POST
def battle_dates(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = planned_by(request.user, pk), DatesForm(request.POST)
    return carry_out(
        request, row, "plan", lambda: actions.change_battle(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="dates", said=_("Dates saved."),
    )  # fmt: skip


@require_POST
def battle_details(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    form = DetailsForm(request.POST, battle=row, auto_id="details_%s")
    return carry_out(
        request, row, "plan", lambda: actions.change_battle(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="details", said=_("Saved."),
    )  # fmt: skip


@require_POST
def battle_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    return carry_out(
        request, row, "seats", lambda: actions.start_asking(battle=row, by=request.user),
        said=_("Open for calling. Match people now, or add them by hand."),
    )  # fmt: skip


@require_POST
def battle_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = planned_by(request.user, pk), ReasonForm(request.POST, auto_id="draft_%s")
    return carry_out(
        request, row, "plan", lambda: actions.back_to_draft(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="draft", said=_("It is a draft again, and everybody was told."),
    )  # fmt: skip


@require_POST
def battle_call_off(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = planned_by(request.user, pk), ReasonForm(request.POST, auto_id="off_%s")
    return carry_out(
        request, row, "plan", lambda: actions.call_off(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="call-off", said=_("Called off. Everybody's days are free again, and they were told."),
    )  # fmt: skip


@require_POST
def battle_begin(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    return carry_out(
        request, row, "crew", lambda: actions.begin(battle=row, by=request.user), said=_("The battle is under way.")
    )


@require_http_methods(["GET", "POST"])
def battle_print(request: SignedInRequest, pk: int) -> HttpResponse:
    """Plan and crew list on paper. Phones are printed by a POST only, which notes who saw them."""
    row = get_object_or_404(battles_for_page().visible_to(request.user), pk=pk)
    may_call = may_see_contacts(row, request.user)
    with_phones = request.method == "POST" and may_call
    shown = list(callable_crew(row, request.user)) if with_phones else []
    phones = {offer.pk: offer.volunteer.contact.phone for offer in shown}
    crew = list(
        row.offers.holding()
        .select_related("volunteer__home__state", "trade", "departure")
        .order_by("trade__folded", "-level", "pk")
    )
    for offer in crew:
        offer.battle, offer.phone = row, phones.get(offer.pk, "")
    if with_phones:
        _note_shown(row, shown, request.user, reason="print")
    context = {
        "battle": row, "crew": crew, "with_phones": with_phones, "may_call": may_call,
        "with_names": may_see_names(row, request.user),
        "lines": seat_lines(row), "departures": row.departures.select_related("driver"),
        "agreement": Agreement.objects.filter(battle=row).first(),
        "links": row.battle_requests.filter(Q(is_active=True) | ~Q(outcome="")).select_related("request__machine")
        .prefetch_related("request__needs", "request__demands__trade"),
    }  # fmt: skip
    return render(request, PRINT, context)


@require_POST
def battle_contacts(request: SignedInRequest, pk: int) -> HttpResponse:
    """Phones of those who accepted; a POST, since who saw them is noted."""
    row = get_object_or_404(battles_for_page().visible_to(request.user), pk=pk)
    if not may_see_contacts(row, request.user):
        raise Http404
    crew: list[Any] = list(callable_crew(row, request.user).select_related("trade").order_by("volunteer__folded"))
    _note_shown(row, crew, request.user, reason="crew")
    for offer in crew:
        offer.plan_text = _("Your plan for %(plant)s: %(link)s") % {
            "plant": row.factory,
            "link": plan_link(offer),
        }
    context = {"battle": row, "crew": crew, "plant_contact": row.factory.contact}
    return page(request, "battles/battle/contacts.html", context, fragment="contacts")


def _note_shown(battle: Battle, crew: list[Offer], by: User, *, reason: str) -> None:
    of_plant = [battle.factory.contact] if battle.factory.contact is not None else []
    note_views(contacts=[offer.volunteer.contact for offer in crew] + of_plant, by=by, reason=reason)
