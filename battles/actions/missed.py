"""What somebody wrote without network and could not be done: kept, told to the coordinators, dealt with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from battles.actions.offers import tell_coordinators
from battles.models import MissedAction
from epo.accounts.models import coordinators_of
from epo.audit.actions import record
from epo.notifications.actions import notify_all

if TYPE_CHECKING:
    from battles.models import Battle
    from epo.core.types import Actor
    from epo.work.models import ReceivedAction
    from factories.models import Factory

KIND = "sync.conflict"


@transaction.atomic
def keep_missed(
    *, received: ReceivedAction, factory: Factory, battle: Battle | None, had_changed: bool
) -> MissedAction:
    """Once for each received action, with one notice to who is in charge."""
    missed, is_new = MissedAction.objects.get_or_create(
        received=received, defaults={"factory": factory, "battle": battle, "had_changed": had_changed}
    )
    if is_new:
        _tell(missed, factory, battle)
    return missed


def _tell(missed: MissedAction, factory: Factory, battle: Battle | None) -> None:
    key = f"{KIND}:{missed.pk}"
    if battle is not None:
        tell_coordinators(battle, KIND, key=key, missed=missed)
        return
    users = coordinators_of(factory.municipality.state.region_id)
    notify_all(users=users, kind=KIND, key=key, missed=missed)


@transaction.atomic
def handle_missed(*, missed: MissedAction, by: Actor) -> MissedAction:
    """Said twice, it stands as first said."""
    missed = MissedAction.objects.select_for_update(of=("self",), no_key=True).get(pk=missed.pk)
    if missed.handled_at is None:
        missed.handled_at, missed.handled_by = now(), by
        missed.save(update_fields=["handled_at", "handled_by"])
        record("missedaction.handled", missed, by=by)
    return missed
