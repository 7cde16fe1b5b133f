"""What was left half told by messages, or told by who may not: a coordinator takes it, calls, and is done with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from battles.actions import talks
from battles.models import Talk
from battles.views.desk import do
from battles.views.today import TEMPLATE, renewed, today_context
from epo.accounts.http import coordinators_only
from epo.contacts.actions import note_views
from epo.core.http import SignedInRequest, page
from factories.models import Membership
from factories.states import MemberRole

if TYPE_CHECKING:
    from django.http import HttpResponse

    from epo.accounts.models import User


def _draft_or_404(request: SignedInRequest, pk: int) -> Talk:
    return get_object_or_404(Talk.objects.coordinated_by(request.user).drafts().select_related("contact"), pk=pk)


@require_POST
@coordinators_only
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    talk = _draft_or_404(request, pk)
    do(request, partial(talks.take_talk, talk=talk, by=request.user), _("You have it in hand."))
    return renewed(request)


@require_POST
@coordinators_only
def contact(request: SignedInRequest, pk: int) -> HttpResponse:
    """Shows how to reach who wrote, and writes down that it was shown."""
    talk, context = _draft_or_404(request, pk), today_context(request)
    if talk.contact is not None and not _manages(request.user, talk):
        note_views(contacts=[talk.contact], by=request.user, reason="talk")
        context |= {"shown": talk.pk, "writer": talk.contact}
    return page(request, TEMPLATE, context, fragment="today")


def _manages(user: User, talk: Talk) -> bool:
    """A plant's management never sees who wrote, a coordinator's post or not."""
    return Membership.objects.filter(user=user.pk, factory=talk.factory_id, role=MemberRole.MANAGER).exists()


@require_POST
@coordinators_only
def make_report(request: SignedInRequest, pk: int) -> HttpResponse:
    talk = _draft_or_404(request, pk)
    do(request, partial(talks.report_talk, talk=talk, by=request.user), _("It stands among the new reports."))
    return renewed(request)


@require_POST
@coordinators_only
def handled(request: SignedInRequest, pk: int) -> HttpResponse:
    talk = _draft_or_404(request, pk)
    do(request, partial(talks.handle_talk, talk=talk, by=request.user), _("Dealt with."))
    return renewed(request)
