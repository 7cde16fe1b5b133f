"""What was written without network comes in: each action once, in order, answered by itself; what cannot be done is kept."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now
from rest_framework.test import APIClient

from battles.actions import answers, results
from battles.actions import battles as battle_actions
from battles.missed import wanted
from battles.models import DiaryEntry, MissedAction, Need, Offer, OwnRepair
from battles.road_pack import owner_of
from battles.states import AnsweredBy, BattleState, DeclineReason, NeedState, OfferState, RequestState
from epo.audit.models import AuditEvent
from epo.core.clock import today
from epo.notifications.kinds import message_for
from epo.notifications.models import Notification
from epo.work.models import ReceivedAction
from factories.models import MachineStatus, OutputReading
from factories.states import MemberRole
from tests.make import (
    make_battle,
    make_battle_request,
    make_coordinator,
    make_coordinator_post,
    make_factory,
    make_line,
    make_machine,
    make_machine_kind,
    make_machine_status,
    make_membership,
    make_missed_action,
    make_need,
    make_offer,
    make_region,
    make_request,
    make_seat,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
ACTIONS = "api:actions"


def by(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def action(kind: str, about: Any, said: Any = None, **more: Any) -> dict[str, Any]:
    name = kind.partition(".")[0]
    keys = about if isinstance(about, dict) else {name: about.pk}
    at = (more.pop("at", None) or now()).isoformat()
    return {"id": str(uuid4()), "kind": kind, "about": keys, "at": at, "said": said or {}} | more


def send(user: Any, *actions: Any) -> list[dict[str, Any]]:
    answer = by(user).post(reverse(ACTIONS), {"actions": list(actions)})
    assert answer.status_code == 200, answer.content
    told: list[dict[str, Any]] = answer.json()["answers"]
    return told


def one(user: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    (told,) = send(user, wanted)
    assert told["id"] == wanted["id"]
    return told


def asked(**fields: Any) -> Offer:
    """An offer that waits for its answer."""
    return make_offer(make_seat(make_battle(state=BattleState.ASKING, **fields)))


@pytest.fixture
def in_the_plant() -> Offer:
    """A battle that began the day before yesterday; the crew's responsible is there, and has a job on a machine."""
    boss = make_coordinator()
    battle = make_battle(state=BattleState.UNDER_WAY, first_day=today() - timedelta(days=2), coordinator=boss)
    offer = make_offer(make_seat(battle), state=OfferState.ON_SITE, arrived_at=now())
    battle.responsible = offer.volunteer
    battle.save()
    make_battle_request(battle, make_request(make_machine(battle.factory), state=RequestState.UNDER_REPAIR))
    return offer


def job(offer: Offer) -> Any:
    return offer.battle.battle_requests.get().request


# Each kind


def test_offer_is_accepted_once_however_often_it_is_sent():
    offer = asked()
    wanted = action("offer.accept", offer, version=offer.version)

    first, again = one(offer.volunteer.user, wanted), one(offer.volunteer.user, wanted)

    offer.refresh_from_db()
    assert (offer.state, offer.answered_by, offer.crew_days.count()) == (OfferState.ACCEPTED, AnsweredBy.PAGE, 5)
    assert first == {
        "id": wanted["id"], "status": 200, "code": "", "detail": "", "state": "accepted", "version": offer.version,
        "errors": {},
    }  # fmt: skip
    assert again == first
    assert ReceivedAction.objects.count() == 1


def test_offer_is_accepted_for_part_of_the_stay():
    offer = asked()
    first = offer.first_day + timedelta(days=1)

    told = one(offer.volunteer.user, action("offer.accept", offer, {"first": first.isoformat()}))

    offer = Offer.objects.get(pk=offer.pk)
    assert (told["status"], offer.first_day) == (200, first)


def test_offer_is_declined():
    offer = asked()

    told = one(offer.volunteer.user, action("offer.decline", offer, {"reason": "health", "note": "gripe"}))

    offer.refresh_from_db()
    assert (told["status"], told["state"]) == (200, "declined")
    assert (offer.decline_reason, offer.note) == (DeclineReason.HEALTH, "gripe")


