"""The plant's own people, signed in: readings, later repairs, what a delegate confirms; and the agreement on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from battles.actions.agreements import confirm_agreement
from battles.actions.plant_links import make_plant_link, revoke_plant_link
from battles.actions.results import confirm_output
from battles.forms.plants import MachineStateForm
from battles.models import Agreement, Battle, LineResult
from battles.states import Brings
from battles.views.battle_page import carry_out, planned_by
from battles.views.plant_says import Door, correction_page, readings_page, repair_page
from epo.core.http import SignedInRequest, tell_refusal, words_in
from factories.actions import say_machine_state
from factories.models import Factory, Machine, Membership
from factories.states import Condition, MemberRole

if TYPE_CHECKING:
    from django.http import HttpResponse

MINE = "battles/plant/mine.html"
PAPER = "battles/plant/agreement.html"
MOST_POST = 60


@require_safe
def my_plants(request: SignedInRequest) -> HttpResponse:
    """Straight to the plant where there is one; a list where there are several."""
    mine = Factory.objects.filter(memberships__user=request.user.pk).select_related("municipality__state", "sector")
    plants = list(mine.order_by("folded", "pk"))
    if len(plants) == 1:
        return redirect("battles:plant", plants[0].pk)
    return render(request, MINE, {"plants": plants})


@require_http_methods(["GET", "HEAD", "POST"])
def plant_readings(request: SignedInRequest, pk: int) -> HttpResponse:
    return readings_page(request, _door(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def plant_repair(request: SignedInRequest, pk: int) -> HttpResponse:
    return repair_page(request, _door(request, pk))


@require_POST
def machine_state(request: SignedInRequest, pk: int) -> HttpResponse:
    machine = get_object_or_404(Machine.objects.told_of_by(request.user), pk=pk)
    form = MachineStateForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Say how the machine is."))
    else:
        state, was = Condition(form.cleaned_data["state"]), form.cleaned_data["was"]
        if tell_refusal(request, lambda: say_machine_state(machine=machine, state=state, was=was, by=request.user)):
            messages.success(request, _("It is noted how the machine is. Thank you."))
    return redirect("battles:machine", pk)


def _door(request: SignedInRequest, pk: int) -> Door:
    user = request.user
    factory = get_object_or_404(Factory.objects.told_of_by(user), pk=pk)
    membership = factory.memberships.filter(user=user.pk).first()
    return Door(
        factory=factory,
        by=user,
        is_confirmed=membership is not None and membership.role == MemberRole.DELEGATE,
        base="base.html",
        back=reverse("battles:plant", args=[factory.pk]),
        post=membership.get_role_display() if membership else "",
    )


def _of_my_plant(request: SignedInRequest, pk: int) -> Battle:
    """A battle of a plant for whose workers the user speaks."""
    mine = Factory.objects.spoken_for_by(request.user)
    battle: Battle = get_object_or_404(Battle.objects.visible_to(request.user).filter(factory__in=mine), pk=pk)
    return battle


def _said_by(request: SignedInRequest) -> str:
    return words_in(request, "said_by", most=MOST_POST) or str(MemberRole.DELEGATE.label)


@require_POST
def agreement_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    battle = _of_my_plant(request, pk)
    said_by = _said_by(request)
    done = tell_refusal(request, lambda: confirm_agreement(battle=battle, said_by=said_by, by=request.user))
    return _back(battle, "agreement" if done else "")


@require_POST
def output_confirm(request: SignedInRequest, pk: int, result: int) -> HttpResponse:
    battle = _of_my_plant(request, pk)
    row = get_object_or_404(LineResult, battle=battle, pk=result)
    said_by = _said_by(request)
    done = tell_refusal(request, lambda: confirm_output(result=row, said_by=said_by, by=request.user))
    return _back(battle, "output" if done else "")


@require_http_methods(["GET", "HEAD", "POST"])
def output_correct(request: SignedInRequest, pk: int, result: int) -> HttpResponse:
    """For the delegate and the management; coordinators record figures themselves."""
    of_plant = Membership.objects.filter(user=request.user.pk, role__in=[MemberRole.DELEGATE, MemberRole.MANAGER])
    battles = Battle.objects.visible_to(request.user).filter(factory__in=of_plant.values("factory"))
    rows = LineResult.objects.filter(battle__in=battles, after__isnull=False).select_related("line", "battle")
    row = get_object_or_404(rows, battle=pk, pk=result)
    return correction_page(request, _door(request, row.battle.factory_id), row)


def _back(battle: Battle, said: str) -> HttpResponse:
    to = reverse("battles:plant", args=[battle.factory_id])
    return redirect(f"{to}?said={said}" if said else to)


@require_safe
def agreement_print(request: SignedInRequest, pk: int) -> HttpResponse:
    """On A4, with places for signatures: for the coordinators and the plant."""
    rows = Battle.objects.visible_to(request.user).filter(factory__in=Factory.objects.visible_to(request.user))
    battle = get_object_or_404(rows.select_related("factory__municipality__state"), pk=pk)
    return render(request, PAPER, paper(battle) | {"base": "base.html"})


def paper(battle: Battle) -> dict[str, object]:
    """What each side brings. Crew and posts, no names: they sign by hand."""
    agreement = Agreement.objects.filter(battle=battle, agreed_on__isnull=False).first()
    if agreement is None:
        raise Http404
    seats: dict[tuple[str, int], int] = {}
    for seat in battle.seats.select_related("trade"):
        seats[seat.trade.name, seat.level] = seats.get((seat.trade.name, seat.level), 0) + 1
    links = battle.battle_requests.select_related("request__machine").prefetch_related("request__needs")
    requests = [link.request for link in links]
    needs = [need for request in requests for need in request.needs.all()]
    return {
        "battle": battle, "agreement": agreement, "requests": requests, "needs": needs,
        "open_needs": [need for need in needs if need.brings == Brings.UNKNOWN],
        "seats": [(trade, level, many) for (trade, level), many in seats.items()],
    }  # fmt: skip


@require_POST
def link_make(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    return carry_out(
        request, row, "agreement", lambda: make_plant_link(battle=row, by=request.user),
        said=_("The link is made, and sent to the delegates or the contact of the plant."),
    )  # fmt: skip


@require_POST
def link_revoke(request: SignedInRequest, pk: int, link: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    one = get_object_or_404(row.plant_links, pk=link)
    return carry_out(
        request, row, "agreement", lambda: revoke_plant_link(link=one, by=request.user),
        said=_("Revoked: the link opens nothing any more."),
    )  # fmt: skip
