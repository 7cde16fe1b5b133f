"""A diagnosis visit: three voices, the knots that hold production back, and the requests made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from battles.actions.offers import lock_battle
from battles.actions.requests import open_request
from battles.models import Battle, Finding, RepairRequest, VoiceHeard
from battles.rules import field as rules
from epo.audit.actions import record
from epo.core.errors import refuse_if
from factories.actions import lock_machines
from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epo.core.types import Actor
    from factories.models import Machine


@transaction.atomic
def hear_voice(*, battle: Battle, voice: str, said: str, by: Actor | None) -> VoiceHeard:
    """Each voice once; heard again, the newer words stand."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_hear(battle))
    refuse_if(None if said else rules.NOTHING_WRITTEN)
    heard, _made = VoiceHeard.objects.update_or_create(battle=battle, voice=voice, defaults={"said": said})
    record("battle.voice_heard", battle, by=by, voice=str(voice))
    return heard


@transaction.atomic
def add_finding(*, battle: Battle, what: str, by: Actor | None, machine: Machine | None = None) -> Finding:
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_hear(battle))
    refuse_if(None if what else rules.NO_FAULT)
    if machine is not None and machine.factory_id != battle.factory_id:
        refuse_if(rules.OTHER_PLANTS_MACHINE)
    finding = Finding.objects.create(battle=battle, what=what, machine=machine)
    record("battle.finding", battle, by=by, finding=finding.pk)
    return finding


@transaction.atomic
def make_requests(*, battle: Battle, findings: Iterable[Finding], by: Actor) -> list[RepairRequest]:
    """Findings become open requests in one step, with the demands usual for the kind of machine."""
    battle = lock_battle(battle.pk)
    keys = [finding.pk for finding in findings]
    made = []
    rows = battle.findings.select_for_update(of=("self",), no_key=True).select_related("machine__kind")
    chosen = list(rows.filter(pk__in=keys).order_by("pk"))
    lock_machines(finding.machine_id for finding in chosen if finding.machine_id)
    for finding in chosen:
        finding.battle = battle
        refuse_if(rules.why_not_make_request(finding))
        finding.request = open_request(
            machine=finding.machine,
            factory=battle.factory,
            title=finding.what[:160],
            condition=Condition.STOPPED,
            by=by,
        )
        finding.save(update_fields=["request"])
        made.append(finding.request)
    record("battle.findings_requested", battle, by=by, requests=[request.pk for request in made])
    return made