def test_one_arrives_and_goes_home_in_the_order_in_which_it_was_written():
    battle = make_battle(state=BattleState.UNDER_WAY, first_day=today())
    offer = make_offer(make_seat(battle), state=OfferState.ACCEPTED)

    told = send(offer.volunteer.user, action("offer.arrived", offer), action("offer.home", offer))

    offer.refresh_from_db()
    assert [(each["status"], each["state"]) for each in told] == [(200, "on_site"), (200, "done")]
    assert (offer.state, offer.arrived_at is None, offer.home_at is None) == (OfferState.DONE, False, False)


def test_responsible_notes_arrivals_of_the_whole_crew(in_the_plant):
    fellow = make_offer(make_seat(in_the_plant.battle), state=OfferState.ACCEPTED)

    told = one(in_the_plant.volunteer.user, action("offer.arrived", fellow))

    fellow.refresh_from_db()
    assert (told["status"], fellow.state) == (200, OfferState.ON_SITE)


def test_diary_machine_need_and_outcome_are_noted_once(in_the_plant):
    battle, request = in_the_plant.battle, job(in_the_plant)
    make_machine_kind("pump")
    actions = [
        action("battle.diary", battle, {"text": "se desarmó", "hours": "6.5", "machine": request.machine_id}),
        action("battle.found", battle, {"what": "sello roto", "name": "Bomba 2", "kind": "pump"}),
        action("battle.need", battle, {"request": request.pk, "what": "sello mecánico", "kind": "part"}),
        action(
            "battle.outcome", battle, {"request": request.pk, "outcome": "repaired", "note": "quedó bien", "was": ""}
        ),
    ]

    first = send(in_the_plant.volunteer.user, *actions)
    again = send(in_the_plant.volunteer.user, *actions)

    assert [each["status"] for each in first] == [200] * 4
    assert again == first
    entry = DiaryEntry.objects.get()
    assert (entry.text, str(entry.hours), entry.machine, entry.by) == (
        "se desarmó", "6.5", request.machine, in_the_plant.volunteer.user,
    )  # fmt: skip
    assert battle.battle_requests.filter(found_on_site=True).count() == 1
    assert [need.what for need in Need.objects.all()] == ["sello mecánico"]
    tie = battle.battle_requests.get(request=request)
    assert (tie.outcome, tie.note) == (RequestState.REPAIRED, "quedó bien")


def test_need_is_settled_and_said_by_two_phones_it_is_no_refusal(in_the_plant):
    need = make_need(job(in_the_plant))
    about = {"battle": in_the_plant.battle_id, "need": need.pk}

    told = send(
        in_the_plant.volunteer.user,
        action("battle.need_settled", about, {"state": "got"}),
        action("battle.need_settled", about, {"state": "got"}),
    )

    need.refresh_from_db()
    assert ([each["status"] for each in told], need.state) == ([200, 200], NeedState.GOT)


def test_delegate_sends_readings_and_a_repair():
    delegate = make_membership(make_line().factory, role=MemberRole.DELEGATE)
    plant, line = delegate.factory, delegate.factory.lines.get()
    machine = make_machine(plant)
    said = {"said_by": "delegada", "readings": [{"line": line.pk, "day": today().isoformat(), "amount": "12.5"}]}

    told = send(
        delegate.user,
        action("plant.reading", plant, said),
        action("plant.repair", plant, {"what": "correa", "machine": machine.pk, "said_by": "mecánico"}),
    )

    assert [(each["status"], each["state"], each["version"]) for each in told] == [(200, "", None)] * 2
    assert [(str(row.amount), row.is_confirmed) for row in OutputReading.objects.all()] == [("12.50", True)]
    assert [(row.what, row.machine, row.by) for row in OwnRepair.objects.all()] == [("correa", machine, delegate.user)]


