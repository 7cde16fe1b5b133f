from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import now

from epo.core.errors import Refusal, Refused
from epo.work import actions, tasks, waiting
from epo.work.actions import IN_HAND, OTHER_CONTENT, Answer, Asked, answer_once
from epo.work.models import Heartbeat, PeriodicRun, ReceivedAction
from epo.work.tasks import forget_old_traces
from tests.make import make_heartbeat, make_periodic_run, make_received_action, make_user

pytestmark = pytest.mark.django_db

ASKED = Asked("phone-1", "offer.accept", {"offer": 5}, version_seen=2)
FULL = Refusal("full", "full")


def test_once_per_period_works_once() -> None:
    done: list[int] = []

    first = actions.once_per_period(job="night", period="2024-05-01", work=lambda: done.append(1))
    second = actions.once_per_period(job="night", period="2024-05-01", work=lambda: done.append(2))
    other = actions.once_per_period(job="night", period="2024-05-02", work=lambda: done.append(3))

    assert (first, second, other, done) == (True, False, True, [1, 3])
    assert PeriodicRun.objects.filter(finished_at=None).count() == 0


def test_once_per_period_is_tried_again_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError):
        actions.once_per_period(job="night", period="1", work=lambda: 1 / 0)
    PeriodicRun.objects.update(leased_until=None)

    again = actions.once_per_period(job="night", period="1", work=lambda: None)

    assert again is True


def test_once_per_period_leaves_nothing_of_a_work_that_was_not_finished() -> None:
    def half_of_it() -> None:
        make_heartbeat(name="trace")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        actions.once_per_period(job="night", period="1", work=half_of_it)

    assert not Heartbeat.objects.filter(name="trace").exists()


def test_heart_beats_in_one_row() -> None:
    began = now()

    for _ in range(2):
        actions.beat_heart(name="worker@here", started_at=began)

    assert [(heart.name, heart.started_at) for heart in Heartbeat.objects.all()] == [("worker@here", began)]


def test_forget_old_traces_keeps_what_is_recent_or_unfinished() -> None:
    old = now() - timedelta(days=100)
    fresh, kept = make_heartbeat(), make_periodic_run(created_at=old)
    make_heartbeat(beat_at=old)
    make_periodic_run(finished_at=old)

    for _ in range(2):
        tasks.forget_old_traces()

    assert list(Heartbeat.objects.all()) == [fresh]
    assert list(PeriodicRun.objects.all()) == [kept]


def test_hand_out_again_nudges_for_every_row_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "KINDS", {})
    monkeypatch.setattr(actions, "KINDS", waiting.KINDS)
    waiting.register(waiting.Kind("run", PeriodicRun.objects.all, forget_old_traces, "created_at"))
    make_periodic_run()
    make_periodic_run(leased_until=now() - timedelta(seconds=1))
    make_periodic_run(leased_until=now() + timedelta(seconds=9))
    make_periodic_run(finished_at=now())

    assert actions.hand_out_again() == 2


def test_answer_once_gives_a_repeat_the_first_answer() -> None:
    user, done = make_user(), []

    def act() -> Answer:
        done.append(1)
        return Answer(200, {"number": len(done)})

    answers = [answer_once(asked=ASKED, by=user, act=act) for _ in range(2)]

    assert answers == [Answer(200, {"number": 1})] * 2
    received = ReceivedAction.objects.get()
    assert (received.intent, received.version_seen, received.by) == ({"offer": 5}, 2, user)


def test_answer_once_keeps_the_intent_of_what_was_refused() -> None:
    def act() -> Answer:
        with transaction.atomic():
            make_periodic_run()
            raise Refused(FULL)

    answers = [answer_once(asked=ASKED, by=None, act=act) for _ in range(2)]

    assert answers == [Answer(409, {"code": "full", "detail": "full"})] * 2
    assert PeriodicRun.objects.count() == 0
    assert ReceivedAction.objects.get().intent == {"offer": 5}


def test_answer_once_has_done_nothing_where_it_could_not_keep_the_answer() -> None:
    def act() -> Answer:
        make_periodic_run()
        return Answer(200, {"never": object()})

    with pytest.raises(TypeError):
        answer_once(asked=ASKED, by=None, act=act)
    done = PeriodicRun.objects.count()
    again = answer_once(asked=ASKED, by=None, act=lambda: Answer(200, {}))

    assert (done, again) == (0, Answer(200, {}))


def test_answer_once_refuses_the_same_id_with_other_content() -> None:
    answer_once(asked=ASKED, by=None, act=lambda: Answer(200, {}))

    with pytest.raises(Refused) as refused:
        answer_once(asked=Asked("phone-1", "offer.accept", {"offer": 6}), by=None, act=lambda: Answer(200, {}))

    assert refused.value.refusal == OTHER_CONTENT


def test_answer_once_keeps_the_ids_of_people_apart() -> None:
    first, second = make_user(), make_user()

    answers = [
        answer_once(asked=ASKED, by=user, act=lambda user=user: Answer(200, user.pk)) for user in (first, second)
    ]

    assert [answer.body for answer in answers] == [first.pk, second.pk]


def test_answer_once_tries_again_after_a_crash() -> None:
    with pytest.raises(ZeroDivisionError):
        answer_once(asked=ASKED, by=None, act=lambda: Answer(1 // 0, None))

    answer = answer_once(asked=ASKED, by=None, act=lambda: Answer(201, {"made": True}))

    assert answer == Answer(201, {"made": True})


@pytest.mark.parametrize(("age", "is_refused"), [(5, True), (61, False)])
def test_answer_once_waits_for_another_attempt_at_the_same(age: int, is_refused: bool) -> None:
    make_received_action(
        client_id=ASKED.client_id,
        kind=ASKED.kind,
        intent=ASKED.intent,
        body_hash=ASKED.body_hash,
        attempted_at=now() - timedelta(seconds=age),
    )

    try:
        outcome = answer_once(asked=ASKED, by=None, act=lambda: Answer(200, {})).status
    except Refused as refused:
        outcome = refused.refusal

    assert outcome == (IN_HAND if is_refused else 200)


@pytest.mark.django_db(transaction=True)
def test_answer_once_refuses_to_run_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        answer_once(asked=ASKED, by=None, act=lambda: Answer(200, {}))

    assert ReceivedAction.objects.count() == 0
