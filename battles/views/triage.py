"""What a coordinator does with one report. Each view is a button of the desk."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from battles.actions import reports as actions
from battles.actions.requests import join_reports, open_request
from battles.forms.requests import (
    AnswerForm,
    JoinForm,
    OpenForm,
    PlantForm,
    SetAsideForm,
    Versioned,
    joinable_requests,
)
from battles.views.desk import TEMPLATE, do, renewed, report_or_404, whole_context
from epo.accounts.http import coordinators_only
from epo.contacts.actions import note_views
from epo.core.http import SignedInRequest, after_post, page
from factories.actions import mark_variant_seen
from factories.models.reports import may_see_reporter

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse


def _version(request: SignedInRequest) -> int | None:
    form = Versioned(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else None


@require_POST
@coordinators_only
def take(request: SignedInRequest, pk: UUID) -> HttpResponse:
    report = report_or_404(request, pk)
    what = partial(actions.take_report, report=report, by=request.user, version=_version(request))
    do(request, what, _("You have it in hand."))
    return renewed(request, report)


@require_POST
@coordinators_only
def open_from_report(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One tap: what the form does not say comes from the report. Then on to the request and its demands."""
    report = report_or_404(request, pk)
    form = OpenForm(request.POST, report=report, auto_id="open_%s")
    if not form.is_valid():
        return renewed(request, report, open=form)
    said = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    opened = do(request, partial(open_request, report=report, by=request.user, **said), _("Request opened."))
    if opened is None:
        return renewed(request, report)
    return after_post(request, TEMPLATE, {}, to=reverse("battles:request", args=[opened.pk]))


@require_POST
@coordinators_only
def join(request: SignedInRequest, pk: UUID) -> HttpResponse:
    report = report_or_404(request, pk)
    form = JoinForm(request.POST, requests=joinable_requests(request.user, of=report), auto_id="join_%s")
    if not form.is_valid():
        return renewed(request, report, join=form)
    version = form.cleaned_data["version"]
    versions = {} if version is None else {report.pk: version}
    what = partial(
        join_reports,
        reports=[report],
        request=form.cleaned_data["request"],
        by=request.user,
        versions=versions,
    )
    do(request, what, _("Joined to the request."))
    return renewed(request, report)


@require_POST
@coordinators_only
def answer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    report = report_or_404(request, pk)
    form = AnswerForm(request.POST, auto_id="answer_%s")
    if not form.is_valid():
        return renewed(request, report, answer=form)
    do(
        request,
        partial(actions.answer_report, report=report, by=request.user, **form.cleaned_data),
        _("Answered."),
    )
    return renewed(request, report)


@require_POST
@coordinators_only
def set_aside(request: SignedInRequest, pk: UUID) -> HttpResponse:
    report = report_or_404(request, pk)
    form = SetAsideForm(request.POST, auto_id="aside_%s")
    if not form.is_valid():
        return renewed(request, report, aside=form)
    version = form.cleaned_data["version"]
    versions = {} if version is None else {report.pk: version}
    what = partial(
        actions.set_aside,
        reports=[report],
        reason=form.cleaned_data["reason"],
        by=request.user,
        versions=versions,
    )
    do(request, what, _("Set aside for now."))
    return renewed(request, report)


@require_POST
@coordinators_only
def reopen(request: SignedInRequest, pk: UUID) -> HttpResponse:
    report = report_or_404(request, pk)
    what = partial(actions.reopen_report, report=report, by=request.user, version=_version(request))
    do(request, what, _("It is new again."))
    return renewed(request, report)


@require_POST
@coordinators_only
def put(request: SignedInRequest, pk: UUID) -> HttpResponse:
    report = report_or_404(request, pk)
    form = PlantForm(request.POST, report=report, user=request.user, auto_id="plant_%s")
    if not form.is_valid():
        return renewed(request, report, plant=form)
    what = partial(
        actions.put_plant, report=report, factory=form.chosen_factory(), machine=form.chosen_machine(),
        by=request.user, version=form.cleaned_data["version"],
    )  # fmt: skip
    do(request, what, _("Plant and machine entered."))
    return renewed(request, report)


@require_POST
@coordinators_only
def see_variant(request: SignedInRequest, pk: UUID, variant: int) -> HttpResponse:
    report = report_or_404(request, pk)
    mark_variant_seen(variant=get_object_or_404(report.variants, pk=variant), by=request.user)
    return renewed(request, report)


@require_POST
@coordinators_only
def contact(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows how to reach the reporter, and writes down that it was shown."""
    report = report_or_404(request, pk)
    context = whole_context(request, report)
    if report.reporter is not None and may_see_reporter(request.user, report):
        note_views(contacts=[report.reporter], by=request.user, reason="report")
        context["reporter"] = report.reporter
    return page(request, TEMPLATE, context, fragment="desk")
