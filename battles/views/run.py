"""Matching runs: what can be planned, the runs so far, one run while it works and what it proposed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from battles import planning
from battles.actions import runs as actions
from battles.models import Battle, MatchingRun, MatchingSettings
from battles.proposals import Proposals
from battles.reasons import how_good, share_of, why_failed
from battles.rules import runs as rules
from battles.states import RunState
from epo.accounts.http import coordinators_only
from epo.accounts.models import coordinates_nation
from epo.audit.models import AuditEvent
from epo.core.errors import Refused
from epo.core.http import SignedInRequest, after_post, key_in, page, tell_refusal
from epo.places.models import Region

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from epo.accounts.models import User
    from epo.core.errors import Refusal

LIST = "battles/run/list.html"
PAGE = "battles/run/page.html"
WEIGHTS = "battles/run/weights.html"
PER_PAGE = 20
FEW = 3
BATTLES_A_PAGE = 15
FIXING = ("battle.pinned_in", "battle.pinned_out", "battle.unpinned", "battle.start_pinned", "battle.start_unpinned")
RULES = ("near_km", "rest_days", "max_battles")


@dataclass(frozen=True, slots=True)
class ToPlan:
    """A battle with empty places, or a scope of several; `scope` is what the button sends."""

    scope: str
    name: str
    places: int
    battles: tuple[ToPlan, ...] = ()
    battle: Battle | None = None
    refusal: Refusal | None = None


@require_safe
@coordinators_only
def runs(request: SignedInRequest) -> HttpResponse:
    shown = Paginator(runs_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": shown,
        "rows": [(run, _outcome(run)) for run in shown],
        "scopes": _what_to_plan(request.user),
        "has_battles": Battle.objects.coordinated_by(request.user).open().exists(),
    }
    return page(request, LIST, context)


def runs_for(user: User) -> QuerySet[MatchingRun]:
    return MatchingRun.objects.visible_to(user).select_related("region", "only", "asked_by")


def _outcome(run: MatchingRun) -> str:
    """ "38 of 41 places · proven …", or what went wrong."""
    if run.state != RunState.DONE:
        return why_failed(run)
    lines = [line for battle in run.result["battles"] for line in battle["lines"]]
    placed = sum(len(line["picks"]) for line in lines)
    empty = sum((line["empty"] or {}).get("people", 0) for line in lines)
    told = _("%(placed)s of %(places)s places filled") % {"placed": placed, "places": placed + empty}
    return f"{told} · {how_good(run)}"


def _what_to_plan(user: User) -> list[ToPlan]:
    """The nation, for who coordinates it; then each region with its battles."""
    rows = planning.battles_to_plan() & Battle.objects.coordinated_by(user)
    running = rules.regions_running()
    by_region: dict[Region, list[ToPlan]] = defaultdict(list)
    for battle, lines in planning.seats_to_fill(rows.select_related("factory__municipality__state__region")):
        one = ToPlan(f"battle-{battle.pk}", battle.title, lines.total(), battle=battle)
        by_region[battle.factory.municipality.state.region].append(one)
    scopes = [
        ToPlan(
            f"region-{region.pk}",
            region.name,
            sum(one.places for one in ones),
            tuple(ones),
            refusal=rules.why_not_now(region.pk, running),
        )
        for region, ones in sorted(by_region.items(), key=lambda pair: pair[0].name)
    ]
    if coordinates_nation(user) and scopes:
        every = tuple(one for scope in scopes for one in scope.battles)
        places = sum(scope.places for scope in scopes)
        scopes.insert(
            0, ToPlan("nation", _("The whole nation"), places, every, refusal=rules.why_not_now(None, running))
        )
    return scopes


@require_POST
@coordinators_only
def run_new(request: SignedInRequest) -> HttpResponse:
    scope = _scope_of(request.POST.get("scope", ""), request.user)
    try:
        run = actions.start_run(by=request.user, **scope)
    except Refused as refused:
        messages.warning(request, str(refused.refusal))
        only: Battle | None = scope.get("only")
        return after_post(request, LIST, {}, to=reverse("battles:battle", args=[only.pk]) if only else "battles:runs")
    return after_post(request, LIST, {}, to=run_url(run.pk))


def _scope_of(text: str, user: User) -> dict[str, Any]:
    kind, _dash, key = text.partition("-")
    if kind == "nation":
        return {}
    if kind == "region":
        return {"region": get_object_or_404(Region, pk=key_in(key))}
    if kind == "battle":
        rows = Battle.objects.coordinated_by(user).select_related("factory__municipality__state__region")
        return {"only": get_object_or_404(rows, pk=key_in(key))}
    raise Http404


@require_safe
@coordinators_only
def run(request: SignedInRequest, pk: int) -> HttpResponse:
    opened = key_in(request.GET.get("battle", ""))
    return page(request, PAGE, run_context(request.user, pk, opened, request.GET.get("page")), fragment="run")


@require_POST
@coordinators_only
def run_stop(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(runs_for(request.user), pk=pk)
    tell_refusal(request, lambda: actions.stop_run(run=row, by=request.user))
    return after_run_post(request, pk)


@require_POST
@coordinators_only
def run_take(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(runs_for(request.user), pk=pk)
    tell_refusal(request, lambda: actions.take_plan(run=row, by=request.user))
    return after_run_post(request, pk)


def planned_in(run: MatchingRun) -> list[int]:
    return [one["battle"] for one in run.result.get("battles", [])]


def battle_of_run(request: SignedInRequest, run: MatchingRun, pk: int) -> Battle:
    """A battle of this run that the coordinator may see."""
    if pk not in planned_in(run):
        raise Http404
    rows = Battle.objects.coordinated_by(request.user).select_related("factory__municipality__state")
    battle: Battle = get_object_or_404(rows, pk=pk)
    return battle


def run_url(pk: int, battle: int = 0) -> str:
    """The run's page, with that battle unfolded."""
    url = reverse("battles:run", args=[pk])
    return f"{url}?battle={battle}#battle-{battle}" if battle else url


