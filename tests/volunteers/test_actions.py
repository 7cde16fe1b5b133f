from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from epo.audit.models import AuditEvent
from epo.core.clock import today
from epo.core.errors import Refused
from tests.make import (
    make_absence,
    make_coordinator,
    make_municipality,
    make_qualification,
    make_region,
    make_trade,
    make_volunteer,
)
from volunteers import actions, rules
from volunteers.models import Absence, Qualification
from volunteers.states import Basis, Level, Standing

pytestmark = pytest.mark.django_db


def _days(first: int, last: int) -> tuple[date, date]:
    return today() + timedelta(days=first), today() + timedelta(days=last)


def _refusal(action, **arguments):
    with pytest.raises(Refused) as refused:
        action(**arguments)
    return refused.value.refusal


def _kinds() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def volunteer():
    return make_volunteer(home=make_municipality(region=make_region("andes")))


def test_update_profile_changes_what_is_named_and_says_which(volunteer):
    home = make_municipality()

    changed = actions.update_profile(volunteer=volunteer, by=volunteer.user, home=home, max_km=300, brings="")

    changed.refresh_from_db()
    assert (changed.home, changed.max_km) == (home, 300)
    assert [event.data for event in AuditEvent.objects.all()] == [{"fields": ["home", "max_km"]}]


def test_update_profile_without_a_change_leaves_no_trace(volunteer):
    actions.update_profile(volunteer=volunteer, by=volunteer.user, brings="")

    assert _kinds() == []


def test_update_profile_of_something_else_is_our_mistake(volunteer):
    with pytest.raises(ValueError, match="not part of a profile"):
        actions.update_profile(volunteer=volunteer, by=volunteer.user, standing="left")


def test_update_contact_leaves_no_value_behind(volunteer, caplog):
    actions.update_contact(volunteer=volunteer, by=volunteer.user, phone="+584249998877", address="Calle 1")

    volunteer.contact.refresh_from_db()
    assert volunteer.contact.phone == "+584249998877"
    assert [event.data for event in AuditEvent.objects.all()] == [{"fields": ["phone", "address"]}]
    assert "9998877" not in caplog.text + json.dumps(list(AuditEvent.objects.values("data", "kind", "about_id")))


@pytest.mark.parametrize("where", ["andes", None])
def test_coordinators_of_the_home_region_or_the_nation_may_change(volunteer, where):
    coordinator = make_coordinator(make_region(where) if where else None)

    actions.update_profile(volunteer=volunteer, by=coordinator, max_days=5)

    volunteer.refresh_from_db()
    assert volunteer.max_days == 5


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        (actions.update_profile, {"max_km": 1}),
        (actions.update_contact, {"phone": ""}),
        (actions.add_absence, {"first_day": date(2100, 1, 1), "last_day": date(2100, 1, 2)}),
        (actions.set_standing, {"to": Standing.PAUSED}),
    ],
)
def test_others_may_change_nothing(volunteer, action, arguments):
    for stranger in (make_volunteer().user, make_coordinator(make_region("llanos"))):
        assert _refusal(action, volunteer=volunteer, by=stranger, **arguments) == rules.NOT_YOURS
    assert _kinds() == []


def test_others_may_declare_and_remove_no_trade(volunteer):
    trade, stranger = make_trade(), make_volunteer().user
    make_qualification(volunteer, trade)

    declared = _refusal(actions.declare_trade, volunteer=volunteer, trade=trade, level=1, by=stranger)
    removed = _refusal(actions.remove_trade, volunteer=volunteer, trade=trade, by=stranger)

    assert (declared, removed) == (rules.NOT_YOURS, rules.NOT_YOURS)


def test_declare_trade_adds_it_as_declared(volunteer):
    known = actions.declare_trade(volunteer=volunteer, trade=make_trade(), level=Level.SKILLED, by=volunteer.user)

    assert (known.level, known.basis, known.valid_until) == (3, Basis.DECLARED, None)
    assert [event.data for event in AuditEvent.objects.all()] == [{"trade": "welding", "was": None, "now": 3}]


def test_declare_trade_changes_a_declared_level_both_ways(volunteer):
    make_qualification(volunteer, level=2)

    for level in (4, 1):
        actions.declare_trade(volunteer=volunteer, trade=make_trade(), level=level, by=volunteer.user)
        assert Qualification.objects.get().level == level


def test_declare_trade_twice_is_once(volunteer):
    for _time in range(2):
        actions.declare_trade(volunteer=volunteer, trade=make_trade(), level=2, by=volunteer.user)

    assert _kinds() == ["volunteer.trade_declared"]


def test_declare_trade_lower_keeps_what_confirmed_the_higher(volunteer):
    until = today() + timedelta(days=90)
    make_qualification(volunteer, level=3, basis=Basis.CERTIFIED, valid_until=until)

    known = actions.declare_trade(volunteer=volunteer, trade=make_trade(), level=2, by=volunteer.user)

    assert (known.level, known.basis, known.valid_until) == (2, Basis.CERTIFIED, until)


