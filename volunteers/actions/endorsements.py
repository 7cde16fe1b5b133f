"""How a level comes to be known by others: two peers vouch for it, or work that was signed off proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from epo.audit.actions import move, record
from epo.core.errors import Refused, refuse_if
from epo.notifications.actions import notify
from volunteers import rules
from volunteers.companions import companions_of
from volunteers.models import Endorsement, Qualification, Trade, Volunteer
from volunteers.states import ENDORSEMENT_MOVES, Basis, EndorsementState

if TYPE_CHECKING:
    from epo.core.types import Actor

PEERS_NEEDED = 2


def _locked(qualification: Qualification) -> Qualification:
    """By its volunteer's row, as everything that changes a qualification."""
    Volunteer.objects.select_for_update(of=("self",), no_key=True).get(pk=qualification.volunteer_id)
    rows = Qualification.objects.select_related("volunteer__home__state", "volunteer__contact", "trade")
    found = rows.filter(pk=qualification.pk).first()
    if found is None:
        raise Refused(rules.NOT_QUALIFIED)
    return found


@transaction.atomic
def ask_peer(*, qualification: Qualification, peer: Volunteer, by: Actor) -> Endorsement:
    qualification = _locked(qualification)
    refuse_if(rules.why_not_ask_peer(qualification, peer, by=by))
    asked = Endorsement.objects.create(
        volunteer=qualification.volunteer,
        trade=qualification.trade,
        level=qualification.level,
        peer=peer,
        served_together=_served(qualification.volunteer, peer),
    )
    record("endorsement.asked", asked, by=by, trade=qualification.trade.code, now=qualification.level)
    notify(contact=peer.contact, kind="endorsement.asked", key=f"endorsement.asked:{asked.pk}", about=asked)
    return asked


def _served(volunteer: Volunteer, peer: Volunteer) -> bool:
    return companions_of(volunteer).filter(pk=peer.pk).exists()


@transaction.atomic
def endorse(*, qualification: Qualification, level: int, by: Actor) -> Qualification:
    """`level` is the one that the peer saw on the page. The second peer makes the level known."""
    qualification = _locked(qualification)
    peer = Volunteer.objects.filter(user=by.pk).first()
    refuse_if(rules.why_not_endorse(qualification, peer))
    if peer is None or qualification.level != level:
        raise Refused(rules.LEVEL_CHANGED)
    endorsement = Endorsement.objects.filter(
        volunteer=qualification.volunteer, trade=qualification.trade, level=level, peer=peer
    ).first() or Endorsement.objects.create(
        volunteer=qualification.volunteer, trade=qualification.trade, level=level, peer=peer,
        served_together=_served(qualification.volunteer, peer),
    )  # fmt: skip
    _answer(endorsement, EndorsementState.GIVEN, by=by)
    record("volunteer.endorsed", qualification.volunteer, by=by, trade=qualification.trade.code, now=level)
    _count(qualification)
    return qualification


@transaction.atomic
def decline_to_endorse(*, endorsement: Endorsement, by: Actor) -> None:
    """Who asked is not told by whom: they only see that it has not come."""
    rows = Endorsement.objects.select_for_update(of=("self",), no_key=True).select_related("peer")
    endorsement = rows.get(pk=endorsement.pk)
    refuse_if(rules.why_not_answer_peer(endorsement, by=by))
    if endorsement.state == EndorsementState.ASKED:
        _answer(endorsement, EndorsementState.DECLINED, by=by)


def _answer(endorsement: Endorsement, to: EndorsementState, *, by: Actor) -> None:
    endorsement.answered_at = now()
    move(endorsement, to, ENDORSEMENT_MOVES, by=by, also=("answered_at",))


def _count(qualification: Qualification) -> None:
    peers = Endorsement.objects.given().filter(
        volunteer=qualification.volunteer, trade=qualification.trade, level__gte=qualification.level
    )
    if peers.values("peer").distinct().count() < PEERS_NEEDED:
        return
    qualification.basis, qualification.valid_until = Basis.ENDORSED, None
    qualification.save(update_fields=["basis", "valid_until"])
    record(
        "volunteer.trade_endorsed", qualification.volunteer, by=None,
        trade=qualification.trade.code, now=qualification.level,
    )  # fmt: skip
    notify(
        contact=qualification.volunteer.contact, kind="qualification.endorsed",
        key=f"qualification.endorsed:{qualification.pk}:{qualification.level}", about=qualification,
    )  # fmt: skip


@transaction.atomic
def prove_by_work(*, volunteer: Volunteer, trade: Trade, level: int, by: Actor, battle: int) -> Qualification:
    """Work that was done shows the level. The caller has made sure that `by` may sign off the work of that battle."""
    Volunteer.objects.select_for_update(of=("self",), no_key=True).get(pk=volunteer.pk)
    known = Qualification.objects.filter(volunteer=volunteer, trade=trade).first()
    refuse_if(rules.why_not_prove(known, level))
    was = known.level if known else None
    proven = known or Qualification(volunteer=volunteer, trade=trade)
    proven.level, proven.basis, proven.valid_until = level, Basis.PROVEN, None
    proven.save()
    record("volunteer.trade_proven", volunteer, by=by, trade=trade.code, was=was, now=level, battle=battle)
    return proven
