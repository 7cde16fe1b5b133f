from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from epo.core.http import tell_refusal
from factories import actions
from factories.models import Factory, Label

if TYPE_CHECKING:
    from django.http import HttpResponse

    from epo.core.http import SignedInRequest

PER_SHEET = 10
RETIRED_SHOWN = 20


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
    return render(request, "factories/labels.html", _context(request, factory))


@require_POST
def renew(request: SignedInRequest, pk: int, label: int) -> HttpResponse:
    """The old label says from now on that it has been replaced, and leads to where the new one leads."""
    old = _label(request, pk, label)
    new = tell_refusal(request, lambda: actions.renew_label(label=old, by=request.user))
    if new is not None:
        told = {"old": old.number, "new": new.number}
        messages.success(
            request, _("Label %(old)s is retired, %(new)s takes its place. Print it and stick it over.") % told
        )
    return redirect("factories:labels", pk)


@require_POST
def retire(request: SignedInRequest, pk: int, label: int) -> HttpResponse:
    old = _label(request, pk, label)
    if tell_refusal(request, lambda: actions.retire_label(label=old, by=request.user)) is not None:
        messages.success(request, _("Label %(number)s is retired.") % {"number": old.number})
    return redirect("factories:labels", pk)


def _label(request: SignedInRequest, pk: int, label: int) -> Label:
    factory = get_object_or_404(Factory.objects.labelled_by(request.user), pk=pk)
    rows = Label.objects.of_plant(factory).select_related("machine", "factory")
    found: Label = get_object_or_404(rows, pk=label)
    return found


def _context(request: SignedInRequest, factory: Factory) -> dict[str, object]:
    machines = factory.machines.filter(is_retired=False)
    of_it = Q(factory=factory) | Q(machine__in=machines)
    cards = [
        {
            "pk": label.pk,
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
        "cards": cards,
        "sms_number": settings.SMS_NUMBER,
        "may_renew": Factory.objects.labelled_by(request.user).filter(pk=factory.pk).exists(),
        "retired": Label.objects.of_plant(factory)
        .exclude(retired_at=None)
        .select_related("machine")
        .order_by("-retired_at")[:RETIRED_SHOWN],
        "sheets": [cards[at : at + PER_SHEET] for at in range(0, len(cards), PER_SHEET)],
        "without": machines.exclude(pk__in=labelled.exclude(machine=None)).count(),
        "has_own": any(card["machine"] == factory.name for card in cards),
    }
