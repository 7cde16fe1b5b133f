"""What a plant tells by messages: what its lines put out, and what its workers repaired themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from battles.actions import talks
from battles.actions.readings import record_readings
from battles.actions.results import record_own_repair
from battles.models import Battle, FollowUp
from battles.pasted import Given
from battles.states import TalkKind, TalkStep
from battles.talks.replies import numbers_of
from battles.talks.reporting import label_of
from battles.talks.words import Kind, amount_of
from epo.core import say
from epo.core.clock import today
from epo.core.errors import Refused
from epo.core.text import fold
from epo.notifications.short import short
from factories.models import Line, Membership
from factories.states import MemberRole

if TYPE_CHECKING:
    from decimal import Decimal

    from battles.models import Talk
    from battles.talks.words import Words
    from epo.accounts.models import User
    from epo.notifications.incoming import Said
    from factories.models import Factory, Label, Machine

MOST_LISTED = 4
UNITS = {"t": "t", "ton": "t", "tons": "t", "tonelada": "t", "toneladas": "t", "kg": "kg", "kgs": "kg", "kilo": "kg",
         "kilos": "kg", "l": "l", "lt": "l", "lts": "l", "litro": "l", "litros": "l"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks for a plant; only a delegate confirms. `post` is noted, never a name."""

    by: User | None
    post: str
    is_confirmed: bool


def speaker_of(said: Said, factory: Factory) -> Speaker | None:
    """The plant's delegate by their phone, else its management or the contact that the plant has given."""
    users = [contact.user_id for contact in said.contacts if contact.user_id is not None]
    mine = Membership.objects.filter(factory=factory, user__in=users, user__is_active=True).select_related("user")
    by_role = {member.role: member.user for member in mine.order_by("-pk")}
    if MemberRole.DELEGATE in by_role:
        return Speaker(by_role[MemberRole.DELEGATE], _("workers' delegate, by message"), is_confirmed=True)
    if MemberRole.MANAGER in by_role:
        return Speaker(by_role[MemberRole.MANAGER], _("management, by message"), is_confirmed=False)
    if factory.contact_id in {contact.pk for contact in said.contacts}:
        return Speaker(None, _("contact of the plant, by message"), is_confirmed=False)
    return None


def tell(said: Said, words: Words, talk: Talk | None) -> str:
    """PRODUCCION and REPARAMOS."""
    is_output = words.kind is Kind.READING
    if words.number is None or (is_output and words.amount is None):
        if is_output:
            return _("Write PRODUCCION, the label's number and the output of a day, for example: PRODUCCION 1234 260")
        return _("Write REPARAMOS, the label's number and what you repaired, for example: REPARAMOS 1234 the mill")
    label = label_of(words.number)
    factory = _factory_of(label)
    speaker = speaker_of(said, factory) if factory else None
    if factory is None or speaker is None or label is None:
        kind = TalkKind.OUTPUT if is_output else TalkKind.REPAIR
        return pass_on(said, kind, label)
    if talk is not None and talk.kind == TalkKind.OUTPUT:
        talks.end_talk(talk=talk)
        talk = None
    if is_output and words.amount is not None:
        return _output(said, words, words.amount, label, factory, speaker, has_talk=talk is not None)
    return _repair(words, label.machine, factory, speaker)


def pass_on(said: Said, kind: TalkKind, label: Label | None) -> str:
    """Politely, and without saying what number belongs to which plant."""
    talks.keep_for_coordinator(
        kind=kind, way=said.way, sender=said.sender, at=said.at, label=label, text=" ".join(said.text.split())
    )
    return _(
        "Only who speaks for the plant can tell this, and from the phone that we know. We pass it on to a coordinator."
    )


def _factory_of(label: Label | None) -> Factory | None:
    if label is None:
        return None
    return label.machine.factory if label.machine else label.factory


