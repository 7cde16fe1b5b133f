"""Every promise is broken on purpose, and must be found broken: exactly that one, in exactly that row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils.timezone import now

from battles.models import BattleRequest, CrewDay, Offer
from battles.states import BattleState, OfferState
from epo.core import durability
from epo.core.clock import today
from epo.upkeep import sanity
from epo.work.models import ReceivedAction
from factories.models import BreakdownReport
from tests import make

pytestmark = pytest.mark.django_db
CARACAS = ZoneInfo("America/Caracas")


def _broken() -> dict[str, list[str]]:
    return {finding.check.name: [one.row for one in finding.broken] for finding in sanity.check_all() if finding.broken}


def _accepted(**fields: Any) -> Offer:
    """With all its days, as an answer gives them."""
    fields = {"answered_by": "page"} | fields
    offer = make.make_offer(state=OfferState.ACCEPTED, **fields)
    for n in range(5):
        make.make_crew_day(offer, offer.first_day + timedelta(days=n))
    return offer


def test_nothing_is_broken_in_what_is_whole() -> None:
    _accepted()
    make.make_photo(state="refused", problem="broken")
    make.make_notification(sent_at=datetime(2026, 3, 2, 12, tzinfo=CARACAS))

    assert _broken() == {}


# What constraints keep: each is taken away first ----------------------------------------------------------


@contextmanager
def without(model: type[models.Model], name: str) -> Iterator[None]:
    """The table without one of its constraints, or (a field's name) without a field's uniqueness."""
    constraint = next((one for one in model._meta.constraints if one.name == name), None)
    field = None if constraint else model._meta.get_field(name)
    loose = copy(field)
    if loose is not None:
        loose._unique = False
        loose.__dict__.pop("unique", None)  # kept since it was asked for first, by whichever test that was
    every = model._meta.constraints
    model._meta.constraints = [one for one in every if one is not constraint]
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint) if constraint else editor.alter_field(model, field, loose)
    try:
        yield
    finally:
        _empty(model)
        model._meta.constraints = every
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint) if constraint else editor.alter_field(model, loose, field)


def _empty(model: type[models.Model]) -> None:
    if model is Offer:
        CrewDay.objects.all().delete()
    model.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_day_given_twice_is_found() -> None:
    with without(CrewDay, "a_day_is_given_once"):
        offer = _accepted()
        make.make_crew_day(offer, offer.first_day)

        assert _broken() == {"days_are_given_once": [f"volunteers.volunteer {offer.volunteer_id}"]}


@pytest.mark.django_db(transaction=True)
def test_seat_with_two_holders_is_found() -> None:
    with without(Offer, "seat_has_one_holder"):
        offer = _accepted()
        other = make.make_offer(offer.seat, state=OfferState.DONE, answered_by="page")

        assert other.seat == offer.seat
        assert _broken() == {"seats_have_one_holder": [f"battles.seat {offer.seat_id}"]}


@pytest.mark.django_db(transaction=True)
def test_holder_without_a_seat_is_found() -> None:
    with without(Offer, "offer_holds_a_seat"):
        offer = make.make_offer(state=OfferState.DONE, seat=None, answered_by="page")
        Offer.objects.update(seat=None)

        assert _broken() == {"holders_have_a_seat": [f"battles.offer {offer.pk}"]}


@pytest.mark.django_db(transaction=True)
def test_two_live_offers_of_a_battle_are_found() -> None:
    with without(Offer, "one_live_offer_per_battle"):
        offer = make.make_offer()
        make.make_offer(make.make_seat(offer.battle, offer.trade), offer.volunteer)

        assert _broken() == {"one_live_offer_each": [f"battles.battle {offer.battle_id}"]}


@pytest.mark.django_db(transaction=True)
def test_request_in_two_battles_is_found() -> None:
    with without(BattleRequest, "request_in_one_battle"):
        link = make.make_battle_request()
        make.make_battle_request(make.make_battle(), link.request)

        assert _broken() == {"requests_are_in_one_battle": [f"battles.repairrequest {link.request_id}"]}


@pytest.mark.django_db(transaction=True)
def test_action_received_twice_is_found() -> None:
    with without(ReceivedAction, "received_action_once_without_person"):
        for _n in range(2):
            make.make_received_action(client_id="phone-1", by=None)

        assert _broken() == {"answers_are_given_once": ["work.receivedaction phone-1"]}


@pytest.mark.django_db(transaction=True)
def test_receipt_number_given_twice_is_found() -> None:
    with without(BreakdownReport, "number"):
        for _n in range(2):
            make.make_report(number=123_456)

        assert _broken() == {"reports_are_stored_once": ["factories.breakdownreport"]}


# What rules and actions keep ------------------------------------------------------------------------------


def _another_persons_day() -> tuple[str, models.Model]:
    offer = _accepted()
    day = CrewDay.objects.first()
    CrewDay.objects.filter(pk=day.pk).update(volunteer=make.make_volunteer(), day=offer.last_day)
    make.make_crew_day(offer, day.day)
    return "days_belong_to_the_offer", day


def _day_of_who_withdrew() -> tuple[str, models.Model]:
    offer = make.make_offer(state=OfferState.WITHDRAWN, ended_at=now() - timedelta(days=3))
    make.make_crew_day(offer, today() - timedelta(days=9))
    return "ended_offers_give_days_back", make.make_crew_day(offer, today())


def _yes_without_a_day() -> tuple[str, models.Model]:
    offer = _accepted()
    offer.crew_days.last().delete()
    return "a_yes_has_its_days", offer


def _yes_with_a_day_too_many() -> tuple[str, models.Model]:
    offer = _accepted()
    make.make_crew_day(offer, offer.last_day + timedelta(days=4))
    return "a_yes_has_its_days", offer


def _seat_of_another_battle() -> tuple[str, models.Model]:
    offer = _accepted()
    Offer.objects.update(seat=make.make_seat(trade=offer.trade))
    return "holders_have_a_seat", offer


def _strayed_seat() -> tuple[str, models.Model]:
    return "split_seats_stay", make.make_seat(split_from=make.make_seat())


def _asked_for_what_is_over() -> tuple[str, models.Model]:
    return "no_calls_to_what_is_over", make.make_offer(make.make_seat(make.make_battle(state=BattleState.CALLED_OFF)))


def _answer_of_nobody_knows_when() -> tuple[str, models.Model]:
    offer = _accepted()
    Offer.objects.update(answered_at=None)
    return "answers_say_when_and_how", offer


def _expired_too_early() -> tuple[str, models.Model]:
    return "nothing_expires_early", make.make_offer(state=OfferState.EXPIRED)


def _deadline_forgotten() -> tuple[str, models.Model]:
    make.make_watch(seen_at=now())
    return "deadlines_are_minded", make.make_offer(deadline=now() - timedelta(hours=1))


def _same_variant() -> tuple[str, models.Model]:
    report = make.make_report()
    return "variants_differ", make.make_report_variant(report, content_hash=report.content_hash)


def _raw_cut_short() -> tuple[str, models.Model]:
    return "unreadable_is_kept_whole", make.make_raw_intake(body=b"123", size=4)


def _photo_without_file() -> tuple[str, models.Model]:
    return "photos_are_on_disk", make.make_photo(original="photos/original/none")


def _endless_lease() -> tuple[str, models.Model]:
    return "leases_end", make.make_matching_run(leased_until=now() + timedelta(hours=3), tries=1)


def _never_taken_up() -> tuple[str, models.Model]:
    return "rows_are_taken_up", make.make_matching_run(asked_at=now() - timedelta(hours=2))


def _phone_in_the_trail() -> tuple[str, models.Model]:
    return "no_details_elsewhere", make.make_audit_event(data={"note": "llamar al 0414-123 45 67"})


def _mail_in_a_notice() -> tuple[str, models.Model]:
    return "no_details_elsewhere", make.make_notification(context={"to": "rosa@example.org"})


def _woken_at_night() -> tuple[str, models.Model]:
    return "nobody_is_woken", make.make_notification(sent_at=datetime(2026, 3, 2, 23, 30, tzinfo=CARACAS))


BREAKS = [
    _another_persons_day,
    _day_of_who_withdrew,
    _yes_without_a_day,
    _yes_with_a_day_too_many,
    _seat_of_another_battle,
    _strayed_seat,
    _asked_for_what_is_over,
    _answer_of_nobody_knows_when,
    _expired_too_early,
    _deadline_forgotten,
    _same_variant,
    _raw_cut_short,
    _photo_without_file,
    _endless_lease,
    _never_taken_up,
    _phone_in_the_trail,
    _mail_in_a_notice,
    _woken_at_night,
]


@pytest.mark.parametrize("break_it", BREAKS, ids=lambda one: one.__name__.strip("_"))
def test_broken_promise_is_found_in_its_row(break_it: Callable[[], tuple[str, models.Model]]) -> None:
    name, row = break_it()

    assert _broken() == {name: [sanity.name_of(type(row), row.pk)]}


def test_illegal_move_is_found_three_ways() -> None:
    offers = [make.make_offer(state=OfferState.DECLINED, answered_at=now(), answered_by="page") for _n in range(3)]
    for offer, moves in zip(
        offers,
        [[("proposed", "declined")], [("proposed", "asked"), ("expired", "accepted")], [("proposed", "asked")]],
        strict=True,
    ):
        for was, to in moves:
            make.make_audit_event(
                kind=f"offer.{to}", about_type="battles.offer", about_id=str(offer.pk), data={"was": was}
            )

    (finding,) = [one for one in sanity.check_all(["offer_moves"]) if one.broken]

    assert [str(one) for one in finding.broken] == [
        f"battles.offer {offers[0].pk}: went from proposed to declined",
        f"battles.offer {offers[1].pk}: left expired although it stood at asked",
        *(
            f"battles.offer {offer.pk}: stands at declined; the last recorded move led to {to}"
            for offer, to in sorted(((offers[1], "accepted"), (offers[2], "asked")), key=lambda one: _place(one[0]))
        ),
    ]


def _place(offer: Offer) -> int:
    """Offers are read newest first."""
    return -offer.pk


def test_configuration_and_clock_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_watch(seen_at=now() + timedelta(days=2))
    monkeypatch.setattr(durability, "problems", lambda _connection: ["fsync=off"])

    assert _broken() == {"configuration_is_right": ["database", "epo.E001"], "clock_is_right": ["clock"]}


def test_question_that_fails_is_not_a_promise_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> list[sanity.Broken]:
        raise RuntimeError

    monkeypatch.setattr(sanity, "CHECKS", {"fails": sanity.Check(1, "fails", "x", fails)})

    assert [str(one) for one in sanity.check_all()[0].broken] == ["-: RuntimeError while checking"]


def test_every_promise_has_a_question_or_says_why_not() -> None:
    asked = {check.promise for check in sanity.CHECKS.values()}

    assert asked | set(sanity.NOT_IN_ROWS) == set(range(1, 12))
    assert asked & set(sanity.NOT_IN_ROWS) == set()


def test_command_names_the_rows_and_ends_with_one() -> None:
    offer = make.make_offer(state=OfferState.EXPIRED)
    out = StringIO()

    with pytest.raises(CommandError, match="1 rows break a promise") as stopped:
        call_command("sanity", stdout=out)

    assert stopped.value.returncode == 1
    assert f"battles.offer {offer.pk}: expired before its deadline" in out.getvalue()


def test_command_says_that_all_is_kept() -> None:
    out = StringIO()

    call_command("sanity", "--only", "seats_have_one_holder", stdout=out)

    assert out.getvalue().splitlines()[-1] == "Every promise is kept."
