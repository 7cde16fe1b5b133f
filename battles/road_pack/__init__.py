"""What somebody takes along to where there is no network, as one document: only what their pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.crypto import salted_hmac
from django.utils.timezone import localtime

from battles.missed import in_words, missed_by
from battles.road_pack.asks import asks_of
from battles.road_pack.choices import choices
from battles.road_pack.packs import packs_of
from battles.road_pack.plants import plants_of

if TYPE_CHECKING:
    from battles.missed import Wanted
    from epo.accounts.models import User

__all__ = ["owner_of", "road_packs"]


def owner_of(user: User) -> str:
    """Stands for the person on a shared phone, and says nothing of who it is."""
    return salted_hmac("battles.road_pack.owner", str(user.pk)).hexdigest()[:24]


def road_packs(user: User) -> dict[str, Any]:
    return {
        "made_at": localtime().isoformat(),
        "owner": owner_of(user),
        "name": str(user),
        "choices": choices(),
        "packs": packs_of(user),
        "asks": asks_of(user),
        "plants": plants_of(user),
        "missed": [_missed(one) for one in in_words(missed_by(user))],
    }


def _missed(one: Wanted) -> dict[str, Any]:
    missed = one.missed
    return {
        "id": missed.received.client_id, "kind": missed.received.kind, "kind_label": one.what, "words": one.words,
        "at": localtime(one.at).isoformat(), "detail": one.why_not, "is_handled": missed.handled_at is not None,
        "battle": missed.battle_id, "plant": missed.factory_id,
    }  # fmt: skip
