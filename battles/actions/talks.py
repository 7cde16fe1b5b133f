"""Conversations by messages: begun, carried on, ended. What was left half told waits for a coordinator.

A message is answered within one transaction, which holds the row of the conversation.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import get_language

from battles.models import Talk
from battles.models.talks import SENDER_LENGTH
from battles.states import TalkKind
from epo.audit.actions import record
from epo.contacts.actions import add_contact, erase_contact, update_contact
from epo.core.addresses import SENDER_LENGTH as REPORT_SENDER_LENGTH
from epo.core.errors import Refused, TooMany
from factories.actions import receive_within
from factories.content import LONGEST_NAME, LONGEST_TEXT, Content, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from epo.core.types import Actor
    from factories.models import BreakdownReport, Label, Machine

IDLE = timedelta(hours=1)
AT_ONCE = 100
MOST_DRAFTS = 20
"""That wait for a coordinator at the same time, of one sender."""
REPORTS = UUID("6f0a1a0e-3d5c-4a59-9f0e-6d1d4a1c7b52")


def sender_key(way: str, sender: str) -> str:
    return salted_hmac("battles.talks", f"{way} {sender}", algorithm="sha256").hexdigest()[:SENDER_LENGTH]


def open_talk(*, way: str, sender: str) -> Talk | None:
    """The conversation that this phone is in the midst of, locked."""
    rows = Talk.objects.open().filter(way=way, sender=sender_key(way, sender))
    return _with_places(rows.select_for_update(of=("self",), no_key=True)).first()


def _with_places(rows: Any) -> Any:
    return rows.select_related("label", "factory", "machine__kind", "machine__factory", "contact")


@transaction.atomic
def begin_talk(*, kind: TalkKind, way: str, sender: str, at: datetime, label: Label | None = None, **said: Any) -> Talk:
    """One at a time for each sender: whoever came first at the same moment stands."""
    machine = label.machine if label else None
    factory = machine.factory if machine else label.factory if label else None
    talk = Talk(kind=kind, way=way, sender=sender_key(way, sender), label=label, machine=machine, factory=factory)
    talk.begun_at = talk.last_at = at
    talk.said = {"language": get_language() or "es", **said}
    try:
        with transaction.atomic():
            talk.contact = _contact(way, sender)
            talk.save(force_insert=True)
    except IntegrityError:
        found = open_talk(way=way, sender=sender)
        if found is None:
            raise
        return found
    return talk


def _contact(way: str, sender: str) -> Any:
    """Details of their own: who somebody is by their phone is no business of who reads a report."""
    return add_contact(name="", phone=sender) if way == "sms" else None


@transaction.atomic
def ask(*, talk: Talk, step: str, offered: Sequence[Any] = ()) -> None:
    """Note what is asked now, and what could be chosen."""
    talk.step, talk.asked = step, talk.asked + 1
    talk.said = talk.said | {"offered": list(offered)}
    talk.save(update_fields=["step", "asked", "said"])


@transaction.atomic
def hear(
    *,
    talk: Talk,
    at: datetime,
    text: str = "",
    name: str = "",
    machine: Machine | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """What was told in an answer; `text` is added to what stands there, a name goes to the contact details."""
    told = [*talk.said.get("text", []), text] if text else talk.said.get("text", [])
    talk.said = talk.said | dict(more or {}) | {"text": told}
    talk.last_at = max(talk.last_at, at)
    if machine is not None:
        talk.machine = machine
    if name and talk.contact is not None:
        update_contact(contact=talk.contact, name=name[:LONGEST_NAME])
    talk.save(update_fields=["said", "last_at", "machine"])


@transaction.atomic
def finish_report(*, talk: Talk) -> BreakdownReport | None:
    """The report of what was told. None where so many come that it has to wait: it is tried again, then a draft."""
    try:
        with transaction.atomic():
            receipt = receive_within(
                report_id=uuid5(REPORTS, f"{talk.pk} {talk.begun_at.isoformat()}"),
                content=_content(talk),
                by=None,
                language=str(talk.said.get("language", "es")),
                sender=talk.sender[:REPORT_SENDER_LENGTH],
                reporter=talk.contact,
            )
    except (TooMany, Refused):
        return None
    talk.report, talk.contact = receipt.report, None
    end_talk(talk=talk)
    return receipt.report


def _content(talk: Talk) -> Content:
    """The label says it all, but for the machine that was chosen under a plant's label."""
    label, machine = talk.label, talk.machine
    is_of_plant = label is None or label.factory_id is not None
    contact = talk.contact
    return Content(
        condition=talk.condition,
        faults=tuple(sorted(talk.said.get("faults", []))),
        text=tidy(talk.text)[:LONGEST_TEXT],
        label=label.token if label else "",
        machine=machine.pk if machine and is_of_plant else None,
        factory=talk.factory_id if label is None else None,
        machine_name=talk.machine_name[:LONGEST_NAME],
        same_as=talk.said.get("same_as"),
        name=contact.name if contact else "",
        phone=contact.phone if contact else "",
    )


