from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from factories import actions
from factories.models import Factory, Label

if TYPE_CHECKING:
    from django.http import HttpResponse

    from epo.core.http import SignedInRequest

PER_SHEET = 10


@require_http_methods(["GET", "HEAD", "POST"])
def labels(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sheets of two by five for the plant's machines; a POST makes the labels that are missing."""
    factory = get_object_or_404(Factory.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        made = len(actions.label_all(factory=factory, by=request.user))
        if made:
            text = ngettext("%(count)s label made.", "%(count)s labels made.", made) % {"count": made}
        else:
            text = _("Every machine has its label.")
        messages.success(request, text)
        return redirect("factories:labels", factory.pk)
    return render(request, "factories/labels.html", _context(factory))


def _context(factory: Factory) -> dict[str, object]:
    machines = factory.machines.filter(is_retired=False)
    of_it = Q(factory=factory) | Q(machine__in=machines)
    cards = [
        {
            "number": label.number,
            "url": settings.SITE_URL + reverse("factories:report", args=[label.token]),
            "machine": label.machine.name if label.machine else factory.name,
        }
        for label in Label.objects.in_use()
        .filter(of_it)
        .select_related("machine")
        .order_by("machine__folded", "number")
    ]
    labelled = Label.objects.in_use().values("machine")
    return {
        "factory": factory,
        "sheets": [cards[at : at + PER_SHEET] for at in range(0, len(cards), PER_SHEET)],
        "without": machines.exclude(pk__in=labelled.exclude(machine=None)).count(),
        "has_own": any(card["machine"] == factory.name for card in cards),
    }
