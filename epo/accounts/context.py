from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from epo.accounts.menu import Link, links_for
from epo.accounts.standing import helps_others
from epo.notifications.models import Notification

if TYPE_CHECKING:
    from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that fragments and public pages ask nothing."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "account_links": [], "unread_notices": 0}
    links = [Link(_("Accounts"), reverse("accounts:people"), here=False, count=0)] if helps_others(user) else []
    if user.is_staff:
        links.append(Link(_("Administration"), reverse("admin:index"), here=False, count=0))
    return {
        "navigation": SimpleLazyObject(lambda: links_for(user, request.path)),
        "account_links": links,
        "unread_notices": SimpleLazyObject(lambda: Notification.objects.to_user(user).unread().count()),
    }
