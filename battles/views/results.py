"""What a battle achieved: outcomes, output, closing, readings later, repairs by the plant's own workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from battles.actions import corrections
from battles.actions import results as actions
from battles.forms.field import OutcomeForm
from battles.forms.results import AnswerForm, LessonsForm, OutputForm, OwnRepairForm, ReadingForm
from battles.models import OutputCorrection
from battles.views.battle_page import carry_out, planned_by, recorded_by

if TYPE_CHECKING:
    from django.http import HttpResponse

    from battles.models import Battle
    from epo.core.http import SignedInRequest


@require_POST
def outcome(request: SignedInRequest, pk: int, link: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    tie = get_object_or_404(row.battle_requests, pk=link)
    form = OutcomeForm(request.POST, link=tie, auto_id=f"outcome{link}_%s")
    return carry_out(
        request, row, "jobs", lambda: actions.record_outcome(link=tie, by=request.user, **form.cleaned_data),
        form=form, name=f"outcome-{link}", said=_("Noted. It stands once the battle is closed."),
    )  # fmt: skip


@require_POST
def output(request: SignedInRequest, pk: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    line = request.POST.get("line", "")
    form = OutputForm(request.POST, battle=row, auto_id=f"output{line}_%s")
    return carry_out(
        request, row, "result", lambda: actions.record_output(battle=row, by=request.user, **form.cleaned_data),
        form=form, name=f"output-{line}", said=_("Output recorded."),
    )  # fmt: skip


@require_POST
def take_over(request: SignedInRequest, pk: int, correction: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    one = _correction(row, correction)
    return carry_out(
        request, row, "result", lambda: corrections.take_over_correction(correction=one, by=request.user),
        said=_("Taken over: these are the figures of the battle now."),
    )  # fmt: skip


@require_POST
def answer_correction(request: SignedInRequest, pk: int, correction: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    one = _correction(row, correction)
    form = AnswerForm(request.POST, auto_id=f"answer{correction}_%s")
    return carry_out(
        request, row, "result",
        lambda: corrections.answer_correction(correction=one, by=request.user, **form.cleaned_data),
        form=form, name=f"answer-{correction}", said=_("Answered. The figures stay as they are."),
    )  # fmt: skip


def _correction(battle: Battle, pk: int) -> OutputCorrection:
    rows = OutputCorrection.objects.filter(result__battle=battle)
    return get_object_or_404(rows.select_related("result__line"), pk=pk)


@require_POST
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    form = LessonsForm(request.POST, battle=row, auto_id="lessons_%s")
    has_readings = row.line_results.exists()
    return carry_out(
        request, row, "result", lambda: actions.close_battle(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="lessons",
        said=_("Closed. Readings fall due in 30 and 90 days.") if has_readings else _("Closed."),
    )  # fmt: skip


@require_POST
def lessons(request: SignedInRequest, pk: int) -> HttpResponse:
    row = recorded_by(request.user, pk)
    form = LessonsForm(request.POST, battle=row, auto_id="lessons_%s")
    return carry_out(
        request, row, "result", lambda: actions.write_lessons(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="lessons", said=_("Saved."),
    )  # fmt: skip


@require_POST
def follow_up(request: SignedInRequest, pk: int, follow_up: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    due = get_object_or_404(row.follow_ups.select_related("line"), pk=follow_up)
    form = ReadingForm(request.POST, follow_up=due, auto_id=f"reading{due.pk}_%s")
    return carry_out(
        request, row, "result", lambda: actions.record_follow_up(follow_up=due, by=request.user, **form.cleaned_data),
        form=form, name=f"reading-{due.pk}", said=_("Reading recorded."),
    )  # fmt: skip


@require_POST
def own_repair(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    form = OwnRepairForm(request.POST, battle=row, auto_id="own_%s")
    return carry_out(
        request, row, "result",
        lambda: actions.record_own_repair(
            factory=row.factory, learned_from=row, by=request.user, **form.cleaned_data
        ),
        form=form, name="own-repair", said=_("Recorded: repaired by their own hands."),
    )  # fmt: skip
