"""Plants of which somebody is a member: their lines and machines as they are, and what is asked of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from battles.asked_of_plants import readings_asked
from battles.forms.plants import TAUGHT
from battles.models import Battle, OwnRepair
from battles.road_pack.machines import CURRENT, machine_state
from battles.road_pack.saying import amount, day, labelled
from factories.models import Factory, Line, Machine, Membership, OutputReading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epo.accounts.models import User

MOST_REPAIRS = 20


def plants_of(user: User) -> list[dict[str, Any]]:
    own = Membership.objects.filter(user=user.pk).select_related("factory__municipality__state")
    members = list(own.order_by("factory__folded", "factory"))
    keys = [member.factory_id for member in members]
    telling = set(Factory.objects.told_of_by(user).filter(pk__in=keys).values_list("pk", flat=True))
    battles = Battle.objects.visible_to(user).filter(factory__in=keys)
    lines, machines, asked = _lines(keys), _machines(keys), _asked(battles)
    repairs, taught = _repairs(keys), _taught(battles)
    return [
        labelled(member, "role")
        | {
            "id": member.factory_id,
            "name": member.factory.name,
            "municipality": str(member.factory.municipality),
            "may_tell": member.factory_id in telling,
            "lines": lines[member.factory_id],
            "machines": machines[member.factory_id],
            "readings_asked": asked[member.factory_id],
            "own_repairs": repairs[member.factory_id][:MOST_REPAIRS],
            "learned_from": taught[member.factory_id],
        }
        for member in members
    ]


Found = dict[int, list[dict[str, Any]]]


def _lines(plants: Iterable[int]) -> Found:
    rows = list(Line.objects.filter(factory__in=plants).order_by("product", "pk"))
    newest = _newest_readings(rows)
    found: Found = defaultdict(list)
    for line in rows:
        last = newest.get(line.pk)
        found[line.factory_id].append(
            {
                "id": line.pk, "product": line.product, "unit": line.unit, "nominal": amount(line.nominal),
                "current": amount(line.current),
                "last": last and {"day": day(last.day), "amount": amount(last.amount)},
            }
        )  # fmt: skip
    return found


def _newest_readings(lines: Iterable[Line]) -> dict[int, OutputReading]:
    rows = OutputReading.objects.filter(line__in=[line.pk for line in lines]).order_by("day", "pk")
    return {reading.line_id: reading for reading in rows}


def _machines(plants: Iterable[int]) -> Found:
    rows = Machine.objects.filter(factory__in=plants, is_retired=False).select_related("kind").prefetch_related(CURRENT)
    found: Found = defaultdict(list)
    for machine in rows.order_by("folded", "pk"):
        said = {"id": machine.pk, "name": machine.name, "kind_label": machine.kind.name}
        found[machine.factory_id].append(said | machine_state(machine))
    return found


def _asked(battles: Any) -> Found:
    found: Found = defaultdict(list)
    for one in readings_asked(battles):
        said = {"line": one.line_id, "product": one.line.product, "due_on": day(one.due_on)}
        found[one.battle.factory_id].append(said | {"after_days": one.after_days})
    return found


def _repairs(plants: Iterable[int]) -> Found:
    found: Found = defaultdict(list)
    for one in OwnRepair.objects.filter(factory__in=plants).select_related("machine").order_by("-on", "-pk"):
        said = {"what": one.what, "on": day(one.on), "machine": str(one.machine or ""), "said_by": one.said_by}
        found[one.factory_id].append(said)
    return found


def _taught(battles: Any) -> Found:
    found: Found = defaultdict(list)
    for battle in battles.filter(state__in=TAUGHT).order_by("-first_day", "-pk"):
        found[battle.factory_id].append({"id": battle.pk, "title": battle.title})
    return found
