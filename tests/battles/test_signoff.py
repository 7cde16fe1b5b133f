"""Work signed off after a battle."""

from __future__ import annotations

import pytest
from django.urls import reverse

from battles.actions.signoff import sign_off
from battles.rules import signoff as rules
from battles.states import BattleKind, BattleState, OfferState
from epo.audit.models import AuditEvent
from epo.core.clock import today
from epo.core.errors import Refused
from tests.make import (
    make_battle,
    make_coordinator,
    make_offer,
    make_region,
    make_seat,
    make_volunteer,
    now,
)
from volunteers.rules import DECLARES_MORE
from volunteers.states import Basis

pytestmark = pytest.mark.django_db


@pytest.fixture
def battle():
    return make_battle(state=BattleState.UNDER_WAY, first_day=today())


@pytest.fixture
def done(battle):
    return make_offer(make_seat(battle), make_volunteer("welding", 3), OfferState.DONE, ended_at=now())


def _refusal(offer, by, level=3):
    with pytest.raises(Refused) as refused:
        sign_off(offer=offer, level=level, by=by)
    return refused.value.refusal


def test_sign_off_proves_the_level_in_the_trade_of_the_seat(done):
    boss = make_coordinator()

    known = sign_off(offer=done, level=3, by=boss)

    assert (known.volunteer, known.trade, known.level, known.basis) == (done.volunteer, done.trade, 3, Basis.PROVEN)
    kinds = AuditEvent.objects.order_by("pk").values_list("kind", "by")
    assert list(kinds) == [("volunteer.trade_proven", boss.pk), ("offer.signed_off", boss.pk)]


def test_lower_level_than_declared_is_not_signed_off(done):
    assert _refusal(done, make_coordinator(), level=2) == DECLARES_MORE


def test_work_that_goes_on_is_not_signed_off(battle):
    on_site = make_offer(make_seat(battle), state=OfferState.ON_SITE)

    assert _refusal(on_site, make_coordinator()) == rules.NOT_DONE


def test_who_is_still_on_the_road_when_the_battle_closes_can_be_signed_off(battle):
    on_site = make_offer(make_seat(battle), make_volunteer("welding", 2), OfferState.ON_SITE)
    battle.state, battle.ended_at = BattleState.CLOSED, now()
    battle.save()

    assert sign_off(offer=on_site, level=3, by=make_coordinator()).level == 3


def test_nobody_signs_off_their_own_work(done):
    assert _refusal(done, done.volunteer.user) == rules.NOT_OWN_WORK


def test_diagnosis_proves_no_level():
    visit = make_battle(state=BattleState.UNDER_WAY, first_day=today(), kind=BattleKind.DIAGNOSIS)
    offer = make_offer(make_seat(visit), state=OfferState.DONE, ended_at=now())

    assert _refusal(offer, make_coordinator()) == rules.NOT_REPAIR_WORK


def test_page_is_for_the_responsible_and_the_coordinators_in_charge(client, battle, done):
    lead = make_volunteer("welding")
    make_offer(make_seat(battle), lead, OfferState.ON_SITE)
    battle.responsible = lead
    battle.save()
    address = reverse("battles:battle-sign-offs", args=[battle.pk])
    people = {
        "lead": lead.user, "nation": make_coordinator(), "other region": make_coordinator(make_region("andes")),
        "crew": done.volunteer.user,
    }  # fmt: skip

    seen = {}
    for name, user in people.items():
        client.force_login(user)
        seen[name] = client.get(address).status_code

    assert seen == {"lead": 200, "nation": 200, "other region": 404, "crew": 404}


def test_page_signs_off_and_keeps_what_is_wrong(client, battle, done):
    client.force_login(make_coordinator())
    address = reverse("battles:battle-sign-off", args=[battle.pk, done.pk])

    wrong = client.post(address, {"level": "9"})
    right = client.post(address, {"level": "4"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert [(one.level, one.basis) for one in done.volunteer.qualifications.all()] == [(4, "proven")]
