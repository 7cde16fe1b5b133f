from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from epo.contacts.models import Contact
from epo.core.http import page, when_sure
from epo.core.language import remember_language
from epo.notifications import actions, exchange, gateway
from epo.notifications.forms import WishesForm
from epo.notifications.kinds import Message, message_for, messages_for
from epo.notifications.models import Notification

if TYPE_CHECKING:
    from django.http import HttpRequest

    from epo.core.http import SignedInRequest

PAGE = "notifications/list.html"
PER_PAGE = 30


@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    mine = Notification.objects.visible_to(request.user)
    page_obj = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    said = messages_for(page_obj)
    rows: list[tuple[Notification, Message | None]] = [(note, said[note.pk]) for note in page_obj]
    unread = mine.unread().count()
    return page(request, PAGE, {"rows": rows, "page_obj": page_obj, "unread": unread}, fragment="list")


@require_POST
def read(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark one notice as read and go where it leads."""
    note = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    actions.mark_read(by=request.user, notification_id=note.pk)
    message = message_for(note)
    return redirect(message.url if message and message.url else "notifications:list")


@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    actions.mark_read(by=request.user)
    return redirect("notifications:list")


# The signature is the whole authority: no session, no cookie, and nothing is done in anybody's name but the sender's.
@csrf_exempt
@login_not_required
@require_POST
def sms(request: HttpRequest) -> HttpResponse:
    """What the gateway tells: a message came, or one of ours arrived. It sends again whatever is not answered by 2xx."""
    if not gateway.is_set_up():
        raise Http404
    if not gateway.is_signed(request.body, request.headers):
        return HttpResponse(status=403)
    try:
        event = gateway.read(request.body)
    except ValueError:
        return HttpResponse(status=400)
    exchange.receive(event=event)
    return HttpResponse(status=204)


@when_sure
@require_http_methods(["GET", "POST"])
def wishes(request: SignedInRequest) -> HttpResponse:
    """Where, in which language and whether one wants e-mails."""
    contact = Contact.objects.select_related("preference").filter(user=request.user).first()
    form = WishesForm(request.POST or None, initial=WishesForm.initial_of(contact))
    if not form.is_valid():
        return page(request, "notifications/wishes.html", {"form": form})
    actions.set_wishes(by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    response = redirect("notifications:list")
    remember_language(response, form.cleaned_data["language"])
    return response