def after_run_post(request: SignedInRequest, pk: int, battle: int = 0) -> HttpResponse:
    context = run_context(request.user, pk, battle) if request.htmx else {}
    return after_post(request, PAGE, context, fragment="run", to=run_url(pk, battle))


def run_context(user: User, pk: int, opened: int = 0, number: str | None = None) -> dict[str, Any]:
    """Of a finished run the page with that number, or the one on which the battle `opened` is."""
    row = get_object_or_404(runs_for(user), pk=pk)
    context: dict[str, Any] = {"run": row, "is_working": row.state in (RunState.WAITING, RunState.RUNNING)}
    if context["is_working"]:
        return context | _progress(row) | {"stop_refusal": rules.why_not_stop(row, by=user)}
    if row.state != RunState.DONE:
        pinned = Battle.objects.coordinated_by(user).filter(pk__in=row.result.get("pinned", []))
        return context | {"pinned": list(pinned)}
    proposals = Proposals(row, user)
    at = proposals.visible.index(opened) if opened in proposals.visible else 0
    shown = Paginator(proposals.visible, BATTLES_A_PAGE).get_page(number or at // BATTLES_A_PAGE + 1)
    proposals.shown = list(shown)
    return context | {
        "page_obj": shown,
        "proposals": proposals,
        "battles": proposals.battles,
        "good": how_good(row),
        "open": opened,
        "few": len(proposals.visible) <= FEW,
        "is_alone": len(proposals.visible) == 1,
        "again": _again(row, user, proposals),
        "is_newest": not MatchingRun.objects.filter(pk__gt=row.pk, state=RunState.DONE, region=row.region_id).exists(),
    }


def _again(row: MatchingRun, user: User, proposals: Proposals) -> dict[str, Any] | None:
    """The same scope once more, where something was fixed, or undone, since this run read its battles."""
    keys = [str(key) for key in proposals.visible]
    events = AuditEvent.objects.filter(about_type=Battle._meta.label_lower, about_id__in=keys, kind__in=FIXING)
    if not events.filter(at__gte=row.started_at or row.asked_at).exists():
        return None
    region = row.region
    if region is None and not coordinates_nation(user):
        region = proposals.battles[0].battle.factory.municipality.state.region
    scope = f"battle-{row.only_id}" if row.only_id else f"region-{region.pk}" if region else "nation"
    return {"scope": scope, "refusal": rules.why_not_start(by=user, region=region)}


def _progress(row: MatchingRun) -> dict[str, Any]:
    """Cost and bound so far, as the worker last told."""
    cost, bound = row.progress.get("cost"), row.progress.get("bound")
    if not cost or bound is None:
        return {"so_far": None}
    return {"so_far": {"cost": cost, "share": share_of(max(0.0, (cost - bound) / cost))}}


@require_safe
@coordinators_only
def weights(request: SignedInRequest) -> HttpResponse:
    settings = MatchingSettings.current()
    named = [(field, field.verbose_name, getattr(settings, field.name)) for field in settings._meta.fields[1:]]
    context = {
        "rules": [(name, value) for field, name, value in named if field.name in RULES],
        "weights": [(name, value) for field, name, value in named if field.name not in RULES],
        "may_change": request.user.is_superuser,
    }
    return page(request, WEIGHTS, context)
