"""Who has not answered yet and can be called: for coordinators of the people's regions and of the battles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from battles.actions.offers import key_of_notice
from battles.links import offer_link
from battles.models import Battle, Offer
from battles.offer_notices import asked as asked_message
from battles.states import OfferState
from epo.accounts.http import coordinators_only
from epo.contacts.actions import note_views
from epo.core.text import fold
from epo.notifications.models import Notification

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from epo.accounts.models import User
    from epo.core.http import SignedInRequest

AT_ONCE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@coordinators_only
def to_call(request: SignedInRequest) -> HttpResponse:
    """Phones show on request only (POST), and it is written down who saw them."""
    text = request.GET.get("q", "")
    found = Paginator(offers_asked_for(request.user, text), AT_ONCE).get_page(request.GET.get("page"))
    offers = list(found.object_list)
    with_phones = request.method == "POST"
    if with_phones:
        note_views(contacts=[offer.volunteer.contact for offer in offers], by=request.user, reason="to-call")
    notices = _notices(offers)
    context = {
        "page_obj": found,
        "rows": [{"offer": offer, "text": _text(offer), "notice": notices.get(offer.pk)} for offer in offers],
        "with_phones": with_phones,
        "q": text,
    }
    return render(request, "battles/offer/to_call.html", context)


def _notices(offers: list[Offer]) -> dict[int, Notification]:
    """By which way each was asked, and whether it arrived."""
    keys = {key_of_notice(offer, "offer.asked"): offer.pk for offer in offers}
    return {keys[notice.key]: notice for notice in Notification.objects.filter(key__in=keys)}


def offers_asked_for(user: User, text: str) -> QuerySet[Offer]:
    rows, said = offers_to_call(user), fold(text)
    if not said:
        return rows
    return rows.filter(Q(volunteer__folded__contains=said) | Q(battle__factory__folded__contains=said))


def offers_to_call(user: User) -> QuerySet[Offer]:
    """Open asks of the user's battles, and of people at home in the user's regions; soonest deadline first."""
    mine = Q(battle__in=Battle.objects.coordinated_by(user).values("pk"))
    at_home = Q(pk__in=Offer.objects.of_regions_of(user).values("pk"))
    asked = Offer.objects.filter(state=OfferState.ASKED).filter(mine | at_home)
    return asked.select_related(
        "battle__factory__municipality__state",
        "trade",
        "volunteer__home__state",
        "volunteer__contact__preference",
    ).order_by("deadline", "pk")


def _text(offer: Offer) -> str:
    """What the message says, in the volunteer's language."""
    preference: Any = getattr(offer.volunteer.contact, "preference", None)
    with override(preference.language if preference else "es"):
        message = asked_message(offer)
        said = message.body if message else _("%(plant)s needs you.") % {"plant": offer.battle.factory}
    return f"{said} {offer_link(offer)}"
