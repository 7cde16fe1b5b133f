"""A breakdown told by messages: AVERIA and the number of a label, then four short questions at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from battles.actions import talks
from battles.states import TalkKind, TalkStep
from battles.talks.replies import condition_of, is_nothing, numbers_of
from battles.talks.words import Kind
from epo.core import say
from epo.core.text import fold
from epo.notifications import gsm
from epo.notifications.short import short
from factories.models import BreakdownReport, CommonFault, Label, Machine
from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from battles.models import Talk
    from battles.talks.words import Words
    from epo.notifications.incoming import Said

MOST_QUESTIONS = 4
MOST_LISTED = 9
LONGEST_CHOICE = 24
ORDER = (TalkStep.MACHINE, TalkStep.CONDITION, TalkStep.FAULT, TalkStep.MORE, TalkStep.NAME)


def begin(said: Said, words: Words, talk: Talk | None) -> str:
    """The same number again asks the same question again; another one ends what was begun before."""
    if words.number is None:
        return _("Write AVERIA and the number on the machine's label, for example: AVERIA 1234")
    label = label_of(words.number)
    if label is None:
        return _("We do not know a label with the number %(number)s. Look at it again.") % {"number": words.number}
    if talk is not None and talk.kind == TalkKind.REPORT and talk.label_id == label.pk:
        return _listen(talk, said, words.rest) if words.rest else _again(talk)
    if talk is not None:
        talks.break_off(talk=talk)
    talk = talks.begin_talk(kind=TalkKind.REPORT, way=said.way, sender=said.sender, at=said.at, label=label)
    if words.rest:
        _take_at_once(talk, said, words.rest)
    return _next(talk)


def label_of(number: int) -> Label | None:
    """Also a retired one: it still says which machine is meant."""
    rows = Label.objects.select_related("machine__factory", "machine__kind", "machine__line", "factory")
    return rows.filter(number=number).first()


def _take_at_once(talk: Talk, said: Said, text: str) -> None:
    """What stands after the number: how it is where that is clear, and the words themselves."""
    condition, is_all = condition_of(text)
    is_of_machine = talk.machine_id is not None
    known = {"condition": condition} if condition and is_of_machine else {}
    talks.hear(talk=talk, at=said.at, text="" if known and is_all else text, more=known)


def go_on(said: Said, words: Words, talk: Talk) -> str:
    """The answer to what was asked last."""
    if words.kind is Kind.SAME and (same := _open_report(talk)) is not None:
        talks.hear(talk=talk, at=said.at, more={"same_as": same.number})
        return _finish(talk)
    return _listen(talk, said, " ".join(said.text.replace("\x00", "").split()))


def _listen(talk: Talk, said: Said, text: str) -> str:
    takers: dict[str, Callable[[Talk, Said, str], None]] = {
        TalkStep.MACHINE: _take_machine,
        TalkStep.CONDITION: _take_condition,
        TalkStep.FAULT: _take_fault,
        TalkStep.NAME: _take_name,
    }
    takers.get(talk.step, _take_more)(talk, said, text)
    if talk.condition == Condition.DANGEROUS:
        return _finish(talk)
    return _next(talk)


def _take_machine(talk: Talk, said: Said, text: str) -> None:
    machine = _chosen_machine(talk, text)
    talks.hear(talk=talk, at=said.at, machine=machine, more={} if machine else {"machine_name": text})


def _chosen_machine(talk: Talk, text: str) -> Machine | None:
    """By its place in the list, by its label's number or by its name."""
    rows = Machine.objects.filter(factory=talk.factory_id, is_retired=False).select_related("kind", "factory")
    offered, numbers = talk.said.get("offered", []), numbers_of(text)
    if numbers:
        (number, *_rest) = numbers
        place = offered[number - 1] if 0 < number <= len(offered) else None
        return rows.filter(pk=place).first() if place else rows.filter(labels__number=number).first()
    if text.strip().isdigit():
        return rows.filter(labels__number=int(text)).first()
    named = [machine for machine in rows if fold(machine.name).startswith(fold(text))] if fold(text) else []
    return named[0] if len(named) == 1 else None


def _take_condition(talk: Talk, said: Said, text: str) -> None:
    condition, is_all = condition_of(text)
    known = {"condition": condition} if condition else {}
    talks.hear(talk=talk, at=said.at, text="" if is_all else text, more=known)


def _take_fault(talk: Talk, said: Said, text: str) -> None:
    offered, numbers = talk.said.get("offered", []), numbers_of(text)
    chosen = [offered[number - 1] for number in numbers if 0 < number <= len(offered)]
    is_told = bool(chosen) and len(chosen) == len(numbers)
    talks.hear(talk=talk, at=said.at, text="" if is_told or is_nothing(text) else text, more={"faults": chosen})


def _take_more(talk: Talk, said: Said, text: str) -> None:
    talks.hear(talk=talk, at=said.at, text="" if is_nothing(text) else text)


def _take_name(talk: Talk, said: Said, text: str) -> None:
    talks.hear(talk=talk, at=said.at, name="" if is_nothing(text) else text)