def _output(
    said: Said, words: Words, amount: Decimal, label: Label, factory: Factory, speaker: Speaker, *, has_talk: bool
) -> str:
    lines = _lines(label, factory)
    line = lines[0] if len(lines) == 1 else _chosen(lines, words.rest)
    if line is not None:
        return _record(line, amount, words.unit, speaker)
    if not lines:
        return pass_on(said, TalkKind.OUTPUT, label)
    if not has_talk:
        talk = talks.begin_talk(
            kind=TalkKind.OUTPUT, way=said.way, sender=said.sender, at=said.at, label=label,
            amount=str(amount), unit=words.unit, text=[" ".join(said.text.split())],
        )  # fmt: skip
        talks.ask(talk=talk, step=TalkStep.LINE, offered=[line.pk for line in lines])
    names: dict[str, Any] = {f"line{n}": line.product for n, line in enumerate(lines[:MOST_LISTED], 1)}
    listed = ", ".join(f"{n} %(line{n})s" for n in range(1, len(names) + 1))
    text = _("Of which line? %(lines)s. Answer with the number.") % {"lines": listed}
    if has_talk:
        text = _("Of which line? %(lines)s. Write PRODUCCION, label, line and output.") % {"lines": listed}
    return short(text, names)


def _lines(label: Label, factory: Factory) -> list[Line]:
    if label.machine is not None and label.machine.line is not None:
        return [label.machine.line]
    return list(factory.lines.order_by("product", "pk"))


def _chosen(lines: list[Line], said: str) -> Line | None:
    numbers = numbers_of(said)
    if numbers:
        return lines[numbers[0] - 1] if 0 < numbers[0] <= len(lines) else None
    wanted = fold(said)
    found = [line for line in lines if wanted and fold(line.product).startswith(wanted)]
    return found[0] if len(found) == 1 else None


def go_on(said: Said, talk: Talk) -> str:
    """Which line was meant. What is no answer is passed on to a coordinator, with what was told before."""
    offered: list[int] = talk.said.get("offered", [])
    known = {line.pk: line for line in Line.objects.filter(pk__in=offered).select_related("factory")}
    line = _chosen([known[pk] for pk in offered if pk in known], said.text)
    speaker = speaker_of(said, talk.factory) if talk.factory else None
    amount = amount_of(str(talk.said.get("amount", "")).replace(".", ","))
    if line is None or speaker is None or amount is None:
        talks.hear(talk=talk, at=said.at, text=" ".join(said.text.split()))
        talks.end_talk(talk=talk, is_draft=True)
        return _("We could not understand that. A coordinator will look at it. Thank you.")
    talks.end_talk(talk=talk)
    return _record(line, amount, str(talk.said.get("unit", "")), speaker)


def _record(line: Line, amount: Decimal, unit: str, speaker: Speaker) -> str:
    if not _is_unit_of(unit, line):
        text = _("%(line)s is measured in %(unit)s a day. Write the output again in %(unit)s.")
        return short(text, keep={"unit": line.unit}, line=line.product)
    given = [Given(line, today(), amount)]
    try:
        with transaction.atomic():
            record_readings(
                factory=line.factory,
                given=given,
                said_by=speaker.post,
                is_confirmed=speaker.is_confirmed,
                by=speaker.by,
            )
    except Refused as refused:
        return short("%(why)s", why=str(refused.refusal))
    return short(
        _(
            "Noted: %(line)s, %(amount)s %(unit)s on %(day)s. Thank you. Did you repair something? REPARAMOS, label, what"
        ),
        keep={"amount": say.number(amount), "unit": line.unit, "day": say.short_day(today())},
        line=line.product,
    )


def _is_unit_of(unit: str, line: Line) -> bool:
    """What was not said, or is no unit that we know, counts as the line's own."""
    said, own = UNITS.get(fold(unit)), fold(line.unit)
    return said is None or said == UNITS.get(own, own)


def _repair(words: Words, machine: Machine | None, factory: Factory, speaker: Speaker) -> str:
    what = words.rest[:200] or (machine.name if machine else "")
    if not what:
        return _("What did you repair? Write REPARAMOS, the number and what, for example: REPARAMOS 1234 the mill")
    try:
        with transaction.atomic():
            repair = record_own_repair(
                factory=factory, what=what, machine=machine, by=speaker.by, said_by=speaker.post,
                learned_from=_learned_from(factory),
            )  # fmt: skip
    except Refused as refused:
        return short("%(why)s", why=str(refused.refusal))
    return short(
        _("Noted, repaired by yourselves: %(what)s. Congratulations, and thank you for telling."), what=repair.what
    )


def _learned_from(factory: Factory) -> Battle | None:
    """The battle after which the plant was asked for this, if there was one."""
    asked = FollowUp.objects.filter(battle__factory=factory, asked_at__isnull=False).select_related("battle")
    newest = asked.order_by("-asked_at", "-pk").first()
    return newest.battle if newest else None
