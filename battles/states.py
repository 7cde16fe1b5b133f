"""Every state and every move, as data. `docs/states.md` is written from these tables."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RequestState(TextChoices):
    OPEN = "open", pgettext_lazy("request", "open")
    PLANNED = "planned", pgettext_lazy("request", "planned")
    UNDER_REPAIR = "under_repair", pgettext_lazy("request", "under repair")
    REPAIRED = "repaired", pgettext_lazy("request", "repaired")
    PARTLY_REPAIRED = "partly_repaired", pgettext_lazy("request", "partly repaired")
    NOT_REPAIRABLE = "not_repairable", pgettext_lazy("request", "not repairable")
    CANCELLED = "cancelled", pgettext_lazy("request", "cancelled")


REQUEST_MOVES: Mapping[RequestState, frozenset[RequestState]] = {
    RequestState.OPEN: frozenset({RequestState.PLANNED, RequestState.UNDER_REPAIR, RequestState.CANCELLED}),
    RequestState.PLANNED: frozenset({RequestState.UNDER_REPAIR, RequestState.OPEN, RequestState.CANCELLED}),
    RequestState.UNDER_REPAIR: frozenset(
        {
            RequestState.REPAIRED,
            RequestState.PARTLY_REPAIRED,
            RequestState.NOT_REPAIRABLE,
            RequestState.OPEN,
            RequestState.CANCELLED,
        }
    ),
    RequestState.REPAIRED: frozenset(),
    RequestState.PARTLY_REPAIRED: frozenset({RequestState.OPEN}),
    RequestState.NOT_REPAIRABLE: frozenset({RequestState.OPEN}),
    RequestState.CANCELLED: frozenset(),
}

OUTCOMES = (RequestState.REPAIRED, RequestState.PARTLY_REPAIRED, RequestState.NOT_REPAIRABLE)


class BattleState(TextChoices):
    DRAFT = "draft", pgettext_lazy("battle", "draft")
    ASKING = "asking", pgettext_lazy("battle", "calling people")
    READY = "ready", pgettext_lazy("battle", "ready")
    UNDER_WAY = "under_way", pgettext_lazy("battle", "under way")
    CLOSED = "closed", pgettext_lazy("battle", "closed")
    CALLED_OFF = "called_off", pgettext_lazy("battle", "called off")


BATTLE_MOVES: Mapping[BattleState, frozenset[BattleState]] = {
    BattleState.DRAFT: frozenset({BattleState.ASKING, BattleState.CALLED_OFF}),
    BattleState.ASKING: frozenset({BattleState.READY, BattleState.DRAFT, BattleState.CALLED_OFF}),
    BattleState.READY: frozenset(
        {BattleState.UNDER_WAY, BattleState.ASKING, BattleState.DRAFT, BattleState.CALLED_OFF}
    ),
    BattleState.UNDER_WAY: frozenset({BattleState.CLOSED, BattleState.CALLED_OFF}),
    BattleState.CLOSED: frozenset(),
    BattleState.CALLED_OFF: frozenset(),
}

BATTLE_OPEN = (BattleState.DRAFT, BattleState.ASKING, BattleState.READY, BattleState.UNDER_WAY)


class BattleKind(TextChoices):
    DIAGNOSIS = "diagnosis", _("diagnosis visit")
    REPAIR = "repair", _("repair battle")


class OfferState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("offer", "proposed")
    ASKED = "asked", pgettext_lazy("offer", "asked")
    ACCEPTED = "accepted", pgettext_lazy("offer", "accepted")
    ON_SITE = "on_site", pgettext_lazy("offer", "in the plant")
    DONE = "done", pgettext_lazy("offer", "home again")
    DROPPED = "dropped", pgettext_lazy("offer", "not asked")
    DECLINED = "declined", pgettext_lazy("offer", "declined")
    EXPIRED = "expired", pgettext_lazy("offer", "no answer in time")
    WITHDRAWN = "withdrawn", pgettext_lazy("offer", "withdrawn")
    RELEASED = "released", pgettext_lazy("offer", "released")
    LEFT = "left", pgettext_lazy("offer", "left early")


OFFER_MOVES: Mapping[OfferState, frozenset[OfferState]] = {
    OfferState.PROPOSED: frozenset({OfferState.ASKED, OfferState.DROPPED}),
    OfferState.ASKED: frozenset({OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN}),
    OfferState.ACCEPTED: frozenset({OfferState.ON_SITE, OfferState.RELEASED, OfferState.WITHDRAWN}),
    OfferState.ON_SITE: frozenset({OfferState.DONE, OfferState.LEFT}),
    OfferState.DONE: frozenset(),
    OfferState.DROPPED: frozenset(),
    OfferState.DECLINED: frozenset(),
    OfferState.EXPIRED: frozenset({OfferState.ACCEPTED}),
    OfferState.WITHDRAWN: frozenset(),
    OfferState.RELEASED: frozenset(),
    OfferState.LEFT: frozenset(),
}

HOLDS_SEAT = (OfferState.ACCEPTED, OfferState.ON_SITE, OfferState.DONE)
LIVE_OFFER = (OfferState.PROPOSED, OfferState.ASKED, OfferState.ACCEPTED, OfferState.ON_SITE)


class RunState(TextChoices):
    WAITING = "waiting", pgettext_lazy("run", "waiting")
    RUNNING = "running", pgettext_lazy("run", "running")
    DONE = "done", pgettext_lazy("run", "done")
    FAILED = "failed", pgettext_lazy("run", "failed")
    STOPPED = "stopped", pgettext_lazy("run", "stopped")


RUN_MOVES: Mapping[RunState, frozenset[RunState]] = {
    RunState.WAITING: frozenset({RunState.RUNNING, RunState.FAILED, RunState.STOPPED}),
    RunState.RUNNING: frozenset({RunState.DONE, RunState.FAILED, RunState.STOPPED}),
    RunState.DONE: frozenset(),
    RunState.FAILED: frozenset(),
    RunState.STOPPED: frozenset(),
}


class SeatKind(TextChoices):
    REQUIRED = "required", pgettext_lazy("seat", "required")
    OPTIONAL = "optional", pgettext_lazy("seat", "optional")
    LEARNER = "learner", pgettext_lazy("seat", "learner's")


class PinKind(TextChoices):
    IN = "in", pgettext_lazy("pin", "must go")
    OUT = "out", pgettext_lazy("pin", "not to this battle")


class NeedKind(TextChoices):
    PART = "part", _("spare part")
    TOOL = "tool", _("tool")
    MATERIAL = "material", _("material")


class NeedState(TextChoices):
    MISSING = "missing", pgettext_lazy("need", "missing")
    GOT = "got", pgettext_lazy("need", "got")
    WAIVED = "waived", pgettext_lazy("need", "waived")


class Brings(TextChoices):
    PLANT = "plant", pgettext_lazy("who brings", "the plant")
    ARMY = "army", pgettext_lazy("who brings", "the Army")
    VOLUNTEER = "volunteer", pgettext_lazy("who brings", "a volunteer")
    OTHER = "other", pgettext_lazy("who brings", "another plant")
    UNKNOWN = "unknown", pgettext_lazy("who brings", "nobody yet")


class Voice(TextChoices):
    MANAGEMENT = "management", pgettext_lazy("voice", "management")
    WORKERS = "workers", pgettext_lazy("voice", "workers")
    VOLUNTEERS = "volunteers", pgettext_lazy("voice", "volunteers")


class DeclineReason(TextChoices):
    WORK = "work", pgettext_lazy("reason", "work")
    FAMILY = "family", pgettext_lazy("reason", "family")
    HEALTH = "health", pgettext_lazy("reason", "health")
    TRANSPORT = "transport", pgettext_lazy("reason", "no transport")
    SAFETY = "safety", pgettext_lazy("reason", "safety")
    OTHER = "other", pgettext_lazy("reason", "other")


class AnsweredBy(TextChoices):
    LINK = "link", _("by the link")
    PAGE = "page", _("on the page, signed in")
    PHONE = "phone", _("by phone, noted by a coordinator")
    SMS = "sms", _("by text message")
    TELEGRAM = "telegram", _("by Telegram")


BY_OWN_HAND = (AnsweredBy.LINK, AnsweredBy.SMS, AnsweredBy.TELEGRAM)
"""Whoever answers so has shown already whose offer it is: by the link's signature, or by the phone from which it comes."""