def _next(talk: Talk) -> str:
    if talk.condition == Condition.DANGEROUS and talk.machine_id:
        return _finish(talk)
    step = _next_step(talk)
    return _finish(talk) if step is None else _ask(talk, step)


def _next_step(talk: Talk) -> TalkStep | None:
    """How it is may be asked twice, where the first answer said something else. Everything else is asked once."""
    if talk.asked >= MOST_QUESTIONS:
        return None
    if talk.step == TalkStep.CONDITION and not talk.condition and "asked_again" not in talk.said:
        talk.said = talk.said | {"asked_again": True}
        return TalkStep.CONDITION
    done = ORDER.index(TalkStep(talk.step)) + 1 if talk.step else 0
    return next((step for step in ORDER[done:] if _is_open(talk, step)), None)


def _is_open(talk: Talk, step: TalkStep) -> bool:
    if step == TalkStep.MACHINE:
        return talk.machine_id is None
    if step == TalkStep.CONDITION:
        return not talk.condition
    return step != TalkStep.NAME or talk.contact_id is not None


def _ask(talk: Talk, step: TalkStep) -> str:
    offered, text = _question(talk, step)
    talks.ask(talk=talk, step=step, offered=offered)
    return text


def _again(talk: Talk) -> str:
    """The question that waits, in the same words; it does not count as one more."""
    return _question(talk, TalkStep(talk.step))[1] if talk.step else _next(talk)


def _question(talk: Talk, step: TalkStep) -> tuple[list[object], str]:
    if step == TalkStep.MACHINE:
        return _machines(talk)
    if step == TalkStep.CONDITION:
        return [], _how_it_is(talk)
    if step == TalkStep.FAULT:
        return _faults(talk)
    if step == TalkStep.MORE:
        return [], _("Anything else? What you hear, see or smell. Or write NO.")
    return [], _("Your name, if you like: only coordinators see it. Or write NO.")


def _machines(talk: Talk) -> tuple[list[object], str]:
    rows = Machine.objects.filter(factory=talk.factory_id, is_retired=False).order_by("folded", "pk")
    found = [(machine.pk, machine.name) for machine in rows[:MOST_LISTED]]
    plant = talk.factory.name if talk.factory else ""
    head = short(_("%(plant)s. Which machine?"), plant=plant[:40])
    return _listed(found, head, _("Answer with the number, or write its name."))


def _faults(talk: Talk) -> tuple[list[object], str]:
    kind = talk.machine.kind_id if talk.machine else None
    found = [(fault.code, fault.name) for fault in CommonFault.objects.filter(kind=kind)[:MOST_LISTED]] if kind else []
    if not found:
        return [], _("What is wrong? Write it in your own words.")
    return _listed(found, _("What is wrong?"), _("Answer with numbers, or in your own words."))


def _listed(found: Sequence[tuple[object, str]], head: str, foot: str) -> tuple[list[object], str]:
    """As many as one message takes."""
    keys: list[object] = []
    text = f"{head} {foot}"
    lines: list[str] = []
    for key, name in found:
        longer = [*lines, f"{len(lines) + 1} {gsm.shorten(gsm.as_gsm7(name), LONGEST_CHOICE)}"]
        whole = gsm.as_gsm7(f"{head} {', '.join(longer)}. {foot}")
        if not gsm.fits(whole):
            break
        lines, text = longer, whole
        keys.append(key)
    return keys, text


def _how_it_is(talk: Talk) -> str:
    what = talk.what or (talk.factory.name if talk.factory else "")
    same = _open_report(talk)
    if "asked_again" in talk.said:
        return short(_("%(machine)s: answer with 1, 2 or 3. 1 stopped, 2 running badly, 3 dangerous."), machine=what)
    if same is not None:
        return short(
            _("%(machine)s has report %(number)s, %(age)s. Write MISMO if it is that, else 1 stopped, 2 badly, 3 dangerous"),
            keep={"number": str(same), "age": say.age(same.received_at)},
            machine=what,
        )  # fmt: skip
    return short(
        _("%(machine)s, %(plant)s. How is it? 1 stopped, 2 running badly, 3 dangerous (switch off, isolate, warn)."),
        machine=what,
        plant=talk.factory.name if talk.factory else "",
    )


def _open_report(talk: Talk) -> BreakdownReport | None:
    """The newest open one on the same machine."""
    if talk.machine_id is None:
        return None
    return BreakdownReport.objects.open().filter(machine=talk.machine_id).order_by("-received_at").first()


def _finish(talk: Talk) -> str:
    report = talks.finish_report(talk=talk)
    if report is None:
        return _("Many reports come in just now. Yours is kept and passed on within the hour. Thank you.")
    link = settings.SITE_URL + reverse("battles:report-status", args=[report.status_token])
    keep = {"number": str(report)}
    if report.condition == Condition.DANGEROUS:
        text = _("%(number)s: the coordinators are being told. Switch off, isolate, warn. No emergency service.")
        return short(text, link=link, must_link=True, keep=keep)
    text = _("Report %(number)s has arrived: %(machine)s. Thank you. What becomes of it:")
    return short(text, link=link, must_link=True, keep=keep, machine=report.what or report.where)
