from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
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
from epo.notifications import actions, exchange, gateway, linking, telegram
from epo.notifications.forms import WishesForm
from epo.notifications.kinds import Message, message_for, messages_for
from epo.notifications.models import Notification

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from epo.core.http import SignedInRequest
    from epo.notifications.events import Event

PAGE = "notifications/list.html"
WISHES = "notifications/wishes.html"
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
    address = f"{settings.SITE_URL}{request.get_full_path()}"
    if not gateway.is_signed(request.body, request.headers, address):
        return HttpResponse(status=403)
    return _heard(lambda: gateway.read(request.body, address))


@csrf_exempt
@login_not_required
@require_POST
def from_telegram(request: HttpRequest) -> HttpResponse:
    """What is written to our bot. Telegram sends again whatever is not answered by 2xx."""
    if not telegram.is_set_up():
        raise Http404
    if not telegram.is_signed(request.headers):
        return HttpResponse(status=403)
    return _heard(lambda: telegram.read(request.body))


def _heard(read: Callable[[], Event]) -> HttpResponse:
    try:
        event = read()
    except ValueError:
        return HttpResponse(status=400)
    exchange.receive(event=event)
    return HttpResponse(status=204)


@when_sure
@require_http_methods(["GET", "POST"])
def wishes(request: SignedInRequest) -> HttpResponse:
    """Where, in which language, by which ways and when."""
    if "link" in request.POST and telegram.is_set_up():
        return page(request, WISHES, {"address": linking.make_code(by=request.user)})
    if "unlink" in request.POST:
        linking.unlink(by=request.user)
        return redirect("notifications:wishes")
    contact = Contact.objects.select_related("preference", "telegram").filter(user=request.user).first()
    form = WishesForm(request.POST or None, initial=WishesForm.initial_of(contact))
    if not form.is_valid():
        link = getattr(contact, "telegram", None)
        told = {"form": form, "has_telegram": telegram.is_set_up(), "is_linked": bool(link and link.is_open)}
        return page(request, WISHES, told)
    actions.set_wishes(by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    response = redirect("notifications:list")
    remember_language(response, form.cleaned_data["language"])
    return response
