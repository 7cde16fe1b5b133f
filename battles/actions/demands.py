"""Who and what a repair request needs: lines of people, and parts, tools and material."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from battles.actions.requests import lock_request, raise_version
from battles.models import Demand, Need, RepairRequest
from battles.rules import requests as rules
from epo.audit.actions import record
from epo.core.errors import refuse_if

if TYPE_CHECKING:
    from battles.states import NeedState
    from epo.core.types import Actor
    from volunteers.models import Trade


@transaction.atomic
def add_demand(*, request: RepairRequest, trade: Trade, level: int, people: int, days: int, by: Actor) -> Demand:
    request = lock_request(request.pk)
    refuse_if(rules.why_not_demand(request, people=people, days=days))
    demand = Demand.objects.create(request=request, trade=trade, level=level, people=people, days=days)
    raise_version(request)
    record("repairrequest.demand_added", request, by=by, **_said(demand))
    return demand


@transaction.atomic
def change_demand(*, demand: Demand, trade: Trade, level: int, people: int, days: int, by: Actor) -> Demand:
    request = lock_request(demand.request_id)
    demand = request.demands.select_related("trade").get(pk=demand.pk)
    refuse_if(rules.why_not_demand(request, people=people, days=days))
    was = _said(demand)
    demand.trade, demand.level, demand.people, demand.days = trade, level, people, days
    if _said(demand) != was:
        demand.save()
        raise_version(request)
        record("repairrequest.demand_changed", request, by=by, was=was, **_said(demand))
    return demand


@transaction.atomic
def remove_demand(*, demand: Demand, by: Actor) -> RepairRequest:
    request = lock_request(demand.request_id)
    refuse_if(rules.why_not_change(request))
    said = _said(demand)
    demand.delete()
    raise_version(request)
    record("repairrequest.demand_removed", request, by=by, **said)
    return request


def _said(demand: Demand) -> dict[str, Any]:
    return {"trade": demand.trade.code, "level": demand.level, "people": demand.people, "days": demand.days}


@transaction.atomic
def add_need(*, request: RepairRequest, what: str, by: Actor, **fields: str) -> Need:
    request = lock_request(request.pk)
    refuse_if(rules.why_not_change(request))
    need = Need.objects.create(request=request, what=what, **fields)
    raise_version(request)
    record("repairrequest.need_added", request, by=by, need=need.pk, what=what)
    return need


@transaction.atomic
def change_need(*, need: Need, by: Actor, **fields: str) -> Need:
    request = lock_request(need.request_id)
    need = request.needs.get(pk=need.pk)
    refuse_if(rules.why_not_change(request))
    changed = sorted(name for name, value in fields.items() if getattr(need, name) != value)
    if changed:
        for name in changed:
            setattr(need, name, fields[name])
        need.save(update_fields=changed)
        raise_version(request)
        record("repairrequest.need_changed", request, by=by, need=need.pk, what=need.what, fields=changed)
    return need


@transaction.atomic
def settle_need(*, need: Need, to: NeedState, by: Actor, reason: str = "") -> Need:
    """Got, waived with a reason, or missing again."""
    request = lock_request(need.request_id)
    need = request.needs.get(pk=need.pk)
    refuse_if(rules.why_not_change(request))
    refuse_if(rules.why_not_settle_need(need.state, to, reason=reason))
    need.state = to
    need.note = reason or need.note
    need.save(update_fields=["state", "note"])
    raise_version(request)
    record(f"repairrequest.need_{to}", request, by=by, need=need.pk, what=need.what, reason=reason)
    return need


@transaction.atomic
def remove_need(*, need: Need, by: Actor) -> RepairRequest:
    request = lock_request(need.request_id)
    refuse_if(rules.why_not_change(request))
    record("repairrequest.need_removed", request, by=by, need=need.pk, what=need.what)
    need.delete()
    raise_version(request)
    return request
