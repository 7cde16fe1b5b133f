"""Making, sending and revoking the links by which a plant answers without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from battles.actions.offers import lock_battle
from battles.actions.readings import whom_to_ask
from battles.models import Battle, PlantLink
from battles.plant_links import GOOD_FOR
from battles.rules import plants as rules
from epo.audit.actions import record
from epo.core.errors import refuse_if
from epo.notifications.actions import notify

if TYPE_CHECKING:
    from epo.core.types import Actor


@transaction.atomic
def make_plant_link(*, battle: Battle, by: Actor | None) -> PlantLink:
    """A fresh link, sent to the delegates or the plant's contact. Whoever made it can hand it on as well."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_make_link(battle))
    at = now()
    link = PlantLink.objects.create(battle=battle, made_at=at, made_by=by, expires_at=at + GOOD_FOR)
    for contact in whom_to_ask(battle.factory):
        notify(contact=contact, kind="battle.plant_link", key=f"battle.plant_link:{link.pk}:c{contact.pk}", about=link)
    record("battle.plant_link", battle, by=by, link=link.pk)
    return link


@transaction.atomic
def revoke_plant_link(*, link: PlantLink, by: Actor | None) -> PlantLink:
    battle = lock_battle(link.battle_id)
    link = PlantLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    refuse_if(rules.why_not_revoke(link))
    link.revoked_at, link.revoked_by_id = now(), by.pk if by else None
    link.save(update_fields=["revoked_at", "revoked_by"])
    record("battle.plant_link_revoked", battle, by=by, link=link.pk)
    return link