@pytest.mark.parametrize("basis", [Basis.CERTIFIED, Basis.ENDORSED, Basis.PROVEN])
def test_declare_trade_above_a_confirmed_level_needs_a_coordinator(volunteer, basis):
    make_qualification(volunteer, level=3, basis=basis)
    wish = {"volunteer": volunteer, "trade": make_trade(), "level": 4}

    assert _refusal(actions.declare_trade, by=volunteer.user, **wish) == rules.RAISE_NEEDS_COORDINATOR

    known = actions.declare_trade(by=make_coordinator(make_region("andes")), **wish)
    assert (known.level, known.basis) == (4, Basis.DECLARED)


def test_confirm_trade_says_how_it_is_known_and_until_when(volunteer):
    until = today() + timedelta(days=365)
    wish = {
        "volunteer": volunteer,
        "trade": make_trade(),
        "level": 4,
        "basis": Basis.CERTIFIED,
        "valid_until": until,
    }

    assert _refusal(actions.confirm_trade, by=volunteer.user, **wish) == rules.COORDINATORS_ONLY
    known = actions.confirm_trade(by=make_coordinator(), **wish)

    assert (known.level, known.basis, known.valid_until) == (4, Basis.CERTIFIED, until)
    assert _kinds() == ["volunteer.trade_confirmed"]


def test_confirm_trade_that_ended_already_is_refused(volunteer):
    refusal = _refusal(
        actions.confirm_trade,
        volunteer=volunteer,
        trade=make_trade(),
        level=4,
        basis=Basis.CERTIFIED,
        valid_until=today() - timedelta(days=1),
        by=make_coordinator(),
    )

    assert refusal == rules.EXPIRED_ON_ARRIVAL


def test_remove_trade_takes_it_off_once(volunteer):
    make_qualification(volunteer)
    wish = {"volunteer": volunteer, "trade": make_trade(), "by": volunteer.user}

    actions.remove_trade(**wish)

    assert not volunteer.qualifications.exists()
    assert _refusal(actions.remove_trade, **wish) == rules.NOT_QUALIFIED


def test_add_absence_keeps_first_and_last_day(volunteer):
    first, last = _days(3, 3)

    actions.add_absence(volunteer=volunteer, first_day=first, last_day=last, note="médico", by=volunteer.user)

    assert list(volunteer.absences.values_list("first_day", "last_day", "note")) == [(first, last, "médico")]


def test_add_absence_that_overlaps_becomes_one_with_the_others(volunteer):
    make_absence(volunteer, *_days(1, 3))
    make_absence(volunteer, *_days(6, 8))
    apart = make_absence(volunteer, *_days(20, 21))
    first, last = _days(3, 6)

    actions.add_absence(volunteer=volunteer, first_day=first, last_day=last, note="viaje", by=volunteer.user)

    whole = volunteer.absences.exclude(pk=apart.pk).get()
    assert ((whole.first_day, whole.last_day), whole.note) == (_days(1, 8), "viaje")


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        ((5, 4), rules.END_BEFORE_START),
        ((-5, -1), rules.OVER_ALREADY),
        ((0, 3000), rules.ABSENCE_TOO_LONG),
    ],
)
def test_add_absence_with_days_that_make_no_sense_is_refused(volunteer, days, refusal):
    first, last = _days(*days)

    refused = _refusal(actions.add_absence, volunteer=volunteer, first_day=first, last_day=last, by=volunteer.user)

    assert refused == refusal
    assert not volunteer.absences.exists()


def test_remove_absence_gives_the_days_back(volunteer):
    absence = make_absence(volunteer, *_days(0, 2))

    actions.remove_absence(absence=absence, by=volunteer.user)

    assert not Absence.objects.exists()
    assert _kinds() == ["volunteer.absence_removed"]


def test_remove_absence_that_is_over_or_anothers_is_refused(volunteer):
    over, coming = make_absence(volunteer, *_days(-3, -1)), make_absence(volunteer, *_days(1, 2))

    assert _refusal(actions.remove_absence, absence=over, by=volunteer.user) == rules.OVER_ALREADY
    assert _refusal(actions.remove_absence, absence=coming, by=make_volunteer().user) == rules.NOT_YOURS


def test_set_standing_pauses_and_comes_back(volunteer):
    for to in (Standing.PAUSED, Standing.ACTIVE):
        actions.set_standing(volunteer=volunteer, to=to, by=volunteer.user)
        volunteer.refresh_from_db()
        assert volunteer.standing == to

    assert _kinds() == ["volunteer.paused", "volunteer.active"]


def test_set_standing_twice_is_refused(volunteer):
    refusal = _refusal(actions.set_standing, volunteer=volunteer, to=Standing.ACTIVE, by=volunteer.user)

    assert refusal == rules.ALREADY_SO


def test_set_standing_to_left_and_back_is_for_coordinators(volunteer):
    coordinator = make_coordinator(make_region("andes"))
    leave = {"volunteer": volunteer, "to": Standing.LEFT}

    assert _refusal(actions.set_standing, by=volunteer.user, **leave) == rules.COORDINATORS_ONLY
    actions.set_standing(by=coordinator, **leave)

    back = {"volunteer": volunteer, "to": Standing.ACTIVE}
    assert _refusal(actions.set_standing, by=volunteer.user, **back) == rules.COORDINATORS_ONLY
    assert actions.set_standing(by=coordinator, **back).standing == Standing.ACTIVE
