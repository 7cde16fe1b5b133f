"""Certificates: one's own, those that coordinators have to check, and what ends before long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from epo.accounts.http import coordinators_only
from epo.accounts.models import coordinated_by
from epo.core.clock import today
from epo.core.errors import Refused
from epo.core.http import page, tell_refusal
from volunteers import actions
from volunteers.actions.expiry import WARN_BEFORE
from volunteers.forms.joining import ReasonForm
from volunteers.forms.papers import CertificateForm
from volunteers.models import Certificate, Qualification, Volunteer
from volunteers.views.profile import context_of, theirs_to_change

if TYPE_CHECKING:
    from uuid import UUID

    from epo.core.http import SignedInRequest

PER_PAGE = 50
LATELY = timedelta(days=90)
"""How long what has ended stays on the list."""


@require_http_methods(["GET", "POST"])
def certificates(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """Posted, it adds one; for the same trade as one in force, it renews that."""
    volunteer = theirs_to_change(request, pk)
    context = context_of(volunteer, pk)
    form = CertificateForm(request.POST or None, request.FILES or None, initial=_renewed(request, volunteer))
    if form.is_valid() and _added(request, volunteer, form):
        return redirect(context["urls"]["certificates"])
    if form.errors and request.FILES:
        form.add_error("scan", _("Choose the photo again: the phone does not keep it."))
    rows = volunteer.certificates.select_related("trade", "checked_by")
    told = {"certificates": rows, "form": form, "today": today()}
    return page(request, "volunteers/certificates.html", context | told, status=422 if form.errors else 200)


def _renewed(request: SignedInRequest, volunteer: Volunteer) -> dict[str, Any]:
    """What the new paper will say like the old one that the address names."""
    code = request.GET.get("trade", "").replace("\x00", "")
    old = volunteer.certificates.filter(trade__code=code).first() if code else None
    return {"trade": old.trade_id, "level": old.level, "issuer": old.issuer} if old else {}


def _added(request: SignedInRequest, volunteer: Volunteer, form: CertificateForm) -> bool:
    try:
        added = actions.add_certificate(
            volunteer=volunteer, paper=form.paper(), scan=form.cleaned_data["scan"], by=request.user
        )
    except Refused as refused:
        form.add_error(None, str(refused.refusal))
        return False
    is_waiting = added.checked_at is None
    messages.success(request, _("Added. A coordinator checks it.") if is_waiting else _("Added. It is in force."))
    return True


@require_safe
def scan(request: SignedInRequest, key: UUID) -> FileResponse:
    """For who it belongs to, and the coordinators in charge."""
    one = get_object_or_404(Certificate.objects.visible_to(request.user), key=key)
    if not one.scan:
        raise Http404
    try:
        file = one.scan.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@coordinators_only
def to_check(request: SignedInRequest) -> HttpResponse:
    """Two lists: papers that wait, and qualifications that end before long or ended lately."""
    tab = "expiring" if request.GET.get("tab") == "expiring" else "waiting"
    rows: Any = expiring(request) if tab == "expiring" else waiting(request)
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"tab": tab, "page_obj": page_obj, "today": today(), "form": ReasonForm(auto_id=False)}
    return page(request, "volunteers/to_check.html", context)


def waiting(request: SignedInRequest) -> Any:
    rows = Certificate.objects.of_regions_of(request.user).to_check().select_related("volunteer__home__state", "trade")
    return rows.order_by("added_at", "pk")


def expiring(request: SignedInRequest) -> Any:
    day = today()
    here = Qualification.objects.filter(coordinated_by(request.user, "volunteer__home__state__region"))
    rows = here.expiring(day - LATELY, day + timedelta(days=max(WARN_BEFORE)))
    is_over = Case(When(valid_until__lt=day, then=1), default=0)
    return rows.order_by(is_over, "valid_until", "volunteer__folded", "pk")


def _theirs(request: SignedInRequest, key: UUID) -> Certificate:
    rows = Certificate.objects.of_regions_of(request.user).select_related("volunteer__home__state", "trade")
    return get_object_or_404(rows, key=key)


@require_POST
@coordinators_only
def confirm(request: SignedInRequest, key: UUID) -> HttpResponse:
    one = _theirs(request, key)
    if tell_refusal(request, lambda: actions.confirm_certificate(certificate=one, by=request.user)):
        messages.success(request, _("In force. The holder is told."))
    return redirect("volunteers:certificates-to-check")


@require_POST
@coordinators_only
def refuse(request: SignedInRequest, key: UUID) -> HttpResponse:
    one = _theirs(request, key)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if tell_refusal(request, lambda: actions.refuse_certificate(certificate=one, reason=reason, by=request.user)):
        messages.success(request, _("Noted; they are told why."))
    return redirect("volunteers:certificates-to-check")
