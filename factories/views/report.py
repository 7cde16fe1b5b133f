"""The public report page: `/r/<token>` of a label, and `/reportar` for plants and machines without one."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from epo.core import say
from epo.core.addresses import sender_of
from epo.core.errors import Refused, TooMany
from epo.core.forms import CUT_OFF
from epo.core.text import fold
from epo.places.models import Municipality, State
from factories import actions
from factories.actions import Outcome
from factories.forms import ReportForm, SameForm, SearchForm, Spot
from factories.models import BreakdownReport, Factory, Label, Machine
from factories.views.just_sent import fresh, number_sent, remember, with_new
from factories.views.posted import UnreadableError, keep_post, read_post

if TYPE_CHECKING:
    from django.http import HttpRequest

    from factories.content import Content

MOST_SHOWN = 20
OPEN_SHOWN = 5
OTHER = "other"
LONGEST_KEY = 15
KEPT_SALT = "factories.kept"


# Whoever sends a report has no rights that a forged request could borrow: the sender's session is not
# looked at and nothing is done in anybody's name. So these pages ask for no CSRF token, and a phone whose
# cookies are off, or a form that lay open for a week, loses nothing.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, token: str) -> HttpResponse:
    labels = Label.objects.select_related("machine__factory", "machine__kind", "factory")
    label = labels.filter(token=token).first()
    if label is None:
        return render(request, "factories/unknown_label.html", status=404)
    if label.retired_at is not None and request.method != "POST":
        return render(request, "factories/retired_label.html", {"label": label, "to": _instead_of(label)}, status=410)
    if label.machine is not None:
        return _fill_in(request, Spot(label=label, machine=label.machine, factory=label.machine.factory))
    return _at_factory(request, Spot(label=label, factory=label.factory), cast("Factory", label.factory))


def _instead_of(label: Label) -> str:
    """Where the new label's form is, or the plant's."""
    factory = label.machine.factory if label.machine else label.factory
    thing = {"machine": label.machine} if label.machine else {"factory": factory}
    new = Label.objects.in_use().filter(**thing).first() or Label.objects.in_use().filter(factory=factory).first()
    if new is not None:
        return reverse("factories:report", args=[new.token])
    return f"{reverse('factories:report-anywhere')}?factory={factory.pk if factory else ''}"


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_anywhere(request: HttpRequest) -> HttpResponse:
    if key := request.GET.get("factory"):
        factory = _named(Factory.objects.select_related("municipality__state"), key)
        return _at_factory(request, Spot(factory=factory), factory)
    form = SearchForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    municipality = _by_code(Municipality.objects.select_related("state"), said.get("municipality", ""))
    if request.GET.get("plant") == OTHER and municipality is not None:
        return _fill_in(request, Spot(municipality=municipality))
    if request.method == "POST":
        return _of_nowhere(request)
    return render(request, "factories/anywhere.html", _search(said, municipality))


def _of_nowhere(request: HttpRequest) -> HttpResponse:
    """A report to an address whose question got lost: a header can make it unreadable, or the link was cut."""
    try:
        keep_post(request, "no place")
    except TooMany as error:
        return _unreadable(request, UnreadableError(429, None), wait=error.seconds)
    except UnreadableError as problem:
        return _unreadable(request, problem)


def _search(said: dict[str, Any], municipality: Municipality | None) -> dict[str, Any]:
    state = municipality.state if municipality else _by_code(State.objects.all(), said.get("state", ""))
    words = fold(said.get("q", ""))
    plants = Factory.objects.select_related("municipality__state").order_by("folded", "pk")
    for word in words.split():
        plants = plants.filter(folded__contains=word)
    if municipality is not None:
        plants = plants.filter(municipality=municipality)
    elif state is not None:
        plants = plants.filter(municipality__state=state)
    is_searching = bool(words or municipality)
    found = list(plants[: MOST_SHOWN + 1]) if is_searching else []
    return {
        "q": said.get("q", ""),
        "state": state,
        "municipality": municipality,
        "states": [] if state else State.objects.all(),
        "municipalities": state.municipalities.all() if state and not municipality else [],
        "plants": found[:MOST_SHOWN],
        "has_more": len(found) > MOST_SHOWN,
        "is_searching": is_searching,
    }


def _by_code(rows: Any, code: str) -> Any:
    return rows.filter(code=code).first() if code else None


def _named(rows: Any, key: str) -> Any:
    is_key = key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY
    row = rows.filter(pk=int(key)).first() if is_key else None
    if row is None:
        raise Http404
    return row


def _at_factory(request: HttpRequest, spot: Spot, factory: Factory) -> HttpResponse:
    """First which machine, then the form: then its usual faults can be offered."""
    machines = factory.machines.filter(is_retired=False)
    key = request.GET.get("machine") or (OTHER if request.method == "POST" else "")
    if key and key != OTHER:
        machine = _named(machines.select_related("kind"), key)
        return _fill_in(request, Spot(label=spot.label, factory=factory, machine=machine))
    listed = list(machines.select_related("kind").order_by("folded", "pk"))
    if key == OTHER or not listed:
        return _fill_in(request, spot)
    query = "?" if spot.label else f"?factory={factory.pk}&"
    return render(request, "factories/which_machine.html", {"spot": spot, "machines": listed, "query": query})


def _fill_in(request: HttpRequest, spot: Spot) -> HttpResponse:
    if request.method == "POST":
        return _receive(request, spot)
    if request.GET.get("new"):
        return fresh(request)
    if number := number_sent(request):
        return render(request, "factories/sent.html", _context(spot) | {"number": number, "again": with_new(request)})
    return _form_page(request, spot, ReportForm(spot=spot, faults=_faults(spot.machine)))


def _form_page(
    request: HttpRequest, spot: Spot, form: ReportForm, *, status: int = 200, wait: int = 0, problem: str = ""
) -> HttpResponse:
    open_reports = [] if form.is_bound else _open_reports(spot)
    context = _context(spot) | {"form": form, "open": open_reports, "problem": problem}
    if wait:
        context |= {"wait": say.wait(wait), "resend": wait if form.is_bound and not request.FILES else None}
    return render(request, "factories/report.html", context, status=status)


def _come_again(request: HttpRequest, spot: Spot, form: ReportForm | SameForm, seconds: int) -> HttpResponse:
    """Too many at once: the form as it was filled in, which a script sends again by itself when it is time."""
    if isinstance(form, SameForm):
        form = ReportForm(spot=spot, faults=_faults(spot.machine))
    elif request.FILES:
        form.add_error("photos", _("Choose the photos again: the phone does not keep them."))
    answer = _form_page(request, spot, form, status=429, wait=seconds)
    answer["Retry-After"] = str(seconds)
    return answer


def _context(spot: Spot) -> dict[str, Any]:
    return {"spot": spot, "draft": spot.draft_key}


def _faults(machine: Machine | None) -> list[tuple[str, str]]:
    return [(fault.code, fault.name) for fault in machine.kind.faults.all()] if machine else []


def _open_reports(spot: Spot) -> list[tuple[BreakdownReport, SameForm]]:
    """Fault and age only, and only for who has the label: what stands still is nobody else's business."""
    if spot.label is None or spot.machine is None:
        return []
    reports = spot.machine.reports.open().filter(same_as=None).prefetch_related("faults")[:OPEN_SHOWN]
    return [(each, SameForm(initial={"id": uuid.uuid4(), "same_as": each.number}, auto_id=False)) for each in reports]