def states_of(machine: Any) -> list[tuple[str, Any, bool]]:
    return [(row.state, row.by, row.until is None) for row in machine.statuses.order_by("pk")]


def test_management_says_how_a_machine_is_once_and_in_order():
    boss = make_membership(role=MemberRole.MANAGER)
    machine = make_machine(boss.factory)
    first = action("machine.state", machine, {"state": "badly", "was": "", "name": machine.name})
    second = action("machine.state", machine, {"state": "stopped", "was": "badly", "name": machine.name})

    told = send(boss.user, first, second)
    again = send(boss.user, first)

    assert [(each["status"], each["state"]) for each in told] == [(200, "badly"), (200, "stopped")]
    assert again == told[:1]
    assert states_of(machine) == [("badly", boss.user, False), ("stopped", boss.user, True)]


def test_what_others_said_of_a_machine_meanwhile_stands_and_the_wish_is_kept():
    region = make_region("west")
    boss = make_coordinator_post(region=region).user
    delegate = make_membership(make_factory(region=region), role=MemberRole.DELEGATE)
    machine = make_machine(delegate.factory)
    make_machine_status(machine, state="dangerous")

    told = one(delegate.user, action("machine.state", machine, {"state": "running", "was": "badly", "name": "Prensa"}))
    same = one(delegate.user, action("machine.state", machine, {"state": "dangerous", "was": "badly"}))

    assert (told["status"], told["code"], told["state"], same["status"]) == (409, "state_changed", "dangerous", 200)
    assert states_of(machine) == [("dangerous", None, True)]
    missed = MissedAction.objects.get()
    assert (missed.factory, missed.battle, missed.had_changed) == (machine.factory, None, True)
    assert wanted(missed).words == "Prensa · funciona"
    assert [note.contact.user for note in Notification.objects.filter(kind="sync.conflict")] == [boss]


def test_days_that_were_wanted_are_told_as_days_and_what_is_none_as_it_came():
    def words(**said: Any) -> str:
        return wanted(make_missed_action(said=said)).words

    assert words(first="2025-12-09", last="2025-12-08") == "mar 9 dic 2025 · lun 8 dic 2025"
    assert words(readings=[{"day": "2025-12-09", "amount": "1200"}]) == "mar 9 dic 2025: 1200"
    assert words(day="mañana", on="<b>") == "mañana · <b>"


def test_machine_out_of_use_is_refused_and_one_of_another_plant_is_not_there():
    delegate = make_membership(role=MemberRole.DELEGATE)
    old, foreign = make_machine(delegate.factory, is_retired=True), make_machine()
    worker = make_membership(delegate.factory, role=MemberRole.WORKER)

    told = [one(delegate.user, action("machine.state", each, {"state": "running"})) for each in (old, foreign)]
    unasked = one(worker.user, action("machine.state", make_machine(delegate.factory), {"state": "running"}))

    assert [(each["status"], each["code"]) for each in (*told, unasked)] == [
        (409, "machine_retired"), (404, "not_found"), (404, "not_found"),
    ]  # fmt: skip
    assert MachineStatus.objects.count() == 0


# What cannot be done any more


def test_yes_after_the_battle_was_called_off_is_refused_kept_and_told():
    region = make_region("west")
    boss = make_coordinator(region)
    offer = asked(factory=make_factory(region=region), coordinator=boss)
    wanted = action("offer.accept", offer, {}, version=offer.version)
    battle_actions.call_off(battle=offer.battle, by=boss, reason="sin gas")

    told, again = one(offer.volunteer.user, wanted), one(offer.volunteer.user, wanted)

    offer.refresh_from_db()
    missed, received = MissedAction.objects.get(), ReceivedAction.objects.get()
    assert (told["status"], told["code"], told["state"]) == (409, "withdrawn", "withdrawn")
    assert again == told
    assert (offer.state, offer.crew_days.count()) == (OfferState.WITHDRAWN, 0)
    assert (received.intent, received.version_seen, received.status) == (
        {"about": {"offer": offer.pk}, "said": {}}, wanted["version"], 409,
    )  # fmt: skip
    assert (missed.received, missed.battle, missed.factory, missed.had_changed) == (
        received, offer.battle, offer.battle.factory, True,
    )  # fmt: skip
    notes = Notification.objects.filter(kind="sync.conflict")
    assert [note.contact.user for note in notes] == [boss]
    message = message_for(notes.get())
    assert message is not None
    assert (str(offer.volunteer.user) in message.body, told["detail"] in message.body) == (True, True)


