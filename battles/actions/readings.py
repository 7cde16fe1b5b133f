"""Asking plants for the readings that fall due after a battle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from battles.models import FollowUp
from epo.accounts.models import User
from epo.audit.actions import record
from epo.contacts.actions import contact_of
from epo.core.clock import today
from epo.notifications.actions import notify
from factories.states import MemberRole

if TYPE_CHECKING:
    from epo.contacts.models import Contact
    from factories.models import Factory

AT_ONCE = 100


def ask_for_readings() -> int:
    """Each follow-up that is due is asked for once; how many were. Where nobody can be asked, it stays with the coordinator."""
    due = FollowUp.objects.filter(due_on__lte=today(), reading=None, asked_at=None).order_by("due_on", "pk")
    return sum(ask_for_reading(follow_up_id=pk) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def ask_for_reading(*, follow_up_id: int) -> bool:
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("battle", "line__factory__contact")
    follow_up = rows.get(pk=follow_up_id)
    people = whom_to_ask(follow_up.line.factory)
    if follow_up.asked_at is not None or follow_up.reading_id is not None or not people:
        return False
    follow_up.asked_at = now()
    follow_up.save(update_fields=["asked_at"])
    for contact in people:
        notify(
            contact=contact,
            kind="battle.reading_due",
            key=f"battle.reading_due:{follow_up.pk}:c{contact.pk}",
            about=follow_up,
        )
    record("battle.reading_asked", follow_up.battle, by=None, follow_up=follow_up.pk, people=len(people))
    return True


def whom_to_ask(factory: Factory) -> list[Contact]:
    """The workers' delegates; where the plant has none with an account, its contact."""
    delegates = User.objects.filter(memberships__factory=factory, memberships__role=MemberRole.DELEGATE, is_active=True)
    asked = [contact_of(user=user) for user in delegates.order_by("pk")]
    return asked or [contact for contact in [factory.contact] if contact is not None]
