"""Peers vouch for each other: what one asks, what one is asked, and the link for those one has not served with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from epo.core.errors import Refused
from epo.core.http import key_in, page, tell_refusal
from volunteers import actions, rules
from volunteers.actions.endorsements import PEERS_NEEDED
from volunteers.companions import companions_of
from volunteers.forms.papers import AskPeerForm
from volunteers.links import asked_about, peer_link
from volunteers.models import Endorsement, Qualification, Volunteer
from volunteers.states import Basis
from volunteers.views.profile import context_of, theirs_to_change

if TYPE_CHECKING:
    from epo.core.http import SignedInRequest

MOST_PEERS = 200


@require_http_methods(["GET", "POST"])
def endorsements(request: SignedInRequest) -> HttpResponse:
    """Posted, it asks one peer about one level."""
    volunteer = theirs_to_change(request, None)
    peers = list(companions_of(volunteer).exclude(pk=volunteer.pk).values_list("pk", flat=True)[:MOST_PEERS])
    form = AskPeerForm(request.POST or None, volunteer=volunteer, peers=peers)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.ask_peer(qualification=said["qualification"], peer=said["peer"], by=request.user)
        except Refused as refused:
            form.add_error("peer", str(refused.refusal))
        else:
            messages.success(request, _("Asked. You see here when they have answered."))
            return redirect("volunteers:endorsements")
    status = 422 if form.errors else 200
    return page(request, "volunteers/endorsements.html", _context(volunteer, peers, form), status=status)


def _context(volunteer: Volunteer, peers: list[int], form: AskPeerForm) -> dict[str, Any]:
    own = list(volunteer.qualifications.select_related("trade").order_by("trade__folded"))
    said = list(volunteer.endorsements.select_related("trade", "peer"))
    asked = volunteer.endorsed.asked().select_related("trade", "volunteer__home__state")
    return context_of(volunteer, None) | {
        "rows": [_row(one, said) for one in own],
        "asked": asked,
        "has_peers": bool(peers),
        "needed": PEERS_NEEDED,
        "form": form,
    }


def _row(qualification: Qualification, said: list[Endorsement]) -> dict[str, Any]:
    """Who said no is shown like who has not answered: nobody has to justify themselves."""
    about = [one for one in said if one.trade_id == qualification.trade_id and one.level >= qualification.level]
    given = [one for one in about if one.state == "given"]
    is_open = qualification.basis == Basis.DECLARED
    return {
        "qualification": qualification,
        "is_open": is_open,
        "given": given,
        "pending": [one for one in about if one.state != "given"] if is_open else [],
        "missing": max(0, PEERS_NEEDED - len({one.peer_id for one in given})),
        "link": peer_link(qualification) if is_open else "",
    }


@require_POST
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """To what somebody asked on this page's list."""
    rows = Endorsement.objects.select_related("peer", "volunteer", "trade")
    asked = get_object_or_404(rows, pk=pk, peer__user=request.user)
    if request.POST.get("answer") == "yes":
        about = Qualification.objects.filter(volunteer=asked.volunteer, trade=asked.trade).first()
        if about is None:
            messages.warning(request, str(rules.NOT_QUALIFIED))
        elif tell_refusal(request, lambda: actions.endorse(qualification=about, level=asked.level, by=request.user)):
            messages.success(request, _("Thank you. Your word is noted."))
    else:
        tell_refusal(request, lambda: actions.decline_to_endorse(endorsement=asked, by=request.user))
    return redirect("volunteers:endorsements")


@require_http_methods(["GET", "POST"])
def by_link(request: SignedInRequest, token: str) -> HttpResponse:
    """Sent by who asks, by whatever way; only volunteers may answer, and the page says why if one may not."""
    about = asked_about(token)
    peer = Volunteer.objects.filter(user=request.user.pk).first()
    if about is None or peer is None:
        raise Http404
    if request.method == "POST":
        level = key_in(request.POST.get("level"))
        if tell_refusal(request, lambda: actions.endorse(qualification=about, level=level, by=request.user)):
            messages.success(request, _("Thank you. Your word is noted."))
        return redirect("volunteers:endorsements")
    context = {"qualification": about, "refusal": rules.why_not_endorse(about, peer)}
    return page(request, "volunteers/endorse.html", context)