@transaction.atomic
def end_talk(*, talk: Talk, is_draft: bool = False) -> None:
    """Over. Contact details stay only where somebody still has to call."""
    talk.ended_at, talk.is_draft, talk.step = now(), is_draft, ""
    contact = None if is_draft else talk.contact
    if contact is not None:
        talk.contact = None
    talk.save(update_fields=["ended_at", "is_draft", "step", "report", "contact"])
    if contact is not None:
        erase_contact(contact=contact)


@transaction.atomic
def break_off(*, talk: Talk) -> None:
    """Nobody answers any more, or something else is told: nothing of what was said is lost."""
    if _is_a_report(talk) and finish_report(talk=talk) is not None:
        return
    end_talk(talk=talk, is_draft=True)


def _is_a_report(talk: Talk) -> bool:
    return talk.kind == TalkKind.REPORT and bool(talk.condition) and bool(talk.machine_id or talk.machine_name)


def end_idle_talks() -> int:
    """Those that nobody has answered for an hour; how many."""
    idle = Talk.objects.open().filter(last_at__lt=now() - IDLE).order_by("last_at")
    return sum(_end_if_idle(pk) for pk in list(idle.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _end_if_idle(pk: int) -> bool:
    rows = Talk.objects.open().filter(pk=pk, last_at__lt=now() - IDLE)
    talk = _with_places(rows.select_for_update(of=("self",), no_key=True)).first()
    if talk is not None:
        break_off(talk=talk)
    return talk is not None


@transaction.atomic
def keep_for_coordinator(
    *, kind: TalkKind, way: str, sender: str, at: datetime, label: Label | None, text: str
) -> None:
    """What was told by somebody who may not, or in a way that we cannot take. Said again, it is kept once."""
    mine = Talk.objects.drafts().filter(way=way, sender=sender_key(way, sender))
    texts = [talk.text for talk in mine[:MOST_DRAFTS]]
    if text in texts or len(texts) == MOST_DRAFTS:
        return
    machine = label.machine if label else None
    factory = machine.factory if machine else label.factory if label else None
    Talk.objects.create(
        kind=kind, way=way, sender=sender_key(way, sender), label=label, machine=machine, factory=factory,
        contact=_contact(way, sender), begun_at=at, last_at=at, ended_at=now(), is_draft=True, said={"text": [text]},
    )  # fmt: skip


@transaction.atomic
def take_talk(*, talk: Talk, by: Actor) -> Talk:
    """Say who has it in hand."""
    talk = _draft(talk)
    talk.in_hand_of_id = by.pk
    talk.save(update_fields=["in_hand_of"])
    record("talk.in_hand", talk, by=by)
    return talk


@transaction.atomic
def report_talk(*, talk: Talk, by: Actor) -> Talk:
    """A coordinator makes a report of what was left half told."""
    talk = _draft(talk)
    if talk.handled_at is None and talk.kind == TalkKind.REPORT and finish_report(talk=talk) is not None:
        record("talk.reported", talk, by=by)
    return talk


@transaction.atomic
def handle_talk(*, talk: Talk, by: Actor) -> Talk:
    """A coordinator has done what was to do. What was said and the number are erased; when, and by which way, stay."""
    talk = _draft(talk)
    if talk.handled_at is None:
        contact = talk.contact
        talk.handled_at, talk.handled_by_id, talk.said, talk.contact = now(), by.pk, {}, None
        talk.save(update_fields=["handled_at", "handled_by", "said", "contact"])
        if contact is not None:
            erase_contact(contact=contact)
        record("talk.handled", talk, by=by)
    return talk


def _draft(talk: Talk) -> Talk:
    found: Talk = _with_places(Talk.objects.select_for_update(of=("self",), no_key=True)).get(pk=talk.pk)
    return found
