"""Many rows moved at once: the same guarantees as one by one."""

from __future__ import annotations

import pytest

from battles.models import Offer
from battles.states import OFFER_MOVES, OfferState
from epo.audit.actions import move_all
from epo.audit.models import AuditEvent
from tests.make import make_coordinator, make_offer

pytestmark = pytest.mark.django_db


def test_rows_moved_at_once_have_new_states_versions_and_events():
    by = make_coordinator()
    offers = [make_offer(state=OfferState.PROPOSED) for _n in range(3)]

    move_all(offers, OfferState.DROPPED, OFFER_MOVES, by=by, also={"note": "x"}, data=lambda one: {"km": one.km})

    assert list(Offer.objects.values_list("state", "version", "note")) == [(OfferState.DROPPED, 2, "x")] * 3
    assert [(one.state, one.version, one.note) for one in offers] == [(OfferState.DROPPED, 2, "x")] * 3
    events = AuditEvent.objects.order_by("pk").values_list("kind", "about_id", "by", "data")
    told = {"was": "proposed", "km": None}
    assert list(events) == [("offer.dropped", str(offer.pk), by.pk, told) for offer in offers]


def test_row_that_may_not_go_there_stops_all():
    offers = [make_offer(state=OfferState.PROPOSED), make_offer(state=OfferState.DECLINED)]

    with pytest.raises(ValueError, match="cannot go from declined to dropped"):
        move_all(offers, OfferState.DROPPED, OFFER_MOVES, by=None)


def test_row_that_was_moved_by_somebody_else_is_noticed():
    offers = [make_offer(state=OfferState.PROPOSED) for _n in range(2)]
    Offer.objects.filter(pk=offers[1].pk).update(state=OfferState.DROPPED)

    with pytest.raises(ValueError, match="no longer proposed"):
        move_all(offers, OfferState.DROPPED, OFFER_MOVES, by=None)

    assert AuditEvent.objects.count() == 0


def test_no_rows_are_no_work(django_assert_num_queries):
    with django_assert_num_queries(0):
        move_all([], OfferState.DROPPED, OFFER_MOVES, by=None)
