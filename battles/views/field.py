"""What is noted on the way and in the plant, by the crew's responsible or a coordinator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from battles.actions import answers, demands, diagnosis, field
from battles.forms.battles import ReasonForm
from battles.forms.field import (
    DemandForm,
    DiaryForm,
    FindingForm,
    FindingsForm,
    FoundForm,
    NeedForm,
    NeedStateForm,
    VoiceForm,
)
from battles.models import Demand, Need
from battles.states import NeedState
from battles.views.battle_page import carry_out, planned_by, recorded_by
from battles.views.battle_parts import edit

if TYPE_CHECKING:
    from django.http import HttpResponse

    from epo.core.http import SignedInRequest


@require_POST
def arrived(request: SignedInRequest, pk: int, offer: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    one = get_object_or_404(row.offers, pk=offer)
    return carry_out(request, row, "crew", lambda: field.arrive(offer=one, by=request.user))


@require_POST
def home(request: SignedInRequest, pk: int, offer: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    one = get_object_or_404(row.offers, pk=offer)
    return carry_out(request, row, "crew", lambda: field.go_home(offer=one, by=request.user))


@require_POST
def arrived_all(request: SignedInRequest, pk: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    return carry_out(
        request, row, "crew", lambda: field.arrive_all(battle=row, by=request.user), said=_("Noted for everybody.")
    )


@require_POST
def home_all(request: SignedInRequest, pk: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    return carry_out(
        request, row, "crew", lambda: field.go_home_all(battle=row, by=request.user), said=_("Noted for everybody.")
    )


@require_POST
def left(request: SignedInRequest, pk: int, offer: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    one = get_object_or_404(row.offers, pk=offer)
    form = ReasonForm(request.POST)
    return carry_out(
        request, row, "crew", lambda: answers.leave(offer=one, by=request.user, **form.cleaned_data), form=form,
        name=f"left-{one.pk}", said=_("Noted. What is left of the stay is an empty seat now."),
    )  # fmt: skip


@require_POST
def released(request: SignedInRequest, pk: int, offer: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    one = get_object_or_404(row.offers, pk=offer)
    form = ReasonForm(request.POST)
    return carry_out(
        request, row, "crew", lambda: answers.release(offer=one, by=request.user, **form.cleaned_data), form=form,
        name=f"released-{one.pk}", said=_("Released; the days are free again."),
    )  # fmt: skip


@require_POST
def diary(request: SignedInRequest, pk: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    form = DiaryForm(request.POST, battle=row, auto_id="diary_%s")
    return carry_out(
        request, row, "jobs", lambda: field.write_diary(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="diary", said=_("Written down."),
    )  # fmt: skip


@require_POST
def found(request: SignedInRequest, pk: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    form = FoundForm(request.POST, battle=row, auto_id="found_%s")
    return carry_out(
        request, row, "jobs", lambda: field.note_machine_found(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="found", said=_("It is a request of this battle now."),
    )  # fmt: skip


@require_POST
def need_add(request: SignedInRequest, pk: int, link: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    tie = get_object_or_404(row.battle_requests.select_related("request"), pk=link)
    form = NeedForm(request.POST, auto_id=f"need{link}_%s")
    return carry_out(
        request, row, "jobs",
        lambda: demands.add_need(request=tie.request, by=request.user, **form.cleaned_data),
        form=form, name=f"need-{link}",
    )  # fmt: skip


@require_POST
def need_settle(request: SignedInRequest, pk: int, need: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    one = get_object_or_404(Need.objects.filter(request__battle_requests__battle=row), pk=need)
    form = NeedStateForm(request.POST)
    return carry_out(
        request, row, "jobs",
        lambda: demands.settle_need(
            need=one, to=NeedState(form.cleaned_data["state"]), reason=form.cleaned_data["note"], by=request.user
        ),
        form=form, name=f"settle-{one.pk}",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def demand(request: SignedInRequest, pk: int, demand: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    rows = Demand.objects.filter(request__battle_requests__battle=row).select_related("trade")
    one = get_object_or_404(rows, pk=demand)
    form = DemandForm(request.POST or None, demand=one)

    def correct() -> None:
        if form.cleaned_data["people"] == 0:
            demands.remove_demand(demand=one, by=request.user)
        else:
            demands.change_demand(demand=one, trade=one.trade, by=request.user, **form.cleaned_data)

    return edit(request, row, "jobs", form, str(one.trade), correct)


@require_POST
def voice(request: SignedInRequest, pk: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    form = VoiceForm(request.POST, auto_id="voice_%s")
    return carry_out(
        request, row, "jobs", lambda: diagnosis.hear_voice(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="voice", said=_("Written down."),
    )  # fmt: skip


@require_POST
def finding(request: SignedInRequest, pk: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    form = FindingForm(request.POST, battle=row, auto_id="finding_%s")
    return carry_out(
        request, row, "jobs", lambda: diagnosis.add_finding(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="finding",
    )  # fmt: skip


@require_POST
def findings_request(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    form = FindingsForm(request.POST, battle=row, auto_id="findings_%s")
    chosen = len(form.cleaned_data["findings"]) if form.is_valid() else 0
    said = ngettext("%(n)s request opened.", "%(n)s requests opened.", chosen) % {"n": chosen}
    return carry_out(
        request, row, "jobs", lambda: diagnosis.make_requests(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="findings", said=said,
    )  # fmt: skip
