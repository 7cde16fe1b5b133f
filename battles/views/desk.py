"""The desk: the queue of reports, and one report beside the history of its machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from battles.actions import reports as actions
from battles.actions.requests import join_reports
from battles.filters import ReportFilter
from battles.forms.requests import (
    LONGEST_REASON,
    AnswerForm,
    JoinForm,
    OpenForm,
    PlantForm,
    SetAsideForm,
    joinable_requests,
    list_in,
)
from battles.models import RepairRequest
from battles.rules import requests as rules
from battles.scores import score_of, scored_reports
from epo.accounts.http import coordinators_only
from epo.audit.trail import trail_of
from epo.core.counting import how_many
from epo.core.errors import Refused
from epo.core.http import SignedInRequest, after_post, page, tell_refusal, words_in
from factories.models import BreakdownReport, Machine, MachineKind, ReportVariant, Sector
from factories.states import ReportState

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

TEMPLATE = "battles/desk/desk.html"
PER_PAGE = 25
EARLIER = 10
MOST_AT_ONCE = 100


def queue_of(request: SignedInRequest) -> QuerySet[BreakdownReport]:
    """What this coordinator may triage, with all that a row of the queue shows."""
    unseen = ReportVariant.objects.filter(report=OuterRef("pk"), seen_at=None)
    rows = scored_reports(BreakdownReport.objects.coordinated_by(request.user))
    same = BreakdownReport.objects.filter(same_as=OuterRef("pk"))
    rows = rows.annotate(same_count=how_many(same), has_variants=Exists(unseen))
    return rows.select_related(
        "machine", "kind", "factory__municipality__state", "municipality__state", "in_hand_of"
    ).prefetch_related("faults")


def list_context(request: SignedInRequest) -> dict[str, Any]:
    found = ReportFilter(request.GET, queryset=queue_of(request), request=request)
    rows = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    sectors, kinds = list(Sector.objects.all()), list(MachineKind.objects.all())
    list_in(found.form.fields["sector"], sectors)
    list_in(found.form.fields["kind"], kinds)
    return {
        "filter": found,
        "page_obj": rows,
        "query": request.GET.urlencode(),
        "joinable": list(joinable_requests(request.user)),
        "sectors": sectors,
        "kinds": kinds,
        "later": SetAsideForm(auto_id="later_%s"),
    }


def whole_context(request: SignedInRequest, report: BreakdownReport, **forms: Any) -> dict[str, Any]:
    """The queue, and beside it the report. `forms` are those that came back with errors."""
    queue = list_context(request)
    return queue | _detail_context(request, report, queue, forms)


def _detail_context(
    request: SignedInRequest, report: BreakdownReport, queue: dict[str, Any], forms: dict[str, Any]
) -> dict[str, Any]:
    mine = BreakdownReport.objects.coordinated_by(request.user)
    duplicates, earlier = rules.find_duplicates(report), list(_earlier(mine, report))
    prefetch_related_objects([*duplicates.reports, *earlier], "faults")
    return {
        "report": report,
        "score": score_of(report),
        "photos": report.photos.all(),
        "variants": report.variants.all(),
        "same": mine.filter(same_as=report) if report.same_count else (),  # type: ignore[attr-defined]
        "link": getattr(report, "request_link", None),
        "duplicates": duplicates,
        "earlier": earlier,
        "requests": _requests(request, report),
        "statuses": report.machine.statuses.select_related("by")[:EARLIER] if report.machine else (),
        "history": trail_of(report),
        "is_new": report.state == ReportState.NEW,
        "forms": (_forms(request, report, queue) if report.state == ReportState.NEW else {}) | forms,
    }


def _forms(request: SignedInRequest, report: BreakdownReport, queue: dict[str, Any]) -> dict[str, Any]:
    """What they have to choose from is read once for all of them."""
    seen, plant = {"version": report.version}, report.factory_id
    opening = OpenForm(report=report, auto_id="open_%s")
    placing = PlantForm(report=report, user=request.user, auto_id="plant_%s")
    machines = list(Machine.objects.filter(factory=plant)) if plant else []
    for form, name, rows in (
        (opening, "machine", machines), (placing, "machine", machines),
        (placing, "sector", queue["sectors"]), (placing, "kind", queue["kinds"]),
    ):  # fmt: skip
        if name in form.fields:
            list_in(form.fields[name], rows)
    requests = joinable_requests(request.user, of=report)
    here = [one for one in queue["joinable"] if plant in (None, one.factory_id)]
    return {
        "open": opening,
        "join": JoinForm(requests=requests, listed=here, initial=seen, auto_id="join_%s"),
        "answer": AnswerForm(initial=seen, auto_id="answer_%s"),
        "aside": SetAsideForm(initial=seen, auto_id="aside_%s"),
        "plant": placing,
    }


def _earlier(mine: QuerySet[BreakdownReport], report: BreakdownReport) -> QuerySet[BreakdownReport]:
    if report.machine_id is None:
        return mine.none()
    others = mine.filter(machine=report.machine_id).exclude(pk=report.pk).exclude(same_as=report.pk)
    return others.select_related("machine", "kind")[:EARLIER]


def _requests(request: SignedInRequest, report: BreakdownReport) -> QuerySet[RepairRequest]:
    rows = RepairRequest.objects.coordinated_by(request.user)
    return rows.filter(machine=report.machine_id)[:EARLIER] if report.machine_id else rows.none()


def report_or_404(request: SignedInRequest, pk: UUID) -> BreakdownReport:
    rows = queue_of(request).select_related(
        "same_as", "request_link__request", "reporter", "machine__kind", "machine__line"
    )
    return get_object_or_404(rows, pk=pk)


def address(request: SignedInRequest, report: BreakdownReport) -> str:
    """The report's page, with the filters of the queue beside it."""
    query = request.GET.urlencode()
    return reverse("battles:report", args=[report.pk]) + (f"?{query}" if query else "")