def test_refusal_of_what_has_not_changed_says_so():
    battle = make_battle(state=BattleState.READY)
    offer = make_offer(make_seat(battle), state=OfferState.ACCEPTED)

    told = one(offer.volunteer.user, action("offer.arrived", offer, version=offer.version))

    assert (told["status"], told["code"], MissedAction.objects.get().had_changed) == (409, "not_yet", False)


def test_one_that_is_refused_holds_up_no_other(in_the_plant):
    battle, user = in_the_plant.battle, in_the_plant.volunteer.user
    request = job(in_the_plant)

    told = send(
        user,
        action("battle.outcome", battle, {"request": request.pk, "outcome": "not_repairable"}),
        action("battle.diary", battle, {"text": ""}),
        action("battle.dance", battle),
        action("battle.diary", {"battle": 10**9}),
        {"id": "no id", "kind": "battle.diary"},
        action("battle.diary", battle, {"text": "listo"}),
    )

    assert [(each["status"], each["code"]) for each in told] == [
        (409, "no_barrier"), (422, "invalid"), (422, "invalid"), (404, "not_found"), (422, "no_id"), (200, ""),
    ]  # fmt: skip
    assert list(told[1]["errors"]) == ["text"]
    assert [entry.text for entry in DiaryEntry.objects.all()] == ["listo"]
    assert ReceivedAction.objects.filter(answered_at__isnull=False).count() == 5
    assert [missed.received.kind for missed in MissedAction.objects.order_by("pk")] == [
        "battle.outcome",
        "battle.diary",
    ]


def test_outcome_that_somebody_else_gave_meanwhile_stands(in_the_plant):
    battle, request = in_the_plant.battle, job(in_the_plant)
    tie = battle.battle_requests.get()
    results.record_outcome(link=tie, outcome=RequestState.PARTLY_REPAIRED, by=battle.coordinator, note="falta un sello")
    said = {"request": request.pk, "outcome": "repaired", "was": ""}

    told = one(in_the_plant.volunteer.user, action("battle.outcome", battle, said))
    seen = one(in_the_plant.volunteer.user, action("battle.outcome", battle, said | {"was": "partly_repaired"}))

    tie.refresh_from_db()
    assert [(each["status"], each["code"]) for each in (told, seen)] == [(409, "judged_anew"), (200, "")]
    assert tie.outcome == RequestState.REPAIRED


def test_diary_of_who_is_not_responsible_any_more_reaches_the_coordinator(in_the_plant):
    battle, user = in_the_plant.battle, in_the_plant.volunteer.user
    battle.responsible = None
    battle.save()

    told = one(user, action("battle.diary", battle, {"text": "cambiamos el eje"}))

    page = unescape(by(battle.coordinator).get(reverse("battles:today")).content.decode())
    assert (told["status"], told["code"]) == (409, "not_recorder")
    assert [part for part in ("cambiamos el eje", str(user), told["detail"]) if part not in page] == []


def test_what_can_still_be_done_is_done_although_the_version_is_another(in_the_plant):
    told = one(
        in_the_plant.volunteer.user,
        action("battle.diary", in_the_plant.battle, {"text": "x"}, version=in_the_plant.battle.version + 7),
    )

    assert (told["status"], told["version"]) == (200, in_the_plant.battle.version)


# B5: four actions of one offer, in every order, and after what happened meanwhile