class TalkKind(TextChoices):
    """What somebody wants to tell by messages."""

    REPORT = "report", pgettext_lazy("talk", "breakdown")
    OUTPUT = "output", pgettext_lazy("talk", "output")
    REPAIR = "repair", pgettext_lazy("talk", "own repair")


class TalkStep(TextChoices):
    """What was asked last."""

    MACHINE = "machine", pgettext_lazy("talk", "which machine")
    CONDITION = "condition", pgettext_lazy("talk", "how it is")
    FAULT = "fault", pgettext_lazy("talk", "what is wrong")
    MORE = "more", pgettext_lazy("talk", "anything else")
    NAME = "name", pgettext_lazy("talk", "the name")
    LINE = "line", pgettext_lazy("talk", "which line")


class DayKind(TextChoices):
    TRAVEL = "travel", pgettext_lazy("day", "travel")
    WORK = "work", pgettext_lazy("day", "work")


class Barrier(TextChoices):
    NO_PART = "no_part", _("part not to be had")
    NO_MATERIAL = "no_material", _("material not to be had")
    NO_TOOL = "no_tool", _("tool or machine missing")
    NO_DRAWING = "no_drawing", _("no drawing or manual")
    NO_POWER = "no_power", _("no electricity, gas or water")
    TOO_WORN = "too_worn", _("too worn to be worth it")
    NO_TIME = "no_time", _("not enough days")
    OTHER = "other", pgettext_lazy("barrier", "other")
