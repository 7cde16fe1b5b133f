"""The lists of people as files, filtered as they are on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from epo.accounts.http import coordinators_only
from epo.core.errors import Refused
from epo.core.http import page, when_sure
from epo.core.sheets.writing import TYPES, download, in_portions
from volunteers import actions, listing, rules
from volunteers.filters import VolunteerFilter
from volunteers.forms.exporting import ContactsExportForm
from volunteers.models import Application, Volunteer
from volunteers.states import ApplicationState
from volunteers.views import certificates

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from epo.core.http import SignedInRequest

TEMPLATE = "volunteers/export_contacts.html"


def known_kind(kind: str) -> str:
    if kind not in TYPES:
        raise Http404
    return kind


def _people(request: SignedInRequest, rows: QuerySet[Volunteer]) -> tuple[QuerySet[Volunteer], dict[str, str]]:
    """The people, and the filters that were set."""
    related = rows.select_related("home__state").prefetch_related("qualifications__trade")
    found = VolunteerFilter(request.GET, related)
    return found.qs, {name: request.GET[name] for name in found.filters if request.GET.get(name)}


@require_safe
@coordinators_only
def people(request: SignedInRequest, kind: str) -> HttpResponse:
    rows, _filters = _people(request, Volunteer.objects.visible_to(request.user))
    return download(_("volunteers"), known_kind(kind), listing.people_columns(), in_portions(rows))


@require_http_methods(["GET", "POST"])
@when_sure
@coordinators_only
def contacts(request: SignedInRequest) -> HttpResponse:
    """A page that asks for the reason; posted, the file. Of people of one's own regions only."""
    if not rules.may_export_contacts(request.user):
        raise Http404
    rows, filters = _people(request, Volunteer.objects.of_regions_of(request.user))
    form = ContactsExportForm(request.POST or None)
    context = {"form": form, "count": rows.count(), "filters": filters, "query": request.GET.urlencode()}
    if not form.is_valid():
        return page(request, TEMPLATE, context)
    try:
        return _sent(request, rows.select_related("contact"), _without_names(filters), form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused.refusal))
        return page(request, TEMPLATE, context)


def _without_names(filters: dict[str, str]) -> dict[str, str]:
    """The audit says that a name was looked for, and not which."""
    return filters | ({"q": "…"} if "q" in filters else {})


def _sent(
    request: SignedInRequest, rows: QuerySet[Volunteer], filters: dict[str, str], said: dict[str, Any]
) -> HttpResponse:
    """Those whose details go out are those who are noted, whoever joins meanwhile."""
    people = list(rows)
    actions.note_contacts_exported(
        contacts=[one.contact for one in people], filters=filters, reason=said["reason"], by=request.user
    )
    return download(_("contacts"), said["kind"], listing.people_columns(with_contacts=True), people)


@require_safe
@coordinators_only
def applications(request: SignedInRequest, kind: str) -> HttpResponse:
    state = request.GET.get("state", ApplicationState.WAITING)
    state = state if state in ApplicationState.values else ApplicationState.WAITING
    rows = Application.objects.visible_to(request.user).filter(state=state).order_by("received_at", "pk")
    related = rows.select_related("home__state").prefetch_related("trades__trade")
    return download(_("applications"), known_kind(kind), listing.APPLICATIONS, in_portions(related))


@require_safe
@coordinators_only
def papers(request: SignedInRequest, kind: str) -> HttpResponse:
    is_expiring = request.GET.get("tab") == "expiring"
    rows: Any = certificates.expiring(request) if is_expiring else certificates.waiting(request)
    columns = listing.EXPIRING if is_expiring else listing.WAITING
    return download(_("certificates"), known_kind(kind), columns, in_portions(rows))