def _offer_actions(offer: Offer) -> list[dict[str, Any]]:
    return [
        action("offer.accept", offer, version=1),
        action("offer.arrived", offer, version=1),
        action("offer.home", offer, version=1),
        action("offer.decline", offer, {"reason": "work"}, version=1),
    ]


LEGAL = {
    (OfferState.ASKED, "offer.accept"): OfferState.ACCEPTED,
    (OfferState.ASKED, "offer.decline"): OfferState.DECLINED,
    (OfferState.ACCEPTED, "offer.accept"): OfferState.ACCEPTED,
    (OfferState.ACCEPTED, "offer.arrived"): OfferState.ON_SITE,
    (OfferState.ON_SITE, "offer.accept"): OfferState.ON_SITE,
    (OfferState.ON_SITE, "offer.arrived"): OfferState.ON_SITE,
    (OfferState.ON_SITE, "offer.home"): OfferState.DONE,
    (OfferState.DONE, "offer.accept"): OfferState.DONE,
    (OfferState.DONE, "offer.home"): OfferState.DONE,
    (OfferState.DECLINED, "offer.decline"): OfferState.DECLINED,
}


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=lambda order: "".join(map(str, order)))
@pytest.mark.parametrize("start", [OfferState.ASKED, OfferState.ACCEPTED, OfferState.WITHDRAWN, OfferState.DECLINED])
def test_any_order_of_four_actions_leads_where_the_table_says_and_keeps_the_rest(start: OfferState, order: Any) -> None:
    battle = make_battle(state=BattleState.UNDER_WAY, first_day=today())
    offer = make_offer(make_seat(battle), state=start)
    actions = [_offer_actions(offer)[n] for n in order]
    state, expected = start, []
    for each in actions:
        to = LEGAL.get((state, each["kind"]))
        expected.append((200, to or state) if to else (409, state))
        state = to or state

    told = send(offer.volunteer.user, *actions)
    again = send(offer.volunteer.user, *actions)

    offer.refresh_from_db()
    assert [(each["status"], each["state"]) for each in told] == expected
    assert again == told
    assert offer.state == state
    refused = [each["kind"] for each, (status, _state) in zip(actions, expected, strict=True) if status == 409]
    assert [missed.received.kind for missed in MissedAction.objects.order_by("pk")] == refused
    assert ReceivedAction.objects.count() == 4


def test_yes_after_another_took_the_seat_says_so_and_harms_nobody():
    battle = make_battle(state=BattleState.ASKING)
    seat = make_seat(battle)
    late, quick = make_offer(seat), make_offer(seat)
    answers.accept(offer=quick, by=quick.volunteer.user, how=AnsweredBy.PAGE)

    told = one(late.volunteer.user, action("offer.accept", late, version=late.version))

    late.refresh_from_db()
    quick.refresh_from_db()
    assert (told["status"], late.state, quick.state) == (409, OfferState.WITHDRAWN, OfferState.ACCEPTED)


# Whose it is


def test_things_of_others_are_not_found_and_nothing_is_told_of_them(in_the_plant):
    stranger, battle = make_volunteer().user, in_the_plant.battle
    line = make_line(battle.factory)
    need = make_need(job(in_the_plant))
    reading = {"said_by": "x", "readings": [{"line": line.pk, "day": today().isoformat(), "amount": "1"}]}
    actions = [
        action("offer.accept", in_the_plant), action("offer.decline", in_the_plant, {"reason": "work"}),
        action("offer.arrived", in_the_plant), action("offer.home", in_the_plant),
        action("battle.diary", battle, {"text": "x"}), action("battle.found", battle, {"what": "x"}),
        action("battle.need", battle, {"request": job(in_the_plant).pk, "what": "x"}),
        action("battle.need_settled", {"battle": battle.pk, "need": need.pk}, {"state": "got"}),
        action("battle.outcome", battle, {"request": job(in_the_plant).pk, "outcome": "repaired"}),
        action("plant.reading", battle.factory, reading), action("plant.repair", battle.factory, {"what": "x"}),
    ]  # fmt: skip

    told = send(stranger, *actions)

    assert {(each["status"], each["code"], each["state"], each["version"]) for each in told} == {
        (404, "not_found", "", None)
    }
    assert (MissedAction.objects.count(), DiaryEntry.objects.count()) == (0, 0)
    in_the_plant.refresh_from_db()
    assert in_the_plant.state == OfferState.ON_SITE