def _receive(request: HttpRequest, spot: Spot) -> HttpResponse:
    try:
        read_post(request)
    except TooMany as error:
        return _come_again(request, spot, SameForm(), error.seconds)
    except UnreadableError as problem:
        return _unreadable(request, problem)
    if "same_as" in request.POST:
        same = SameForm(request.POST)
        if same.is_valid():
            return _store(request, spot, same, same.content(spot))
        blank = ReportForm(spot=spot, faults=_faults(spot.machine))
        return _form_page(request, spot, blank, status=422, problem=str(CUT_OFF))
    form = ReportForm(_with_id(request), request.FILES, spot=spot, faults=_faults(spot.machine))
    if not form.is_valid():
        return _form_page(request, spot, form, status=422)
    return _store(request, spot, form, form.content())


def _unreadable(request: HttpRequest, problem: UnreadableError, *, wait: int = 0) -> HttpResponse:
    answer = render(request, "factories/unreadable.html", {"kept": problem.kept}, status=problem.status)
    if wait:
        answer["Retry-After"] = str(wait)
    return answer


def _with_id(request: HttpRequest) -> Any:
    """A form whose id got lost or damaged gets a new one: the person did nothing wrong."""
    try:
        uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        data = request.POST.copy()
        data["id"] = str(uuid.uuid4())
        return data
    return request.POST


def _store(request: HttpRequest, spot: Spot, form: ReportForm | SameForm, content: Content) -> HttpResponse:
    try:
        receipt = actions.receive_report(
            report_id=form.cleaned_data["id"],
            content=content,
            by=None,
            language=get_language() or "es",
            sender=sender_of(request),
        )
    except TooMany as error:
        return _come_again(request, spot, form, error.seconds)
    except Refused:
        raise Http404 from None
    for photo in form.cleaned_data.get("photos", ()):
        _add_photo(request, receipt.report, photo)
    if receipt.outcome is Outcome.VARIANT:
        told = {"number": receipt.report.number, "draft": spot.draft_key}
        to = reverse("factories:kept", args=[signing.dumps(told, salt=KEPT_SALT)])
    else:
        to = reverse("battles:report-status", args=[receipt.report.status_token])
    answer = redirect(to) if request.accepts("text/html") else JsonResponse({"to": to})
    return remember(request, answer, receipt.report.number)


def _add_photo(request: HttpRequest, report: BreakdownReport, photo: Any) -> None:
    """A photo too many must not cost the report, which is stored by now."""
    try:
        actions.add_photo(report=report, photo_id=actions.photo_id_for(report, photo), file=photo, by=None)
    except Refused:
        return
    except TooMany:
        messages.warning(request, _("There is no room for photos at the moment. Your report has arrived without them."))


@login_not_required
@require_safe
def report_offline(request: HttpRequest) -> HttpResponse:
    """The form that a phone keeps, for any label and without network: it belongs to nobody and to no machine."""
    form = ReportForm(spot=Spot(), auto_id="id_%s")
    return render(request, "offline/report.html", {"form": form, "spot": Spot()})


@login_not_required
@require_safe
def kept(request: HttpRequest, signed: str) -> HttpResponse:
    """After other words under the same id: they are kept beside the first ones, which are not shown here."""
    try:
        told = signing.loads(signed, salt=KEPT_SALT)
    except signing.BadSignature:
        raise Http404 from None
    return render(request, "factories/kept.html", told)
