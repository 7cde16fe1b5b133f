"""Why something may not be noted in the plant or on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from battles.models import Battle, Offer
from battles.states import BattleKind, BattleState, OfferState
from epo.core.clock import today
from epo.core.errors import Refusal

if TYPE_CHECKING:
    from datetime import date

    from battles.models import Finding
    from epo.accounts.models import User

NOT_UNDER_WAY = Refusal("not_under_way", _("This can be noted while the battle is under way."))
NOT_EXPECTED = Refusal("not_expected", _("This person is not on the way to the plant."))
NOT_YET = Refusal("not_yet", _("The day of leaving has not come yet."))
NOT_THERE = Refusal("not_there", _("This person has not arrived in the plant, or is home already."))
NOTHING_WRITTEN = Refusal("nothing_written", _("Write what was done, in a few words."))
NOT_THOSE_DAYS = Refusal("day_in_future", _("The day has not come yet."))
OTHER_PLANTS_MACHINE = Refusal("other_plants_machine", _("This machine belongs to another plant."))
NO_MACHINE = Refusal("no_machine", _("Choose a machine, or say the name and the kind of a new one."))
NO_FAULT = Refusal("no_fault", _("Say what is broken."))
NOT_A_DIAGNOSIS = Refusal("not_a_diagnosis", _("Voices and findings belong to a diagnosis visit."))
FINDING_IS_REQUEST = Refusal("finding_is_request", _("A request was already made of this finding."))
ENOUGH_PHOTOS = Refusal("enough_photos", _("This battle has as many photos as can be kept."))
NOT_RECORDER = Refusal("not_recorder", _("The crew's responsible and the coordinators note this. You are neither now."))

MOST_PHOTOS = 200


def recordable_by(user: User) -> Q:
    """Battles in which `user` may note things for everybody."""
    holds = Offer.objects.holding().filter(volunteer__user=user.pk).values("battle")
    return Q(pk__in=Battle.objects.coordinated_by(user).values("pk")) | Q(responsible__user=user.pk, pk__in=holds)


def why_not_record(battle: Battle, *, by: User) -> Refusal | None:
    return None if Battle.objects.filter(recordable_by(by), pk=battle.pk).exists() else NOT_RECORDER


def why_not_note(battle: Battle) -> Refusal | None:
    return None if battle.state == BattleState.UNDER_WAY else NOT_UNDER_WAY


def why_not_arrive(offer: Offer) -> Refusal | None:
    """People arrive from the day of leaving on, whether or not somebody noted that the battle began."""
    if offer.state != OfferState.ACCEPTED:
        return NOT_EXPECTED
    if offer.battle.state == BattleState.UNDER_WAY:
        return None
    if offer.battle.state not in (BattleState.READY, BattleState.ASKING) or offer.leaves_on is None:
        return NOT_EXPECTED
    return None if offer.leaves_on <= today() else NOT_YET


def why_not_home(offer: Offer) -> Refusal | None:
    """Also after the battle was closed: some are still on the road then."""
    return None if offer.state == OfferState.ON_SITE else NOT_THERE


def why_not_write(battle: Battle, *, text: str, day: date, today: date) -> Refusal | None:
    if battle.state not in (BattleState.UNDER_WAY, BattleState.CLOSED):
        return NOT_UNDER_WAY
    if not text:
        return NOTHING_WRITTEN
    return NOT_THOSE_DAYS if day > today else None


def why_not_show(battle: Battle, *, day: date, today: date) -> Refusal | None:
    """A photo of the work; the diary's rule, for what needs no words."""
    if refusal := why_not_write(battle, text="…", day=day, today=today):
        return refusal
    return ENOUGH_PHOTOS if battle.photos.count() >= MOST_PHOTOS else None


def why_not_hear(battle: Battle) -> Refusal | None:
    if battle.kind != BattleKind.DIAGNOSIS:
        return NOT_A_DIAGNOSIS
    return None if battle.state in (BattleState.UNDER_WAY, BattleState.CLOSED) else NOT_UNDER_WAY


def why_not_make_request(finding: Finding) -> Refusal | None:
    if finding.request_id is not None:
        return FINDING_IS_REQUEST
    return why_not_hear(finding.battle)