def test_things_of_another_battle_cannot_be_named(in_the_plant):
    other = make_battle_request(make_battle(state=BattleState.UNDER_WAY, first_day=today()))
    need = make_need(other.request)
    battle = in_the_plant.battle

    told = send(
        in_the_plant.volunteer.user,
        action("battle.diary", battle, {"text": "x", "machine": other.request.machine_id}),
        action("battle.need", battle, {"request": other.request_id, "what": "x"}),
        action("battle.need_settled", {"battle": battle.pk, "need": need.pk}, {"state": "got"}),
    )

    assert [each["status"] for each in told] == [422, 422, 404]


def test_who_was_never_of_the_crew_but_asked_finds_no_battle(in_the_plant):
    waiting = make_offer(make_seat(in_the_plant.battle))

    told = send(
        waiting.volunteer.user,
        action("battle.diary", in_the_plant.battle, {"text": "x"}),
        action("offer.arrived", in_the_plant),
    )

    assert [each["status"] for each in told] == [404, 404]


def test_one_id_is_good_for_one_thing_and_two_people_may_have_the_same():
    offer, other = asked(), asked()
    wanted = action("offer.accept", offer)

    same = send(other.volunteer.user, wanted | {"about": {"offer": other.pk}})
    told = send(offer.volunteer.user, wanted, wanted | {"kind": "offer.decline", "said": {"reason": "work"}})

    offer.refresh_from_db()
    assert [(each["status"], each["code"]) for each in same + told] == [(200, ""), (200, ""), (409, "other_content")]
    assert offer.state == OfferState.ACCEPTED


def test_nothing_is_taken_while_somebody_else_is_signed_in_on_the_phone():
    offer, other = asked(), make_user()
    body = {"owner": owner_of(offer.volunteer.user), "actions": [action("offer.accept", offer)]}

    wrong = by(other).post(reverse(ACTIONS), body)
    right = by(offer.volunteer.user).post(reverse(ACTIONS), body)

    assert (wrong.status_code, wrong.json()["code"], right.status_code) == (409, "other_owner", 200)
    assert [received.by for received in ReceivedAction.objects.all()] == [offer.volunteer.user]


# Clocks


@pytest.mark.parametrize("days", [-7, 0, 7])
def test_wrong_clock_of_a_phone_relaxes_no_rule_and_loses_nothing(days: int) -> None:
    battle = make_battle(state=BattleState.READY, first_day=today() + timedelta(days=3))
    offer = make_offer(make_seat(battle), state=OfferState.ACCEPTED)
    late = asked()
    Offer.objects.filter(pk=late.pk).update(state=OfferState.DECLINED)
    at = now() + timedelta(days=days)

    told = [
        one(offer.volunteer.user, action("offer.arrived", offer, at=at)),
        one(late.volunteer.user, action("offer.accept", late, at=at)),
    ]

    assert [(each["status"], each["code"]) for each in told] == [(409, "not_yet"), (409, "answered_no")]
    assert [received.client_time for received in ReceivedAction.objects.all()] == [at, at]


@pytest.mark.parametrize(("days", "day"), [(-7, 0), (-1, -1), (0, 0), (7, 0)])
def test_diary_has_the_phones_day_where_that_can_be(in_the_plant: Offer, days: int, day: int) -> None:
    at = now() + timedelta(days=days)

    told = one(in_the_plant.volunteer.user, action("battle.diary", in_the_plant.battle, {"text": "x"}, at=at))

    assert (told["status"], DiaryEntry.objects.get().day) == (200, localdate(now() + timedelta(days=day)))