def renewed(request: SignedInRequest, report: BreakdownReport, **forms: Any) -> HttpResponse:
    """After something was done: the queue and the report as they are now."""
    report = report_or_404(request, report.pk)
    context = whole_context(request, report, **forms)
    if any(form.errors for form in forms.values()):
        return page(request, TEMPLATE, context, fragment="desk")
    return after_post(request, TEMPLATE, context, fragment="desk", to=address(request, report))


@require_safe
@coordinators_only
def queue(request: SignedInRequest) -> HttpResponse:
    return page(request, TEMPLATE, list_context(request), fragment="desk")


@require_safe
@coordinators_only
def report_page(request: SignedInRequest, pk: UUID) -> HttpResponse:
    report = report_or_404(request, pk)
    return page(request, TEMPLATE, whole_context(request, report), fragment="desk")


@require_POST
@coordinators_only
def bulk(request: SignedInRequest) -> HttpResponse:
    """Not now, or join, for all that were ticked: for all of them, or (with the reason) for none."""
    versions = _ticked(request)
    chosen = list(BreakdownReport.objects.coordinated_by(request.user).filter(pk__in=versions))
    try:
        _carry_out(request, chosen, versions)
    except Refused as refused:
        messages.warning(request, str(refused.refusal))
    query = request.GET.urlencode()
    to = reverse("battles:desk") + (f"?{query}" if query else "")
    return after_post(request, TEMPLATE, list_context(request), fragment="desk", to=to)


def _ticked(request: SignedInRequest) -> dict[UUID, int]:
    """Each box says the report and its version as it was shown."""
    versions = {}
    for value in request.POST.getlist("chosen")[:MOST_AT_ONCE]:
        key, _colon, version = value.partition(":")
        try:
            versions[UUID(key)] = int(version)
        except ValueError:
            continue
    return versions


def _carry_out(request: SignedInRequest, chosen: list[BreakdownReport], versions: dict[UUID, int]) -> None:
    count = len(chosen)
    if request.POST.get("do") == "join":
        form = JoinForm(request.POST, requests=joinable_requests(request.user))
        if not form.is_valid():
            messages.warning(request, _("Choose the request that they belong to."))
            return
        join_reports(reports=chosen, request=form.cleaned_data["request"], by=request.user, versions=versions)
        messages.success(request, ngettext("%(n)s report joined.", "%(n)s reports joined.", count) % {"n": count})
        return
    reason = words_in(request, "reason", most=LONGEST_REASON)
    actions.set_aside(reports=chosen, reason=reason, by=request.user, versions=versions)
    messages.success(request, ngettext("%(n)s report set aside.", "%(n)s reports set aside.", count) % {"n": count})


def do(request: SignedInRequest, what: Any, done: str) -> Any:
    """Carry out an action of the desk; say that it is done, or why not."""
    row = tell_refusal(request, what)
    if row is not None:
        messages.success(request, done)
    return row
