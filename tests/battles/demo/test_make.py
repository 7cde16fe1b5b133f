"""One demonstration serves all of these tests; they only read it."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from battles import matcher, planning
from battles.demo.logins import LOGINS
from battles.models import (
    Battle,
    BattleRequest,
    CrewDay,
    Finding,
    FollowUp,
    LineResult,
    MissedAction,
    Offer,
    OwnRepair,
    Pin,
    PlantDecision,
    RepairRequest,
    Seat,
    Talk,
    VoiceHeard,
)
from battles.states import HOLDS_SEAT, BattleKind, BattleState, OfferState, RequestState, SeatKind, TalkKind
from epo.accounts.models import CoordinatorPost, User
from epo.audit.models import AuditEvent
from epo.contacts.models import Contact
from epo.contacts.phones import parse
from epo.core.clock import today
from epo.notifications.models import Notification, Received
from factories.models import BreakdownReport, Factory, Label, Line, Machine, MachineStatus, Membership
from factories.states import MemberRole, ReportState
from volunteers.models import Qualification, Volunteer

PRIORITY = {"food", "gas", "refining"}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("make_demo", wipe=True, verbosity=0)
        yield
        call_command("flush", interactive=False, verbosity=0)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def history():
    return Battle.objects.filter(kind=BattleKind.REPAIR, state=BattleState.CLOSED, first_day__year__lte=2021)


def present():
    return Battle.objects.exclude(pk__in=history())


def test_volunteers_are_as_many_as_the_record_says():
    ages = [contact.age for contact in Contact.objects.filter(volunteer__isnull=False)]

    assert Volunteer.objects.count() == len(ages) == 2270
    assert Volunteer.objects.filter(gender="woman").count() == 473
    assert sum(age > 60 for age in ages) == 168
    assert sum(age < 30 for age in ages) == 639
    assert min(ages) >= 18


def test_volunteers_live_where_there_is_industry():
    homes = Counter(Volunteer.objects.values_list("home__state__name", flat=True))

    assert len(homes) >= 22
    assert {state for state, _people in homes.most_common(5)} <= {
        "Zulia",
        "Carabobo",
        "Bolívar",
        "Aragua",
        "Miranda",
    }


def test_volunteers_have_one_to_four_trades_and_few_are_masters():
    trades = Counter(Qualification.objects.values_list("volunteer", flat=True))
    levels = Counter(Qualification.objects.values_list("level", flat=True))

    assert len(trades) == 2270
    assert set(trades.values()) == {1, 2, 3, 4}
    assert 0 < levels[4] < 0.08 * sum(levels.values())


def test_some_volunteers_cannot_be_sent():
    assert Volunteer.objects.filter(is_adviser_only=True).count() > 30
    assert Volunteer.objects.exclude(standing="active").count() > 60
    assert Volunteer.objects.filter(absences__isnull=False).distinct().count() > 300
    assert Volunteer.objects.exclude(max_km=None).count() > 800


def test_names_are_found_without_accents():
    assert Volunteer.objects.filter(folded__contains="garcia").exists()
    assert not Volunteer.objects.filter(folded="").exists()
    assert not Machine.objects.filter(folded="").exists()
    assert not Factory.objects.filter(folded="").exists()


def test_phones_are_well_formed_and_nobodys():
    phones = list(Contact.objects.exclude(phone="").values_list("phone", flat=True))

    assert [phone for phone in phones if parse(phone) != phone or phone[6] != "0"] == []


def test_emails_are_at_example_org():
    assert list(Contact.objects.exclude(email="").exclude(email__endswith="@example.org")) == []


def test_plants_are_some_sixty_and_hold_those_of_the_public_record():
    names = " ".join(Factory.objects.values_list("name", flat=True))

    assert 55 <= Factory.objects.count() <= 70
    assert [
        name
        for name in (
            "La Gaviota",
            "Paraguaná",
            "Nutriveda",
            "El Maizal",
            "INDORCA",
            "CALDERYS",
            "EQUIPETROL",
            "Gas Comunal",
        )
        if name not in names
    ] == []


def test_every_plant_and_machine_has_a_label():
    assert Label.objects.in_use().count() == Factory.objects.count() + Machine.objects.count()


def test_history_is_fourteen_battles_nine_in_the_priority_sectors():
    sectors = list(history().values_list("factory__sector__code", flat=True))

    assert len(sectors) == 14
    assert sum(sector in PRIORITY for sector in sectors) == 9
    assert history().filter(factory__lines=None).count() == 1
    assert history().filter(follows__isnull=False).count() == 2
    assert {day.year for day in history().values_list("first_day", flat=True)} <= set(range(2016, 2022))


def test_gaviota_is_told_as_it_happened():
    battle = history().order_by("first_day").get(factory__name="La Gaviota", follows=None)
    links = battle.battle_requests
    meal = LineResult.objects.get(battle=battle)

    assert links.filter(found_on_site=False).count() == 1
    assert links.filter(found_on_site=True).count() == 5
    assert set(links.values_list("outcome", flat=True)) == {RequestState.REPAIRED}
    assert (meal.line.product, meal.line.unit, meal.before, meal.after) == (
        "Harina de pescado",
        "t",
        0,
        Decimal(260),
    )
    assert set(OwnRepair.objects.filter(learned_from=battle).values_list("machine__name", flat=True)) == {
        "Moledora",
        "Máquina enlatadora",
    }


def test_history_has_its_follow_ups_read():
    assert FollowUp.objects.filter(battle__in=history(), reading=None).count() == 0
    assert set(FollowUp.objects.values_list("after_days", flat=True)) == {30, 90}


def test_present_is_eleven_battles_at_different_points():
    assert Counter(present().values_list("kind", "state")) == {
        (BattleKind.REPAIR, BattleState.DRAFT): 6,
        (BattleKind.REPAIR, BattleState.ASKING): 1,
        (BattleKind.REPAIR, BattleState.READY): 1,
        (BattleKind.REPAIR, BattleState.UNDER_WAY): 1,
        (BattleKind.DIAGNOSIS, BattleState.UNDER_WAY): 1,
        (BattleKind.REPAIR, BattleState.CLOSED): 1,
    }


def test_battles_that_wait_for_people_make_a_national_plan():
    drafts = Battle.objects.filter(state=BattleState.DRAFT)
    windows = [(battle.latest - battle.earliest).days for battle in drafts.filter(first_day=None)]
    result = matcher.solve(planning.problem_for(planning.battles_to_plan()).problem, seconds=5)

    assert drafts.values("factory__municipality__state__region").distinct().count() >= 5
    assert (len(windows), min(windows), max(windows)) == (4, 4, 10)
    assert drafts.filter(due__isnull=False).count() == 4
    assert {plan.id for plan in result.battles if plan.empty} == {drafts.get(factory__name__startswith="Imprenta").pk}


def test_one_person_is_fixed_and_can_come():
    pin = Pin.objects.get()
    planned = planning.problem_for(planning.battles_to_plan())

    assert [(one.battle, one.into) for one in planned.problem.pins if one.into] == [
        (pin.battle_id, (pin.volunteer_id,))
    ]
    assert planned.left_out == ()


def test_present_has_forty_new_reports_and_25_open_requests():
    new = BreakdownReport.objects.filter(state=ReportState.NEW)

    assert new.count() == 40
    assert new.filter(factory=None).count() == 6
    assert len(new.values("condition").distinct()) >= 3
    assert not new.filter(received_at__gt=now()).exists()
    assert RepairRequest.objects.open().count() == 25
    assert not RepairRequest.objects.filter(demands=None).exists()
    assert PlantDecision.objects.count() == 6


def test_battle_that_calls_people_has_every_kind_of_answer():
    battle = present().get(state=BattleState.ASKING)
    states = Counter(battle.offers.values_list("state", flat=True))

    assert set(states) == {OfferState.ASKED, OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED}
    assert states[OfferState.ASKED] + states[OfferState.ACCEPTED] == battle.seats.count()
    assert not battle.offers.asked().filter(deadline__lt=now()).exists()


def test_battle_under_way_misses_one_person_and_found_one_machine():
    battle = present().get(state=BattleState.UNDER_WAY, kind=BattleKind.REPAIR)

    assert battle.offers.filter(state=OfferState.ACCEPTED).count() == 1
    assert battle.battle_requests.filter(found_on_site=True).count() == 1
    assert battle.diary.exists()


def test_diagnosis_has_voices_and_findings_without_requests():
    battle = present().get(kind=BattleKind.DIAGNOSIS)

    assert VoiceHeard.objects.filter(battle=battle).count() == 2
    assert Finding.objects.filter(battle=battle, request=None).count() == 3
    assert battle.seats.count() <= 4


def test_battle_closed_lately_has_a_reading_due():
    battle = present().get(state=BattleState.CLOSED)

    due = FollowUp.objects.filter(battle=battle, reading=None)
    assert list(due.values_list("after_days", "due_on")) == [
        (30, today() - timedelta(days=1)),
        (90, today() + timedelta(days=59)),
    ]


def test_every_seat_of_a_ready_or_later_battle_is_held():
    battles = Battle.objects.filter(state__in=[BattleState.READY, BattleState.UNDER_WAY, BattleState.CLOSED])

    assert list(Seat.objects.filter(battle__in=battles, kind=SeatKind.REQUIRED).empty()) == []


def test_who_holds_a_seat_gave_exactly_the_days_of_the_offer():
    wrong = []
    for offer in Offer.objects.filter(state__in=HOLDS_SEAT).select_related("battle").prefetch_related("crew_days"):
        days = sorted(day.day for day in offer.crew_days.all())
        expected = [offer.leaves_on + timedelta(days=n) for n in range((offer.back_on - offer.leaves_on).days + 1)]
        if days != expected:
            wrong.append(offer)

    assert wrong == []
    assert CrewDay.objects.exclude(offer__state__in=HOLDS_SEAT).count() == 0


def test_nobody_goes_to_two_battles_without_rest():
    days: dict[int, list] = {}
    for volunteer, battle, day in CrewDay.objects.order_by("day").values_list("volunteer", "offer__battle", "day"):
        days.setdefault(volunteer, []).append((day, battle))

    too_soon = [
        volunteer
        for volunteer, given in days.items()
        for (first, one), (second, other) in pairwise(given)
        if one != other and (second - first).days <= 3
    ]
    assert too_soon == []


def test_who_holds_a_seat_has_its_trade_and_level():
    unable = [
        offer
        for offer in Offer.objects.exclude(seat=None).select_related("seat")
        if not Qualification.objects.filter(
            volunteer=offer.volunteer_id, trade=offer.seat.trade_id, level__gte=offer.seat.level
        ).exists()
    ]

    assert unable == []


def test_offers_of_today_keep_the_rules_of_the_matcher():
    unfit = []
    for battle in present().filter(state__in=[BattleState.ASKING, BattleState.READY]):
        for offer in battle.offers.live():
            fit = planning.fit(battle, offer.volunteer, offer.line)
            if fit.why_not or abs(fit.km - offer.km) > 0.1 or fit.travels != offer.travels:
                unfit.append((offer, fit))

    assert unfit == []


def test_nobody_was_called_before_joining():
    early = [
        day
        for day in CrewDay.objects.select_related("volunteer").order_by("pk")
        if day.volunteer.joined_on is None or day.volunteer.joined_on > day.day
    ]

    assert early == []


def test_requests_are_active_in_battles_that_are_open_only():
    assert not BattleRequest.objects.filter(is_active=True, battle__state=BattleState.CLOSED).exists()
    assert set(
        BattleRequest.objects.filter(is_active=True).values_list("battle__state", "request__state").distinct()
    ) == {
        (BattleState.DRAFT, RequestState.PLANNED),
        (BattleState.ASKING, RequestState.PLANNED),
        (BattleState.READY, RequestState.PLANNED),
        (BattleState.UNDER_WAY, RequestState.UNDER_REPAIR),
    }


def test_repair_battles_have_an_agreement_that_is_not_of_the_future():
    assert not Battle.objects.filter(kind=BattleKind.REPAIR, agreement=None).exists()
    assert not Battle.objects.filter(agreement__agreed_on__gt=today()).exists()


def test_machines_stand_in_one_way_at_a_time():
    spans: dict[int, list] = {}
    for machine, since, until in MachineStatus.objects.order_by("since").values_list("machine", "since", "until"):
        spans.setdefault(machine, []).append((since, until))

    assert len(spans) == Machine.objects.count()
    assert [m for m, told in spans.items() for (_s, until), (since, _u) in pairwise(told) if until != since] == []
    assert [machine for machine, told in spans.items() if told[-1][1] is not None] == []


def test_lines_that_ran_have_readings():
    assert not Line.objects.filter(current__gt=0, readings=None).exists()


def test_audit_tells_the_moves_in_the_order_of_their_hours():
    hours = list(AuditEvent.objects.order_by("pk").values_list("at", flat=True))

    assert hours == sorted(hours)
    assert hours[-1] <= now()
    assert AuditEvent.objects.filter(kind="battle.closed").count() == 15


@pytest.mark.parametrize("login", LOGINS, ids=lambda login: login.username)
def test_login_opens_with_its_password(login):
    assert User.objects.get(username=login.username).check_password(login.password)


def test_logins_have_their_roles():
    posts = CoordinatorPost.objects.current()
    asked = Offer.objects.asked().get(volunteer__user__username="voluntaria")

    assert posts.get(user__username="nacional").region is None
    assert posts.get(user__username="oriente").region.code == "oriental"
    assert asked.battle.state == BattleState.ASKING
    assert Membership.objects.get(user__username="obrero").role == MemberRole.DELEGATE
    assert User.objects.get(username="admin").is_superuser
    assert BreakdownReport.objects.filter(state=ReportState.NEW, factory__memberships__user__username="obrero").exists()


def test_the_coordinators_of_oriente_have_messages_to_look_at():
    oriente = User.objects.get(username="oriente")
    waiting = Talk.objects.coordinated_by(oriente).drafts().order_by("pk")

    assert [(talk.kind, talk.contact is not None, bool(talk.text)) for talk in waiting] == [
        (TalkKind.REPORT, True, True),
        (TalkKind.OUTPUT, True, True),
    ]
    assert Received.objects.count() == 4
    assert not Received.objects.unfinished().exists()
    assert not Received.objects.filter(reply="").exists()


def test_the_delegate_wrote_without_network_what_could_not_be_done():
    missed = MissedAction.objects.coordinated_by(User.objects.get(username="oriente")).waiting().get()

    assert (missed.received.by.username, missed.received.kind) == ("obrero", "plant.reading")
    assert missed.received.answer["detail"] == "Ese día todavía no ha llegado."


def test_who_is_asked_heard_of_it_and_some_texts_did_not_arrive():
    told = Notification.objects.filter(kind="offer.asked")
    asked = set(Offer.objects.asked().values_list("pk", flat=True))

    assert {notice.context["offer"] for notice in told} == asked
    assert not told.filter(sent_at=None).exists()
    assert {notice.way for notice in told} == {"sms", "email"}
    assert told.filter(undelivered_at__isnull=False).exists()