def test_day_that_somebody_chose_is_judged_like_on_the_page(in_the_plant):
    tomorrow = (today() + timedelta(days=1)).isoformat()

    told = one(in_the_plant.volunteer.user, action("battle.diary", in_the_plant.battle, {"text": "x", "day": tomorrow}))

    assert (told["status"], told["code"]) == (409, "day_in_future")


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", None])
def test_clock_that_says_no_day_of_ours_is_no_reason_to_refuse(in_the_plant: Offer, at: Any) -> None:
    wanted = action("battle.diary", in_the_plant.battle, {"text": "x"}) | {"at": at}

    assert one(in_the_plant.volunteer.user, wanted)["status"] == 200


# Many, and the door itself


def test_a_hundred_at_once_and_no_more(in_the_plant):
    user, battle = in_the_plant.volunteer.user, in_the_plant.battle
    many = [action("battle.diary", battle, {"text": f"línea {n}"}) for n in range(101)]

    refused = by(user).post(reverse(ACTIONS), {"actions": many})
    told = send(user, *many[:100])

    assert refused.status_code == 400
    assert ([each["status"] for each in told], DiaryEntry.objects.count()) == ([200] * 100, 100)
    assert [entry.text for entry in DiaryEntry.objects.order_by("pk")] == [f"línea {n}" for n in range(100)]


@pytest.mark.parametrize("body", [[], {}, {"actions": []}, {"actions": {}}, {"actions": ["x"]}, {"actions": None}])
def test_what_is_no_list_of_actions_is_refused_as_a_whole(body: Any) -> None:
    assert by(make_user()).post(reverse(ACTIONS), body, format="json").status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": 7}, {"kind": None}, {"about": None}, {"about": {"battle": "x"}}, {"about": {"battle": 10**30}},
        {"about": {"offer": 1}}, {"said": [1]}, {"said": "x"}, {"version": -1}, {"version": "x"}, {"at": "yesterday"},
        {"said": {"text": "a\x00b", "hours": "NaN"}}, {"said": {"text": {"a": 1}}},
    ],
)  # fmt: skip
def test_wrong_shape_is_answered_422_and_kept_as_it_came(in_the_plant: Offer, wrong: dict[str, Any]) -> None:
    wanted = action("battle.diary", in_the_plant.battle, {"text": "x"}) | wrong

    told, again = one(in_the_plant.volunteer.user, wanted), one(in_the_plant.volunteer.user, wanted)

    assert (told["status"], told["code"], again) == (422, "invalid", told)
    assert (ReceivedAction.objects.get().status, DiaryEntry.objects.count()) == (422, 0)


def test_nothing_is_taken_from_who_is_not_signed_in_or_without_the_token():
    offer = asked()
    body = {"actions": [action("offer.accept", offer)]}
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(offer.volunteer.user)

    stranger = APIClient().post(reverse(ACTIONS), body)
    forged = careful.post(reverse(ACTIONS), body, content_type="application/json")
    token = careful.get(reverse("api:fresh")).json()["csrf"]
    fresh = careful.post(reverse(ACTIONS), body, content_type="application/json", headers={"X-CSRFToken": token})

    assert [answer.status_code for answer in (stranger, forged, fresh)] == [403, 403, 200]


def test_fresh_says_who_is_there_and_nothing_is_stored_on_the_way():
    user, other = make_user(name="Ana"), make_user(name="Ana")

    mine, theirs = by(user).get(reverse("api:fresh")), by(other).get(reverse("api:fresh"))
    nobody = APIClient().get(reverse("api:fresh"))

    assert (mine.json()["owner"], mine.json()["name"]) == (owner_of(user), "Ana")
    assert mine.json()["owner"] != theirs.json()["owner"]
    assert (nobody.json()["owner"], nobody.json()["name"], bool(nobody.json()["csrf"])) == ("", "", True)
    assert "no-store" in mine["Cache-Control"]
    assert settings.CSRF_COOKIE_NAME in mine.cookies


