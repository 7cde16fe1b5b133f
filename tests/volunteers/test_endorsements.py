"""Levels that peers vouch for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from battles.states import OfferState
from epo.audit.models import AuditEvent
from epo.core.clock import today
from epo.core.errors import Refused
from epo.notifications.models import Notification
from tests.make import (
    make_battle,
    make_endorsement,
    make_offer,
    make_qualification,
    make_seat,
    make_trade,
    make_user,
    make_volunteer,
    now,
)
from volunteers import actions, rules
from volunteers.companions import companions_of
from volunteers.links import asked_about, peer_path
from volunteers.models import Endorsement
from volunteers.states import Basis, EndorsementState, Standing

pytestmark = pytest.mark.django_db


def _refusal(action, **arguments):
    with pytest.raises(Refused) as refused:
        action(**arguments)
    return refused.value.refusal


def _vouch(qualification, peer, level=None):
    return actions.endorse(qualification=qualification, level=level or qualification.level, by=peer.user)


@pytest.fixture
def declared():
    return make_qualification(level=3)


def served_together(*people):
    battle = make_battle()
    for one in people:
        make_offer(make_seat(battle), one, OfferState.DONE, ended_at=now())


def test_second_peer_makes_the_level_known(declared):
    first, second = (make_volunteer("welding", level) for level in (3, 4))

    bases = [_vouch(declared, peer).basis for peer in (first, second)]

    declared.refresh_from_db()
    assert (bases, declared.basis) == ([Basis.DECLARED, Basis.ENDORSED], Basis.ENDORSED)
    kinds = list(
        AuditEvent.objects.filter(about_type="volunteers.volunteer").order_by("pk").values_list("kind", flat=True)
    )
    assert kinds == ["volunteer.endorsed", "volunteer.endorsed", "volunteer.trade_endorsed"]
    assert [note.contact for note in Notification.objects.all()] == [declared.volunteer.contact]


@pytest.mark.parametrize(
    ("peer", "refusal"),
    [
        (lambda _: make_volunteer("welding", level=2), rules.PEER_LEVEL_TOO_LOW),
        (lambda _: make_volunteer("boilers", level=4), rules.PEER_LEVEL_TOO_LOW),
        (lambda _: make_volunteer("welding", level=4, standing=Standing.LEFT), rules.NO_VOLUNTEER),
        (lambda declared: declared.volunteer, rules.NOT_ONESELF),
    ],
)
def test_only_peers_with_that_level_count(declared, peer, refusal):
    assert _refusal(actions.endorse, qualification=declared, level=3, by=peer(declared).user) == refusal
    assert Endorsement.objects.count() == 0


def test_peer_whose_own_level_has_expired_does_not_count(declared):
    peer = make_volunteer()
    make_qualification(peer, valid_until=today() - timedelta(days=1))

    assert _refusal(actions.endorse, qualification=declared, level=3, by=peer.user) == rules.PEER_LEVEL_TOO_LOW


def test_who_is_no_volunteer_vouches_for_nobody(declared):
    assert _refusal(actions.endorse, qualification=declared, level=3, by=make_user()) == rules.NO_VOLUNTEER


def test_each_peer_counts_once(declared):
    peer = make_volunteer("welding", level=4)
    _vouch(declared, peer)

    assert _refusal(actions.endorse, qualification=declared, level=3, by=peer.user) == rules.ENDORSED_ALREADY
    declared.refresh_from_db()
    assert declared.basis == Basis.DECLARED


def test_level_that_was_raised_meanwhile_is_not_vouched_for(declared):
    peer = make_volunteer("welding", level=4)
    actions.declare_trade(volunteer=declared.volunteer, trade=declared.trade, level=4, by=declared.volunteer.user)

    assert _refusal(actions.endorse, qualification=declared, level=3, by=peer.user) == rules.LEVEL_CHANGED


def test_word_given_for_a_lower_level_does_not_carry_a_higher_one(declared):
    _vouch(declared, make_volunteer("welding", level=4))
    actions.declare_trade(volunteer=declared.volunteer, trade=declared.trade, level=4, by=declared.volunteer.user)
    declared.refresh_from_db()

    _vouch(declared, make_volunteer("welding", level=4))

    declared.refresh_from_db()
    assert declared.basis == Basis.DECLARED


def test_level_that_is_known_needs_no_word():
    known = make_qualification(level=3, basis=Basis.CERTIFIED)

    assert _refusal(actions.endorse, qualification=known, level=3, by=make_volunteer("welding", 4).user) == (
        rules.KNOWN_ALREADY
    )


def test_those_who_served_in_a_battle_together_are_companions(declared):
    mate, stranger = make_volunteer("welding", level=4), make_volunteer("welding", level=4)
    served_together(declared.volunteer, mate)
    served_together(stranger)

    assert list(companions_of(declared.volunteer)) == [mate]


def test_asked_peer_answers_on_their_page(client, declared):
    mate = make_volunteer("welding", level=4)
    served_together(declared.volunteer, mate)
    client.force_login(declared.volunteer.user)
    client.post("/yo/avales", {"qualification": declared.pk, "peer": mate.pk})
    asked = Endorsement.objects.get()
    told = [(note.kind, note.contact) for note in Notification.objects.all()]

    client.force_login(mate.user)
    page = client.get("/yo/avales").content.decode()
    client.post(f"/yo/avales/{asked.pk}", {"answer": "yes"})

    asked.refresh_from_db()
    assert (declared.volunteer.name in page, told) == (True, [("endorsement.asked", mate.contact)])
    assert (asked.state, asked.served_together, asked.peer) == (EndorsementState.GIVEN, True, mate)


def test_stranger_can_be_asked_by_link_only(client, declared):
    stranger = make_volunteer("welding", level=4)
    client.force_login(declared.volunteer.user)

    answer = client.post("/yo/avales", {"qualification": declared.pk, "peer": stranger.pk})

    assert (answer.status_code, Endorsement.objects.count()) == (422, 0)


def test_link_is_for_volunteers_who_sign_in(client, declared):
    address = peer_path(declared)
    peer = make_volunteer("welding", level=4)

    anonymous = client.get(address)
    client.force_login(make_user())
    outsider = client.get(address).status_code
    client.force_login(peer.user)
    shown = client.get(address).status_code
    client.post(address, {"level": 3})

    assert (anonymous.status_code, outsider, shown) == (302, 404, 200)
    assert [(one.peer, one.state) for one in Endorsement.objects.all()] == [(peer, "given")]


def test_link_dies_when_the_level_changes(declared):
    token = peer_path(declared).split("/")[-1]
    before = asked_about(token)

    actions.declare_trade(volunteer=declared.volunteer, trade=declared.trade, level=2, by=declared.volunteer.user)

    assert (before, asked_about(token), asked_about("x")) == (declared, None, None)


def test_no_can_be_said_and_taken_back(declared):
    peer = make_volunteer("welding", level=4)
    asked = make_endorsement(declared, peer)

    actions.decline_to_endorse(endorsement=asked, by=peer.user)
    declined = Endorsement.objects.get().state
    _vouch(declared, peer)

    assert (declined, Endorsement.objects.get().state) == (EndorsementState.DECLINED, EndorsementState.GIVEN)


def test_answer_of_somebody_else_is_not_there(client, declared):
    asked = make_endorsement(declared, make_volunteer("welding", level=4))
    client.force_login(make_volunteer("welding", level=4).user)

    answer = client.post(f"/yo/avales/{asked.pk}", {"answer": "yes"})

    assert (answer.status_code, Endorsement.objects.get().state) == (404, EndorsementState.ASKED)


def test_work_proves_the_level_that_is_declared_and_raises_a_lower_one(declared):
    boss = make_user()

    proven = [
        actions.prove_by_work(volunteer=declared.volunteer, trade=declared.trade, level=level, by=boss, battle=7)
        for level in (3, 4)
    ]

    assert [(one.level, one.basis) for one in proven] == [(3, Basis.PROVEN), (4, Basis.PROVEN)]
    assert [event.data for event in AuditEvent.objects.order_by("pk")] == [
        {"trade": "welding", "was": 3, "now": 3, "battle": 7}, {"trade": "welding", "was": 3, "now": 4, "battle": 7},
    ]  # fmt: skip


def test_work_never_takes_a_level_away(declared):
    prove = {"volunteer": declared.volunteer, "trade": declared.trade, "by": make_user(), "battle": 7}

    lower = _refusal(actions.prove_by_work, level=2, **prove)
    actions.prove_by_work(level=3, **prove)
    again = _refusal(actions.prove_by_work, level=3, **prove)

    assert (lower, again) == (rules.DECLARES_MORE, rules.PROVEN_ALREADY)


def test_work_in_a_trade_that_was_never_declared_adds_it():
    volunteer = make_volunteer()

    proven = actions.prove_by_work(volunteer=volunteer, trade=make_trade("boilers"), level=2, by=make_user(), battle=1)

    assert (proven.volunteer, proven.level, proven.basis) == (volunteer, 2, Basis.PROVEN)
