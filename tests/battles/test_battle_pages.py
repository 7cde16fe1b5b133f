"""The battle's pages: who sees what, whole page, fragment and plain form, with as many queries at 3 rows as at 1."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from battles.models import Battle, DiaryEntry, MatchingRun
from battles.rules import battles as rules
from battles.states import BattleKind, BattleState, OfferState, RequestState
from battles.views.battle_tabs import TABS
from epo.contacts.models import ContactView
from epo.core.clock import today
from epo.core.errors import Refusal
from factories.models import Machine
from tests.make import (
    make_agreement,
    make_battle,
    make_battle_request,
    make_contact,
    make_coordinator,
    make_demand,
    make_departure,
    make_diary_entry,
    make_factory,
    make_finding,
    make_follow_up,
    make_line,
    make_line_result,
    make_machine,
    make_machine_kind,
    make_membership,
    make_need,
    make_offer,
    make_own_repair,
    make_region,
    make_request,
    make_seat,
    make_trade,
    make_user,
    make_voice_heard,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def signed_in(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def boss():
    return make_coordinator(username="boss")


@pytest.fixture
def at_desk(client, boss):
    return signed_in(client, boss)


def url(name, *args):
    return reverse(f"battles:{name}", args=args)


def said_by(form):
    """The refusal of the form, found again by its words."""
    said = form.non_field_errors()[0]
    return next(why for why in vars(rules).values() if isinstance(why, Refusal) and str(why) == said)


def page_of(battle, tab=""):
    return url("battle", battle.pk) + (f"?tab={tab}" if tab else "")


def a_battle(state=BattleState.ASKING, **fields):
    """With something on every tab."""
    battle = make_battle(state=state, **fields)
    fill(battle)
    make_agreement(battle, management="gerente", council="asamblea")
    return battle


def fill(battle):
    """One more row of everything."""
    request = make_request(make_machine(battle.factory))
    make_demand(request)
    make_need(request)
    make_battle_request(battle, request)
    departure = make_departure(battle)
    make_offer(make_seat(battle), state=OfferState.ACCEPTED, departure=departure)
    make_offer(make_seat(battle, make_trade(f"trade-{battle.seats.count()}")))
    make_offer(make_seat(battle), state=OfferState.PROPOSED)
    make_offer(make_seat(battle), state=OfferState.DECLINED)
    make_diary_entry(battle, machine=request.machine)
    line = make_line(battle.factory)
    make_line_result(battle, line)
    make_follow_up(battle, line)
    make_own_repair(battle.factory, learned_from=battle)
    if battle.kind == BattleKind.DIAGNOSIS:
        make_finding(battle)


# Who sees what


def test_battles_ask_who_is_not_signed_in_to_sign_in(client):
    battle = a_battle()

    for address in (url("battles"), page_of(battle), url("battle-print", battle.pk), url("battle-new")):
        assert client.get(address).status_code == 302


def test_a_stranger_and_the_coordinator_of_another_region_get_404(client):
    battle = a_battle()
    for user in (make_user(), make_coordinator(make_region("other"))):
        signed_in(client, user)
        assert client.get(page_of(battle)).status_code == 404
        assert client.get(url("battle-print", battle.pk)).status_code == 404
        for name in (
            "battle-ask",
            "battle-call-off",
            "battle-dates",
            "battle-diary",
            "battle-close",
            "battle-contacts",
        ):
            assert client.post(url(name, battle.pk)).status_code == 404


def test_the_regions_own_coordinator_sees_the_page(client):
    region = make_region("east")
    battle = a_battle(factory=make_factory(region=region))

    response = signed_in(client, make_coordinator(region)).get(page_of(battle))

    assert (response.status_code, response.context["is_coordinator"]) == (200, True)


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("state", [BattleState.ASKING, BattleState.UNDER_WAY, BattleState.CLOSED])
def test_every_tab_shows_whole_and_as_a_fragment(at_desk, tab, state):
    battle = a_battle(state)

    whole, part = at_desk.get(page_of(battle, tab)), at_desk.get(page_of(battle, tab), headers=HTMX)

    assert (whole.status_code, part.status_code) == (200, 200)
    assert (whole.context["tab"], b"<html" in whole.content, b"<html" in part.content) == (tab, True, False)
    assert part.content.strip().startswith(b'<div id="battle">')


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("kind", BattleKind)
def test_tabs_ask_as_many_queries_at_three_rows_as_at_one(at_desk, django_assert_max_num_queries, tab, kind, request):
    battle = a_battle(BattleState.UNDER_WAY, kind=kind)
    at_desk.get(page_of(battle, tab))
    with django_assert_max_num_queries(100) as at_one:
        at_desk.get(page_of(battle, tab))
    fill(battle)
    fill(battle)

    with django_assert_max_num_queries(len(at_one)):
        at_desk.get(page_of(battle, tab))


def test_the_list_asks_at_most_15_queries_at_one_row_and_at_three(at_desk, django_assert_max_num_queries):
    a_battle()
    at_desk.get(url("battles"))
    with django_assert_max_num_queries(15) as at_one:
        at_desk.get(url("battles"))
    a_battle()
    a_battle()

    with django_assert_max_num_queries(len(at_one)):
        response = at_desk.get(url("battles"))
    assert len(response.context["page_obj"]) == 3


def test_the_list_shows_open_battles_and_finds_others_by_filter(at_desk):
    open_one = make_battle(make_factory(name="Válvulas Ávila"))
    closed = make_battle(state=BattleState.CLOSED, kind=BattleKind.DIAGNOSIS)
    region = open_one.factory.municipality.state.region_id

    def found(**chosen):
        return list(at_desk.get(url("battles"), chosen).context["page_obj"])

    assert found() == [open_one]
    assert found(state="all", kind="diagnosis") == [closed]
    assert found(state="closed") == [closed]
    assert found(state="all", q="valvulas") == [open_one]
    assert found(state="all", q=f"#{closed.pk}") == [closed]
    assert found(state="all", region=region) == [open_one]


def test_the_list_answers_htmx_with_the_rows_alone(at_desk):
    part = at_desk.get(url("battles"), headers=HTMX)

    assert part.content.strip().startswith(b'<div id="found">')


# The reduced page


def test_a_plants_member_sees_trades_but_no_names_and_no_draft(client):
    battle = a_battle()
    member = make_user()
    make_membership(battle.factory, member)
    name = battle.offers.get(state=OfferState.ACCEPTED).volunteer.name

    text = signed_in(client, member).get(page_of(battle)).content.decode()
    draft = make_battle(battle.factory)

    assert (name in text, "welding" in text) == (False, True)
    assert client.get(page_of(draft)).status_code == 404
    assert client.post(url("battle-contacts", battle.pk)).status_code == 404
    assert client.post(url("battle-diary", battle.pk)).status_code == 404


def test_who_accepted_sees_the_crews_names_but_no_phones(client):
    battle = a_battle()
    offer = battle.offers.get(state=OfferState.ACCEPTED)
    other = make_offer(make_seat(battle), state=OfferState.ACCEPTED)

    text = signed_in(client, offer.volunteer.user).get(page_of(battle)).content.decode()

    assert other.volunteer.name in text
    assert client.post(url("battle-contacts", battle.pk)).status_code == 404


def test_who_was_only_asked_does_not_see_the_battles_page(client):
    battle = a_battle()
    asked = battle.offers.get(state=OfferState.ASKED)

    assert signed_in(client, asked.volunteer.user).get(page_of(battle)).status_code == 404


def test_the_responsible_writes_the_diary_for_all_but_does_not_plan(client):
    battle = a_battle(BattleState.UNDER_WAY)
    lead = battle.offers.get(state=OfferState.ACCEPTED).volunteer
    Battle.objects.update(responsible=lead)
    signed_in(client, lead.user)

    response = client.get(page_of(battle))
    answer = client.post(url("battle-diary", battle.pk), {"day": today(), "text": "listo"})

    assert [name for name, _label in response.context["tabs"]] == ["crew", "jobs", "result"]
    assert (answer.status_code, DiaryEntry.objects.filter(text="listo").count()) == (302, 1)
    assert client.get(page_of(battle, "plan")).context["tab"] == "jobs"
    assert client.post(url("battle-call-off", battle.pk), {"reason": "x"}).status_code == 404


def test_the_responsible_who_left_the_crew_records_nothing_more(client):
    battle = a_battle(BattleState.UNDER_WAY)
    offer = battle.offers.get(state=OfferState.ACCEPTED)
    Battle.objects.update(responsible=offer.volunteer)
    battle.offers.filter(pk=offer.pk).update(state=OfferState.RELEASED)

    assert signed_in(client, offer.volunteer.user).post(url("battle-diary", battle.pk)).status_code == 404


# Contacts


def test_phones_are_shown_by_a_post_that_notes_who_saw_them(at_desk, boss):
    battle = a_battle()
    offer = battle.offers.get(state=OfferState.ACCEPTED)

    page = at_desk.get(page_of(battle, "crew")).content.decode()
    shown = at_desk.post(url("battle-contacts", battle.pk), headers=HTMX).content.decode()

    digits = offer.volunteer.contact.phone
    assert (digits in page, digits in shown) == (False, True)
    assert list(ContactView.objects.values_list("contact", "by", "reason")) == [
        (offer.volunteer.contact_id, boss.pk, "crew")
    ]


def test_phones_of_who_has_not_accepted_are_not_shown(at_desk):
    battle = a_battle()
    asked = battle.offers.get(state=OfferState.ASKED)

    assert asked.volunteer.contact.phone not in at_desk.post(url("battle-contacts", battle.pk)).content.decode()


def test_the_plants_contact_may_call_the_crew(client):
    user = make_user()
    battle = a_battle(factory=make_factory(contact=make_contact(user=user)))
    make_membership(battle.factory, user)

    assert signed_in(client, user).post(url("battle-contacts", battle.pk)).status_code == 200


def test_the_plants_contact_needs_no_membership_and_calls_those_who_are_not_home_yet(client):
    user = make_user()
    battle = a_battle(factory=make_factory(contact=make_contact(user=user)), state=BattleState.UNDER_WAY)
    there = make_offer(make_seat(battle), state=OfferState.ON_SITE)
    home = make_offer(make_seat(battle), state=OfferState.DONE)

    shown = signed_in(client, user).post(url("battle-contacts", battle.pk)).content.decode()

    assert there.volunteer.contact.phone[3:] in shown
    assert home.volunteer.contact.phone[3:] not in shown


def test_print_for_the_plant_names_nobody_of_the_crew(client):
    delegate = make_user()
    battle = a_battle()
    make_membership(battle.factory, delegate)
    name = battle.offers.get(state=OfferState.ACCEPTED).volunteer.name

    printed = signed_in(client, delegate).get(url("battle-print", battle.pk))

    assert (printed.status_code, name in printed.text) == (200, False)


def test_print_has_phones_only_by_a_post(at_desk):
    battle = a_battle()
    phone = battle.offers.get(state=OfferState.ACCEPTED).volunteer.contact.phone[3:]

    quiet, loud = at_desk.get(url("battle-print", battle.pk)), at_desk.post(url("battle-print", battle.pk))

    assert (quiet.context["with_phones"], loud.context["with_phones"]) == (False, True)
    assert ContactView.objects.filter(reason="print").count() == 1
    assert phone[-7:] in loud.content.decode().replace("-", "")


# Planning by forms


def test_a_battle_is_planned_from_a_request(at_desk):
    request = make_request(make_machine())
    make_demand(request, people=2, days=5)
    address = url("battle-new") + f"?request={request.pk}"
    form = at_desk.get(address).context["form"]

    answer = at_desk.post(
        address, {"kind": "repair", "title": form.initial["title"], "requests": [request.pk], "days": 5,
                  "first_day": today() + timedelta(days=9)},
    )  # fmt: skip

    battle = Battle.objects.get()
    assert answer.url == page_of(battle, "seats")
    assert (form.initial["requests"], battle.seats.count()) == ([request], 2)


def test_a_new_battle_asks_first_for_the_plant(at_desk):
    factory = make_factory()

    assert "plant_form" in at_desk.get(url("battle-new")).context
    assert at_desk.get(url("battle-new"), {"factory": factory.pk}).context["factory"] == factory
    assert at_desk.get(url("battle-new"), {"factory": "zzz"}).context["plant_form"]
    assert at_desk.get(url("battle-new"), {"request": 99999}).status_code == 404


def test_a_new_battle_keeps_what_was_typed_when_the_window_ends_before_it_begins(at_desk):
    request = make_request(make_machine())
    typed = {"kind": "repair", "title": "Mi batalla", "requests": [request.pk], "days": 5,
             "earliest": "2030-02-02", "latest": "2030-02-01"}  # fmt: skip

    page = at_desk.post(url("battle-new") + f"?request={request.pk}", typed)

    assert (page.status_code, "latest" in page.context["form"].errors) == (200, True)
    assert "Mi batalla" in page.content.decode()


def test_a_coordinator_without_plants_and_a_volunteer_plan_nothing(client):
    make_factory()
    for user in (make_volunteer().user, make_coordinator(make_region("empty"))):
        assert signed_in(client, user).get(url("battle-new")).status_code == 404


def test_a_refusal_is_shown_on_the_form_which_keeps_what_was_typed(at_desk):
    battle = a_battle(BattleState.DRAFT, kind=BattleKind.DIAGNOSIS)
    trade = make_trade()

    page = at_desk.post(
        url("battle-seat-add", battle.pk),
        {"trade": trade.pk, "level": 3, "kind": "required", "people": 3, "first": 1, "last": 5},
    )

    assert (page.status_code, said_by(page.context["seat_form"])) == (200, rules.TOO_MANY_VISITORS)
    assert page.context["seat_form"]["people"].value() == "3"


def test_a_plain_post_leads_back_to_its_tab_and_a_fragment_brings_it_anew(at_desk):
    battle = make_battle()
    seat = {"trade": make_trade().pk, "level": 3, "kind": "required", "people": 1, "first": 1, "last": 5}

    plain = at_desk.post(url("battle-seat-add", battle.pk), seat)
    part = at_desk.post(url("battle-seat-add", battle.pk), seat, headers=HTMX)

    assert plain.url == page_of(battle, "seats")
    assert part.context["lines"][0].wanted == 2
    assert b"<html" not in part.content


def test_a_refused_button_says_why_on_the_next_page(at_desk):
    battle = make_battle()

    page = at_desk.post(url("battle-ask", battle.pk), follow=True)

    assert [message.level_tag for message in page.context["messages"]] == ["warning"]


POSTS = [
    ("battle-dates", {"first_day": "2031-01-10", "days": 4}, BattleState.DRAFT),
    ("battle-details", {"title": "t", "offer_hours": 24, "asks_per_seat": 2}, BattleState.ASKING),
    ("battle-draft", {"reason": "x"}, BattleState.ASKING),
    ("battle-call-off", {"reason": "x"}, BattleState.ASKING),
    ("battle-agreement", {"agreed_on": "2026-01-01", "management": "g", "council": "c"}, BattleState.DRAFT),
    ("battle-waive", {"reason": "x"}, BattleState.DRAFT),
    ("battle-seats-fill", {}, BattleState.DRAFT),
    ("battle-arrived-all", {}, BattleState.UNDER_WAY),
    ("battle-home-all", {}, BattleState.UNDER_WAY),
    ("battle-diary", {"day": "2026-01-01", "text": "x", "hours": "3.5"}, BattleState.UNDER_WAY),
    ("battle-lessons", {"lessons": "x"}, BattleState.CLOSED),
    ("battle-own-repair", {"what": "molino", "on": "2026-01-01"}, BattleState.CLOSED),
]


@pytest.mark.parametrize(("name", "data", "state"), POSTS)
def test_every_form_of_the_page_works_without_script(at_desk, name, data, state):
    battle = make_battle(state=state)
    make_demand(make_battle_request(battle).request)

    answer = at_desk.post(url(name, battle.pk), data)

    assert answer.status_code == 302
    assert at_desk.get(answer.url).status_code == 200


def test_a_machine_found_is_added_with_two_fields(at_desk):
    battle = make_battle(state=BattleState.UNDER_WAY)
    new = {"name": "Sierra", "kind": make_machine_kind("saw").pk, "what": "motor quemado"}

    at_desk.post(url("battle-found", battle.pk), new)
    wrong = at_desk.post(url("battle-found", battle.pk), {"name": "Otra", "what": "x"})

    assert battle.battle_requests.get().request.machine == Machine.objects.get(name="Sierra")
    assert "machine" in wrong.context["found_form"].errors


def test_what_is_noted_of_a_request_needs_and_outcome(at_desk):
    battle = make_battle(state=BattleState.UNDER_WAY)
    link = make_battle_request(battle, make_request(make_machine(battle.factory), state=RequestState.UNDER_REPAIR))

    at_desk.post(url("battle-need-add", battle.pk, link.pk), {"kind": "part", "what": "correa", "brings": "plant"})
    need = link.request.needs.get()
    at_desk.post(url("battle-need", battle.pk, need.pk), {"state": "got"})
    at_desk.post(url("battle-outcome", battle.pk, link.pk), {"outcome": "partly_repaired", "note": "falta probar"})

    need.refresh_from_db()
    link.refresh_from_db()
    assert (need.state, link.outcome, link.note) == ("got", "partly_repaired", "falta probar")


def test_a_demand_is_corrected_or_taken_away(at_desk):
    battle = make_battle()
    demand = make_demand(make_battle_request(battle).request)
    address = url("battle-demand", battle.pk, demand.pk)

    assert at_desk.get(address).status_code == 200
    at_desk.post(address, {"people": 4, "level": 3, "days": 2})
    demand.refresh_from_db()
    assert (demand.people, demand.level, demand.days) == (4, 3, 2)

    at_desk.post(address, {"people": 0, "level": 3, "days": 2})
    assert battle.battle_requests.get().request.demands.count() == 0


def test_a_diagnosis_page_writes_voices_and_opens_requests_of_findings(at_desk):
    battle = make_battle(kind=BattleKind.DIAGNOSIS, state=BattleState.UNDER_WAY)
    make_voice_heard(battle)

    at_desk.post(url("battle-voice", battle.pk), {"voice": "management", "said": "no hay gas"})
    at_desk.post(url("battle-finding", battle.pk), {"what": "quemador tapado"})
    at_desk.post(url("battle-findings-request", battle.pk), {"findings": [battle.findings.get().pk]})

    assert (battle.voices.count(), battle.findings.get().request.title) == (2, "quemador tapado")


def test_output_closing_and_readings_are_recorded_by_forms(at_desk):
    battle = make_battle(state=BattleState.UNDER_WAY)
    line = make_line(battle.factory)

    output = {"line": line.pk, "before": "0", "after": "260", "is_confirmed": "on", "confirmed_by": "delegado"}
    at_desk.post(url("battle-output", battle.pk), output)
    at_desk.post(url("battle-close", battle.pk), {"lessons": "bien"})
    due = battle.follow_ups.first()
    at_desk.post(
        url("battle-follow-up", battle.pk, due.pk),
        {"amount": "250", "day": today(), "said_by": "delegado", "is_confirmed": "on"},
    )

    battle.refresh_from_db()
    due.refresh_from_db()
    assert (battle.state, due.reading.amount) == (BattleState.CLOSED, 250)
    assert b"260" in at_desk.get(page_of(battle, "result")).content


def test_seats_and_departures_are_changed_on_pages_of_their_own(at_desk):
    battle = make_battle(state=BattleState.ASKING)
    seat, departure = make_seat(battle), make_departure(battle)
    offer = make_offer(make_seat(battle), state=OfferState.ACCEPTED)
    trip = {"place": "Plaza", "at": "2031-01-09T06:00", "places": 3, "travellers": [offer.pk]}
    addresses = [
        url("battle-seat-change", battle.pk, seat.pk), url("battle-departure-change", battle.pk, departure.pk),
        url("battle-departure-add", battle.pk),
    ]  # fmt: skip

    assert [at_desk.get(address).status_code for address in addresses] == [200] * 3
    at_desk.post(addresses[0], {"trade": seat.trade_id, "level": 4, "kind": "optional", "first": 2, "last": 3})
    at_desk.post(addresses[1], trip)
    refused = at_desk.post(addresses[2], trip | {"places": 0})

    seat.refresh_from_db()
    offer.refresh_from_db()
    assert (seat.level, seat.kind, seat.first_offset, seat.last_offset) == (4, "optional", 1, 2)
    assert (offer.departure, list(refused.context["form"].errors)) == (departure, ["places"])


def test_one_person_arrives_leaves_early_or_is_let_go_by_buttons(at_desk):
    battle = make_battle(state=BattleState.UNDER_WAY, first_day=today())
    first, second = (make_offer(make_seat(battle), state=OfferState.ACCEPTED) for _n in range(2))

    at_desk.post(url("battle-arrived", battle.pk, first.pk))
    at_desk.post(url("battle-left", battle.pk, first.pk), {"reason": "familia"})
    at_desk.post(url("battle-released", battle.pk, second.pk), {"reason": "no vino"})

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (OfferState.LEFT, OfferState.RELEASED)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_responsible_who_notes_leaving_is_led_away_from_a_page_that_is_closed_to_them_now(client, headers):
    battle = make_battle(state=BattleState.UNDER_WAY, first_day=today())
    offer = make_offer(make_seat(battle), state=OfferState.ON_SITE)
    Battle.objects.update(responsible=offer.volunteer)

    answer = signed_in(client, offer.volunteer.user).post(
        url("battle-left", battle.pk, offer.pk), {"reason": "salud"}, headers=headers
    )

    offer.refresh_from_db()
    assert (offer.state, answer.headers.get("HX-Redirect") or answer.headers.get("Location")) == (
        OfferState.LEFT, url("mine")
    )  # fmt: skip


def test_rows_of_another_battle_are_not_reached_through_this_one(at_desk):
    battle, other = make_battle(state=BattleState.UNDER_WAY), a_battle(BattleState.UNDER_WAY)
    offer, link = other.offers.first(), other.battle_requests.get()

    assert at_desk.post(url("battle-arrived", battle.pk, offer.pk)).status_code == 404
    assert at_desk.post(url("battle-outcome", battle.pk, link.pk)).status_code == 404
    assert at_desk.post(url("battle-seat-remove", battle.pk, other.seats.first().pk)).status_code == 404
    assert at_desk.post(url("battle-need", battle.pk, link.request.needs.get().pk), {"state": "got"}).status_code == 404


# Filling seats by hand


def a_seat(state=BattleState.ASKING, **fields):
    return make_seat(make_battle(state=state), make_trade("welding"), **fields)


def test_a_seat_is_filled_by_hand_with_the_next_best_or_by_name(at_desk):
    seat = a_seat()
    able = make_volunteer("welding", name="Rosa Pérez")
    unable = make_volunteer(name="Rosa Blanco")
    address = url("battle-seat-people", seat.battle_id, seat.pk)

    best, named = at_desk.get(address), at_desk.get(address, {"q": "rosa"})
    answer = at_desk.post(address, {"volunteer": able.pk})

    assert [one.volunteer for one in best.context["found"]] == [able]
    assert [(one.volunteer, one.why_not is None) for one in named.context["found"]] == [(able, True), (unable, False)]
    assert answer.url == page_of(seat.battle, "seats")
    assert list(seat.battle.offers.values_list("volunteer", "state")) == [(able.pk, OfferState.ASKED)]


def test_by_hand_in_a_draft_proposes_and_send_all_asks_later(at_desk):
    seat = a_seat(BattleState.DRAFT)
    able = make_volunteer("welding")

    at_desk.post(url("battle-seat-people", seat.battle_id, seat.pk), {"volunteer": able.pk})
    proposed = seat.battle.offers.get()
    Battle.objects.update(state=BattleState.ASKING)
    at_desk.post(url("battle-send-all", seat.battle_id))

    assert proposed.state == OfferState.PROPOSED
    assert seat.battle.offers.get().state == OfferState.ASKED


@pytest.mark.parametrize(("years", "asked"), [(17, 0), (None, 0), (18, 0), (19, 1)])
def test_a_learners_seat_is_for_people_who_are_18_for_certain(at_desk, years, asked):
    seat = a_seat(kind="learner", level=1)
    contact = make_contact(birth_year=years and seat.battle.first_day.year - years)
    young = make_volunteer("welding", level=1, contact=contact)

    at_desk.post(url("battle-seat-people", seat.battle_id, seat.pk), {"volunteer": young.pk})

    assert seat.battle.offers.count() == asked


def test_nobody_is_found_for_a_learners_seat_without_a_name(at_desk):
    seat = a_seat(kind="learner")
    make_volunteer("welding")

    assert at_desk.get(url("battle-seat-people", seat.battle_id, seat.pk)).context["found"] == []


def test_the_match_button_starts_a_run_for_this_battle_alone(at_desk):
    seat = a_seat()
    sent = re.search(r'name="scope" value="([^"]+)"', at_desk.get(page_of(seat.battle)).content.decode())

    answer = at_desk.post(url("run-new"), {"scope": sent[1]})

    run = MatchingRun.objects.get()
    assert (run.only, answer.url) == (seat.battle, url("run", run.pk))
