"""What is noted in the plant and afterwards: the diary, a diagnosis, what is missing, results and what came later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.response import Response

from battles.actions import corrections, demands, diagnosis, field, results
from battles.api import part_serializers as shapes
from battles.api.battle_serializers import CloseSerializer, DiarySerializer
from battles.api.battles import OfBattle, Operation
from battles.api.request_serializers import SettleIn
from battles.models import Battle, Need, OutputCorrection
from battles.states import NeedState

if TYPE_CHECKING:
    from rest_framework.request import Request


class Diary(Operation):
    """Day by day. POST adds an entry and answers with the battle."""

    takes = DiarySerializer
    shows = shapes.DiaryOut(many=True)
    of_the_responsible = True

    def get(self, _request: Request, pk: int) -> Response:
        return Response(shapes.DiaryOut(self.battle(pk).diary.all(), many=True).data)

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        field.write_diary(battle=battle, by=by, **said)


class _OfDiagnosis(OfBattle):
    tells = shapes.DiagnosisOut
    of_the_responsible = True

    def told(self, battle: Battle) -> Any:
        return shapes.DiagnosisOut(Battle.objects.prefetch_related("voices", "findings").get(pk=battle.pk)).data


class Diagnosis(_OfDiagnosis):
    """What the three voices say, and the knots that hold production back."""

    def get(self, _request: Request, pk: int) -> Response:
        return Response(self.told(self.battle(pk)))


class HearVoice(_OfDiagnosis):
    """Each voice once; heard again, the newer words stand."""

    takes = shapes.VoiceIn

    def post(self, _request: Request, pk: int) -> Response:
        return self.done(pk, lambda battle, **said: diagnosis.hear_voice(battle=battle, **said))


class AddFinding(_OfDiagnosis):
    takes = shapes.FindingIn

    def post(self, _request: Request, pk: int) -> Response:
        return self.done(pk, lambda battle, **said: diagnosis.add_finding(battle=battle, **said))


class FindingsToRequests(_OfDiagnosis):
    """Findings become open requests in one step."""

    takes = shapes.FindingsIn
    of_the_responsible = False

    def post(self, _request: Request, pk: int) -> Response:
        return self.done(pk, lambda battle, **said: diagnosis.make_requests(battle=battle, **said))


class AddNeed(Operation):
    """What turns out to be missing for a request of the battle."""

    takes = shapes.NeedOfBattleIn
    of_the_responsible = True

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:  # noqa: ARG002 -- the interface
        demands.add_need(by=by, **said)


class SettleNeed(OfBattle):
    takes = SettleIn
    of_the_responsible = True

    def post(self, _request: Request, pk: int, need: int) -> Response:
        def settle(battle: Battle, state: str, **said: Any) -> None:
            one = get_object_or_404(Need, request__battle_requests__battle=battle, pk=need)
            demands.settle_need(need=one, to=NeedState(state), **said)

        return self.done(pk, settle)


class _OfResults(OfBattle):
    tells = shapes.ResultsOut

    def told(self, battle: Battle) -> Any:
        more = ("line_results__line", "line_results__corrections", "follow_ups__reading", "own_repairs")
        return shapes.ResultsOut(Battle.objects.prefetch_related(*more).get(pk=battle.pk)).data


class Results(_OfResults):
    """Output before and after with what the plant says otherwise, readings that fall due later, repairs without us."""

    of_the_responsible = True

    def get(self, _request: Request, pk: int) -> Response:
        return Response(self.told(self.battle(pk)))


class Lessons(_OfResults):
    """Also of a battle that is closed: some come later."""

    takes = CloseSerializer
    of_the_responsible = True

    def put(self, _request: Request, pk: int) -> Response:
        def write(battle: Battle, lessons: str = "", taught: str = "", **by: Any) -> None:
            results.write_lessons(battle=battle, lessons=lessons, taught=taught, **by)

        return self.done(pk, write)


class FollowUp(_OfResults):
    """The reading that was asked for."""

    takes = shapes.FollowUpIn

    def post(self, _request: Request, pk: int, follow_up: int) -> Response:
        def read(battle: Battle, **said: Any) -> None:
            results.record_follow_up(follow_up=get_object_or_404(battle.follow_ups, pk=follow_up), **said)

        return self.done(pk, read)


class OwnRepair(_OfResults):
    """The plant's own workers repaired something, with what they learned in this battle."""

    takes = shapes.OwnRepairIn

    def post(self, _request: Request, pk: int) -> Response:
        def write(battle: Battle, **said: Any) -> None:
            results.record_own_repair(factory=battle.factory, learned_from=battle, **said)

        return self.done(pk, write)


class TakeCorrection(_OfResults):
    """The plant's figures become those of the battle."""

    def post(self, _request: Request, pk: int, correction: int) -> Response:
        def take(battle: Battle, by: Any) -> None:
            corrections.take_over_correction(correction=_correction(battle, correction), by=by)

        return self.done(pk, take)


class AnswerCorrection(_OfResults):
    """The figures stay as they are, for a reason that the plant reads."""

    takes = shapes.CorrectionAnswerIn

    def post(self, _request: Request, pk: int, correction: int) -> Response:
        def answer(battle: Battle, **said: Any) -> None:
            corrections.answer_correction(correction=_correction(battle, correction), **said)

        return self.done(pk, answer)


def _correction(battle: Battle, pk: int) -> OutputCorrection:
    return get_object_or_404(OutputCorrection.objects.select_related("result__line"), result__battle=battle, pk=pk)


ONE = "battles/<int:pk>"
urlpatterns = [
    path(f"{ONE}/diary", Diary.as_view(), name="battle-diary"),
    path(f"{ONE}/diagnosis", Diagnosis.as_view(), name="battle-diagnosis"),
    path(f"{ONE}/diagnosis/voices", HearVoice.as_view(), name="battle-voices"),
    path(f"{ONE}/diagnosis/findings", AddFinding.as_view(), name="battle-findings"),
    path(f"{ONE}/diagnosis/requests", FindingsToRequests.as_view(), name="battle-findings-requests"),
    path(f"{ONE}/needs", AddNeed.as_view(), name="battle-needs"),
    path(f"{ONE}/needs/<int:need>/state", SettleNeed.as_view(), name="battle-need-state"),
    path(f"{ONE}/results", Results.as_view(), name="battle-results"),
    path(f"{ONE}/lessons", Lessons.as_view(), name="battle-lessons"),
    path(f"{ONE}/follow-ups/<int:follow_up>", FollowUp.as_view(), name="battle-follow-up"),
    path(f"{ONE}/own-repairs", OwnRepair.as_view(), name="battle-own-repairs"),
    path(f"{ONE}/corrections/<int:correction>/take", TakeCorrection.as_view(), name="battle-correction-take"),
    path(f"{ONE}/corrections/<int:correction>/answer", AnswerCorrection.as_view(), name="battle-correction-answer"),
]
