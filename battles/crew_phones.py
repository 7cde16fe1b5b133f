"""Whose names and phones somebody may see in a battle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from battles.models import Battle, Offer
from battles.rules import field as field_rules
from battles.states import OfferState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from epo.accounts.models import User


def calling(user: User) -> Q:
    """Battles of coordinators in charge, of the crew's responsible and of the plant's contact."""
    return field_rules.recordable_by(user) | Q(factory__contact__user=user.pk)


def may_see_contacts(battle: Battle, user: User) -> bool:
    """Coordinators in charge; the crew's responsible and the plant's contact, of those who accepted."""
    return Battle.objects.filter(calling(user), pk=battle.pk).exists()


def callable_crew(battle: Battle, user: User) -> QuerySet[Offer]:
    """Whose phones `user` may see: of those who accepted; of those who are home again, coordinators in charge alone."""
    crew = battle.offers.holding().select_related("volunteer__contact")
    if Battle.objects.coordinated_by(user).filter(pk=battle.pk).exists():
        return crew
    return crew.exclude(state=OfferState.DONE) if may_see_contacts(battle, user) else crew.none()


def may_see_names(battle: Battle, user: User) -> bool:
    """Those who travel together, and who may call them; for others of the plant a crew is trades and levels."""
    is_crew = Offer.objects.holding().filter(battle=battle, volunteer__user=user.pk).exists()
    return is_crew or may_see_contacts(battle, user)
