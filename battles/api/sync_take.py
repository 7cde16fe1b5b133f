"""One action that was written without network: kept as it came, done once, answered in words of its own."""

from __future__ import annotations

import logging
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound

from battles.actions.missed import keep_missed
from battles.api.sync_kinds import KINDS, Doing, Kind
from battles.models import Battle, Offer
from epo.api.fields import ClockField
from epo.core.errors import Refused, refuse_if
from epo.work.actions import IN_HAND, Answer, Asked, answer_once
from epo.work.models import ReceivedAction
from factories.actions import state_of
from factories.models import Factory, Machine

if TYPE_CHECKING:
    from rest_framework.request import Request

LONGEST_KIND = 40
GREATEST = 10**15
NUL, SHOWN_NUL = "\x00", "\ufffd"

log = logging.getLogger(__name__)


class ActionIn(serializers.Serializer[Any]):
    """`id` is made by the phone; `at` is by its clock; `version` is that of the thing in `about` when this was written."""

    id = serializers.UUIDField()
    kind = serializers.CharField(max_length=LONGEST_KIND)
    about = serializers.DictField(child=serializers.IntegerField(min_value=1, max_value=GREATEST))
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False, allow_null=True)
    at = ClockField(required=False, allow_null=True)
    said = serializers.DictField(required=False)


class AnswerOut(serializers.Serializer[Any]):
    """`state` and `version` are those of the thing in `about`, as it is then."""

    id = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)
    state = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField(allow_null=True)
    errors = serializers.JSONField()  # type: ignore[assignment]


def take(said: Any, request: Request) -> dict[str, Any]:
    """Never raises: what is wrong with one action is its own answer."""
    said = _storable(said)
    asked = _asked(said)
    if asked is None:
        return _told("", HTTPStatus.UNPROCESSABLE_ENTITY, "no_id", _("This came without an id, so it was not kept."))
    by: Any = request.user
    try:
        answer = answer_once(asked=asked, by=by, act=partial(_act, asked, said, request))
    except Refused as refused:
        is_later = refused.refusal == IN_HAND
        status = HTTPStatus.SERVICE_UNAVAILABLE if is_later else HTTPStatus.CONFLICT
        return _told(asked.client_id, status, refused.refusal.code, str(refused.refusal))
    except Exception as error:
        log.exception("an action was not taken (%s)", type(error).__name__)
        later = _("It was not taken, by no fault of yours. It is tried again.")
        return _told(asked.client_id, HTTPStatus.INTERNAL_SERVER_ERROR, "error", later)
    return _told(asked.client_id, answer.status) | dict(answer.body or {})


def _told(client_id: str, status: int, code: str = "", detail: str = "", **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"state": "", "version": None, "errors": {}}
    return {"id": client_id, "status": int(status), "code": code, "detail": detail} | plain | more


def _storable(said: Any) -> Any:
    """Without the one character that no database takes."""
    if isinstance(said, str):
        return said.replace(NUL, SHOWN_NUL)
    if isinstance(said, list):
        return [_storable(one) for one in said]
    if isinstance(said, dict):
        return {_storable(name): _storable(value) for name, value in said.items()}
    return said


def _asked(said: dict[str, Any]) -> Asked | None:
    """None for what has no usable id. Whatever else is wrong, it is kept as it came."""
    try:
        client_id = UUID(str(said.get("id")))
    except ValueError:
        return None
    shape = ActionIn(data=said)
    fine: dict[str, Any] = dict(shape.validated_data) if shape.is_valid() else {}
    intent = {"about": said.get("about"), "said": said.get("said") or {}}
    return Asked(
        client_id=str(client_id), kind=str(said.get("kind", ""))[:LONGEST_KIND], intent=intent,
        version_seen=fine.get("version"), client_time=fine.get("at"),
    )  # fmt: skip


def _act(asked: Asked, said: dict[str, Any], request: Request) -> Answer:
    shape = ActionIn(data=said)
    if not shape.is_valid():
        return _invalid(shape.errors)
    kind = KINDS.get(asked.kind)
    if kind is None or kind.about not in shape.validated_data["about"]:
        return _invalid({"kind": [_("Nothing of this kind can be done here.")]})
    doing = Doing(request.user, shape.validated_data["about"], asked.client_time)
    try:
        return _act_on(kind, kind.find(doing), doing, asked, request)
    except (Http404, NotFound):
        return _not_found()


def _act_on(kind: Kind, row: Any, doing: Doing, asked: Asked, request: Request) -> Answer:
    try:
        return _done(kind, row, doing, asked, request)
    except serializers.ValidationError as error:
        _miss(asked, row, request)
        return _invalid(error.detail, **_now(row))
    except Refused as refused:
        _miss(asked, row, request)
        told = {"code": refused.refusal.code, "detail": str(refused.refusal)}
        return Answer(HTTPStatus.CONFLICT, told | _now(row))


@transaction.atomic
def _done(kind: Kind, row: Any, doing: Doing, asked: Asked, request: Request) -> Answer:
    """All of it or nothing; the caller's transaction keeps what was asked for either way."""
    refuse_if(kind.why_not(row, doing))
    context = {"request": request, "battle": row, "plant": row}
    words = kind.shape(data=asked.intent["said"], context=context)
    words.is_valid(raise_exception=True)
    kind.act(row, doing, dict(words.validated_data))
    return Answer(HTTPStatus.OK, _now(row))


def _now(row: Any) -> dict[str, Any]:
    """As it stands after the action, or in spite of it."""
    if isinstance(row, Factory):
        return {}
    if isinstance(row, Machine):
        return {"state": state_of(row)}
    state, version = type(row).objects.values_list("state", "version").get(pk=row.pk)
    return {"state": state, "version": version}


def _miss(asked: Asked, row: Any, request: Request) -> None:
    battle: Battle | None = row.battle if isinstance(row, Offer) else row if isinstance(row, Battle) else None
    factory: Factory = row if isinstance(row, Factory) else (battle or row).factory
    by: Any = request.user
    keep_missed(
        received=ReceivedAction.objects.get(client_id=asked.client_id, by=by),
        factory=factory,
        battle=battle,
        had_changed=_had_changed(asked, row),
    )


def _had_changed(asked: Asked, row: Any) -> bool:
    """Since the phone saw it; a machine has no version but its state."""
    is_now = _now(row)
    seen = asked.intent["said"].get("was") if isinstance(row, Machine) else asked.version_seen
    now_is = is_now.get("state") if isinstance(row, Machine) else is_now.get("version")
    return seen is not None and now_is is not None and seen != now_is


def _invalid(errors: Any, **more: Any) -> Answer:
    detail = _("Something in it cannot be so.")
    told = {"code": "invalid", "detail": " ".join([detail, *_sentences(errors)]), "errors": errors}
    return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, told | more)


def _sentences(errors: Any) -> list[str]:
    if isinstance(errors, dict):
        return [line for one in errors.values() for line in _sentences(one)]
    if isinstance(errors, list):
        return [line for one in errors for line in _sentences(one)]
    return [str(errors)]


def _not_found() -> Answer:
    told = {"code": "not_found", "detail": _("There is no such thing here, or it is not yours any more.")}
    return Answer(HTTPStatus.NOT_FOUND, told)