def test_a_fault_in_one_action_is_not_settled_and_holds_up_no_other(in_the_plant, monkeypatch, caplog):
    user, battle = in_the_plant.volunteer.user, in_the_plant.battle
    actions = [
        action("battle.found", battle, {"what": "x", "machine": job(in_the_plant).machine_id}),
        action("battle.diary", battle, {"text": "x"}),
    ]
    monkeypatch.setattr("battles.actions.field.open_request", lambda **_said: 1 / 0)
    broken = send(user, *actions)
    monkeypatch.undo()

    later = send(user, *actions)

    assert [each["status"] for each in broken] == [500, 200]
    assert [each["status"] for each in later] == [200, 200]
    assert "ZeroDivisionError" in caplog.text


def test_number_of_queries_does_not_grow_with_what_is_stored(in_the_plant, django_assert_max_num_queries):
    user, battle = in_the_plant.volunteer.user, in_the_plant.battle
    send(user, *[action("battle.diary", battle, {"text": f"antes {n}"}) for n in range(3)])

    with django_assert_max_num_queries(40):
        one(user, action("battle.diary", battle, {"text": "x"}))


# The pages


def test_person_reads_what_could_not_be_done_and_that_it_was_dealt_with(in_the_plant):
    battle, user = in_the_plant.battle, in_the_plant.volunteer.user
    one(
        user,
        action("battle.outcome", battle, {"request": job(in_the_plant).pk, "outcome": "not_repairable", "note": "eje"}),
    )
    missed = MissedAction.objects.get()
    pages = [reverse("battles:mine"), reverse("battles:my-battle", args=[battle.pk])]

    before = [by(user).get(page).content.decode() for page in pages]
    done = by(battle.coordinator).post(reverse("battles:missed-handled", args=[missed.pk]))
    after = [by(user).get(page).context["missed"] for page in pages]

    missed.refresh_from_db()
    assert ["eje" in page for page in before] == [True, True]
    assert (done.status_code, missed.handled_by) == (302, battle.coordinator)
    assert [[one.missed.handled_at for one in each] for each in after] == [[missed.handled_at]] * 2
    assert by(battle.coordinator).get(reverse("battles:today")).context["missed"] == []


def test_dealt_with_twice_stands_as_first_said():
    first, second = make_coordinator(), make_coordinator()
    missed = make_missed_action()
    address = reverse("battles:missed-handled", args=[missed.pk])

    for user in (first, second):
        by(user).post(address)

    missed.refresh_from_db()
    assert missed.handled_by == first
    assert AuditEvent.objects.filter(kind="missedaction.handled").count() == 1


def test_coordinators_of_other_regions_and_others_do_not_see_it():
    missed = make_missed_action(make_battle(make_factory(region=make_region("west"))))
    far, near = make_coordinator(make_region("east")), make_coordinator(make_region("west"))
    address = reverse("battles:missed-handled", args=[missed.pk])

    answers_ = [by(user).post(address).status_code for user in (far, make_volunteer().user, missed.received.by, near)]

    assert answers_ == [404, 404, 404, 302]
    assert [len(by(user).get(reverse("battles:today")).context["missed"]) for user in (far,)] == [0]


def test_delegate_reads_on_the_page_of_the_plant_what_could_not_be_done():
    region = make_region("west")
    boss = make_coordinator_post(region=region).user
    delegate = make_membership(make_factory(region=region), role=MemberRole.DELEGATE)
    tomorrow = (today() + timedelta(days=1)).isoformat()

    told = one(
        delegate.user, action("plant.repair", delegate.factory, {"what": "correa", "said_by": "x", "on": tomorrow})
    )

    page = by(delegate.user).get(reverse("battles:plant", args=[delegate.factory_id])).content.decode()
    assert (told["status"], "correa" in page, told["detail"] in page) == (409, True, True)
    notes = Notification.objects.filter(kind="sync.conflict")
    assert [note.contact.user for note in notes] == [boss]
    assert message_for(notes.get()) is not None
