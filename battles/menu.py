"""The first page of coordinators, the entries of this app in the menu, and its section on a volunteer's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from battles.companions import served_with
from battles.fairness import account_of
from epo.accounts import menu, roles
from epo.accounts.models import CoordinatorPost
from volunteers import companions, sections

if TYPE_CHECKING:
    from epo.accounts.models import User

COORDINATORS = frozenset({roles.COORDINATOR})
VOLUNTEERS = frozenset({roles.VOLUNTEER})
MEMBERS = frozenset({roles.MEMBER})


def _home(_user: User) -> str:
    return reverse("battles:today")


def register() -> None:
    roles.register(roles.Role(roles.COORDINATOR, 10, CoordinatorPost.objects.held_by, _home))
    menu.register(
        menu.Entry(pgettext_lazy("menu", "Today"), "battles:today", 10, COORDINATORS),
        menu.Entry(pgettext_lazy("menu", "Overview"), "battles:overview", 15, COORDINATORS),
        menu.Entry(pgettext_lazy("menu", "Desk"), "battles:desk", 20, COORDINATORS),
        menu.Entry(_("Requests"), "battles:requests", 30, COORDINATORS),
        menu.Entry(_("Plants"), "battles:ranking", 40, COORDINATORS),
        menu.Entry(_("Battles"), "battles:battles", 50, COORDINATORS),
        menu.Entry(_("Crews"), "battles:runs", 60, COORDINATORS),
        menu.Entry(_("To call"), "battles:to-call", 70, COORDINATORS),
        menu.Entry(_("My plant"), "battles:my-plants", 80, MEMBERS),
        menu.Entry(_("My battles"), "battles:mine", 82, VOLUNTEERS),
        menu.Entry(_("My month"), "battles:month", 84, VOLUNTEERS),
    )
    sections.register(sections.Section("battles/fairness/section.html", account_of))
    companions.register(served_with)
