"""What plants put out, told day by day; asking for the readings that fall due after a battle, and asking again."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from battles.actions.offers import lock_battle
from battles.models import FollowUp
from battles.rules import readings as rules
from epo.accounts.models import User
from epo.audit.actions import record
from epo.contacts.actions import contact_of
from epo.core.clock import today
from epo.core.errors import refuse_if
from epo.notifications.actions import notify
from factories.actions import add_output_reading
from factories.states import MemberRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from battles.pasted import Given
    from epo.contacts.models import Contact
    from epo.core.types import Actor
    from factories.models import Factory, OutputReading

AT_ONCE = 100
REMIND_AFTER = (timedelta(days=3), timedelta(days=7), timedelta(days=14))
"""Counted from the day of asking. After the last one the coordinators call: it stands on their list of today."""
ANSWERS_FOR = timedelta(days=30)
"""A reading from the day on which one is due answers it; one of a month later tells of another time."""


def ask_for_readings() -> int:
    """Each follow-up that is due is asked for once, then reminded of; how many messages were due.

    Where nobody can be asked, it stays with the coordinator.
    """
    due = FollowUp.objects.filter(due_on__lte=today(), reading=None).order_by("due_on", "pk")
    first = list(due.filter(asked_at=None).values_list("pk", flat=True)[:AT_ONCE])
    again = list(due.filter(_to_be_reminded()).values_list("pk", flat=True)[:AT_ONCE])
    asked = sum(ask_for_reading(follow_up_id=pk) for pk in first)
    return asked + sum(remind_of_reading(follow_up_id=pk) for pk in again)


def _to_be_reminded() -> Q:
    late = Q()
    for sent, after in enumerate(REMIND_AFTER):
        late |= Q(reminders=sent, asked_at__lte=now() - after)
    return late


@transaction.atomic
def ask_for_reading(*, follow_up_id: int) -> bool:
    follow_up = _locked(follow_up_id)
    if follow_up.asked_at is not None or not _tell(follow_up, "battle.reading_asked"):
        return False
    follow_up.asked_at = now()
    follow_up.save(update_fields=["asked_at"])
    return True


@transaction.atomic
def remind_of_reading(*, follow_up_id: int) -> bool:
    """Reminders that were missed while the machine was off are not sent after one another: they count as sent."""
    follow_up = _locked(follow_up_id)
    if follow_up.asked_at is None:
        return False
    due = sum(now() - follow_up.asked_at >= after for after in REMIND_AFTER)
    if follow_up.reminders >= due or not _tell(follow_up, "battle.reading_reminded", reminder=due):
        return False
    follow_up.reminders = due
    follow_up.save(update_fields=["reminders"])
    return True


def _locked(follow_up_id: int) -> FollowUp:
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("battle", "line__factory__contact")
    return rows.get(pk=follow_up_id)


def _tell(follow_up: FollowUp, kind: str, *, reminder: int = 0) -> bool:
    people = [] if follow_up.reading_id is not None else whom_to_ask(follow_up.line.factory)
    for contact in people:
        key = f"battle.reading_due:{follow_up.pk}:c{contact.pk}"
        key += f":r{reminder}" if reminder else ""
        notify(contact=contact, kind="battle.reading_due", key=key, about=follow_up)
    if people:
        record(kind, follow_up.battle, by=None, follow_up=follow_up.pk, people=len(people))
    return bool(people)


def whom_to_ask(factory: Factory) -> list[Contact]:
    """The workers' delegates; where the plant has none with an account, its contact."""
    delegates = User.objects.filter(memberships__factory=factory, memberships__role=MemberRole.DELEGATE, is_active=True)
    asked = [contact_of(user=user) for user in delegates.order_by("pk")]
    return asked or [contact for contact in [factory.contact] if contact is not None]


@transaction.atomic
def record_readings(
    *, factory: Factory, given: Sequence[Given], said_by: str, is_confirmed: bool, by: Actor | None
) -> list[OutputReading]:
    """All of them or none. What was asked for after a battle is answered by the first that fits."""
    asked = _asked_of(factory, given)
    for battle in sorted({follow_up.battle_id for follow_up in asked}):
        lock_battle(battle)
    refuse_if(rules.why_not_record(factory, given, said_by=said_by, is_confirmed=is_confirmed))
    made = [
        add_output_reading(
            line=one.line, day=one.day, amount=one.amount, said_by=said_by, is_confirmed=is_confirmed, by=by
        )
        for one in sorted(given, key=lambda one: (one.line.pk, one.day))
    ]
    _answer(asked, made, by=by)
    return made


def _asked_of(factory: Factory, given: Sequence[Given]) -> list[FollowUp]:
    lines = [one.line.pk for one in given if one.line.factory_id == factory.pk]
    return list(FollowUp.objects.filter(line__in=lines, reading=None).order_by("pk"))


def _answer(asked: Sequence[FollowUp], made: Sequence[OutputReading], *, by: Actor | None) -> None:
    of_line = defaultdict(list)
    for reading in made:
        of_line[reading.line_id].append(reading)
    for follow_up in FollowUp.objects.select_related("battle").filter(pk__in=[one.pk for one in asked], reading=None):
        until = follow_up.due_on + ANSWERS_FOR
        fits = [one for one in of_line[follow_up.line_id] if follow_up.due_on <= one.day < until]
        if fits:
            follow_up.reading = fits[0]
            follow_up.save(update_fields=["reading"])
            told = {"line": follow_up.line_id, "after_days": follow_up.after_days}
            record("battle.follow_up", follow_up.battle, by=by, **told)
