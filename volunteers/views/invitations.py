"""An account for a volunteer: the coordinator sends the link, the volunteer chooses name and password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from epo.contacts.actions import note_views
from epo.core import say
from epo.core.addresses import sender_of
from epo.core.errors import Refused
from epo.core.http import page
from epo.work.allowances import Pace, take
from volunteers import actions
from volunteers.forms.joining import AccountForm
from volunteers.links import INVITATION_FRESH, invitation_link, invited
from volunteers.views.profile import context_of, theirs_to_change

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from epo.core.http import SignedInRequest
    from volunteers.models import Volunteer

TRIES = Pace(burst=20, seconds=30)
"""Each try looks up a name and may hash a password."""
BACKEND = "epo.accounts.backends.Passwords"


@require_POST
def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """Shows the link and the ways to send it; by e-mail it goes at once."""
    volunteer = theirs_to_change(request, pk)
    try:
        actions.invite(volunteer=volunteer, by=request.user)
    except Refused as refused:
        messages.warning(request, str(refused.refusal))
        return redirect("volunteers:volunteer", pk)
    note_views(contacts=[volunteer.contact], by=request.user, reason="invitation")
    link = invitation_link(volunteer)
    text = _("Welcome to the Productive Workers' Army. Choose your name and password here: %(link)s") % {"link": link}
    told = {"link": link, "text": text, "days": INVITATION_FRESH.days}
    return page(request, "volunteers/joining/invited.html", context_of(volunteer, pk) | told)


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    volunteer = invited(token)
    if volunteer is None:
        return render(request, "volunteers/joining/stale.html", status=404)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and (wait := take(f"invitation {sender_of(request)}", TRIES)):
        told = {"form": form, "volunteer": volunteer, "wait": say.wait(wait)}
        answer = render(request, "volunteers/joining/invitation.html", told, status=429)
        answer["Retry-After"] = str(wait)
        return answer
    if form.is_valid() and _made(volunteer, form):
        return redirect("volunteers:account-ready")
    status = 422 if form.is_bound else 200
    return render(request, "volunteers/joining/invitation.html", {"form": form, "volunteer": volunteer}, status=status)


def _made(volunteer: Volunteer, form: AccountForm) -> bool:
    said = form.cleaned_data
    try:
        actions.accept_invitation(volunteer=volunteer, username=said["username"], password=said["password1"])
    except Refused as refused:
        form.add_error("username", str(refused.refusal))
        return False
    return True


@login_not_required
@require_safe
def account_ready(request: HttpRequest) -> HttpResponse:
    return render(request, "volunteers/joining/ready.html")
