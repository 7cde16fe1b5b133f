"""What was achieved, for everybody: the front page, and what each of its numbers is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from battles import gains
from battles.actions.figures import figures
from battles.impact import days_given, fought, repairs
from battles.impact_places import telling
from battles.models import LineResult, Offer, OwnRepair
from epo.accounts.roles import home_of
from epo.core import say
from epo.core.counting import how_many
from epo.core.http import page
from epo.places import map as places_map
from epo.places.map import Spot
from epo.places.models import State
from factories.models import Factory
from volunteers.models import Trade

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from battles.impact import Place
    from battles.models import Battle, BattleRequest

PER_PAGE = 50
NAMED = 4
"""What a dot of the map tells by name; of more it tells how many. The table below it names all."""


@login_not_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The first page of one's role; for everybody else what this is for, what it achieved, and the way in."""
    to = home_of(request.user) if request.user.is_authenticated else None
    return redirect(to) if to else page(request, "battles/impact/front.html", _told())


@login_not_required
@require_safe
def achieved(request: HttpRequest) -> HttpResponse:
    """The same for who has a first page of their own."""
    return page(request, "battles/impact/achieved.html", _told())


def _told() -> dict[str, Any]:
    told = figures()
    found = told.impact
    names = dict(State.objects.values_list("code", "name"))
    spots = _spots(found.places)
    drawn = places_map.drawn(figures=found.by_state, names=names, spots=spots, title=str(_("Battles by state")))
    states = [(names[code], many) for code, many in sorted(found.by_state.items(), key=lambda row: (-row[1], row[0]))]
    return {"impact": found, "as_of": told.as_of, "map": drawn, "states": states, "places": found.places}


def _spots(places: Sequence[Place]) -> list[Spot]:
    """One for all plants whose spots would fall on one another; it stands where most of them are."""
    most_first = sorted(places, key=lambda place: -len(place.plants))
    return [_spot(group) for group in places_map.gathered(most_first)]


def _spot(group: Sequence[Place]) -> Spot:
    plants = [name for place in group for name in place.plants]
    battles = sum(place.battles for place in group)
    many = ngettext("%(n)s battle", "%(n)s battles", battles) % {"n": say.number(battles)}
    told = "; ".join(plants) if len(plants) <= NAMED else _many_plants(len(plants))
    places = ", ".join(place.name for place in group[:NAMED]) + ("…" if len(group) > NAMED else "")
    return Spot(group[0].lat, group[0].lon, places, f"{told} ({many})", len(plants))


def _many_plants(many: int) -> str:
    return ngettext("%(n)s plant", "%(n)s plants", many) % {"n": say.number(many)}


@login_not_required
@require_safe
def achieved_detail(request: HttpRequest, what: str) -> HttpResponse:
    detail = DETAILS.get(what)
    if detail is None:
        raise Http404
    title, template, rows, place_of = detail
    shown = Paginator(rows(), PER_PAGE).get_page(request.GET.get("page"))
    told = telling()
    placed = [(row, told.where(*place_of(row)) if place_of else None) for row in shown]
    context = {"title": title, "page_obj": shown, "rows": placed, "rows_template": template}
    return page(request, "battles/impact/detail.html", context)


def _lines() -> list[gains.LineGain]:
    return gains.gains(LineResult.objects.all())


def _battles() -> Any:
    rows = fought().select_related("factory__sector", "factory__municipality__state__region")
    crew = Offer.objects.filter(battle=OuterRef("pk"), crew_days__isnull=False)
    return rows.annotate(people=how_many(crew, "volunteer", distinct=True)).order_by("-ended_at", "-pk")


def _repairs() -> Any:
    rows = repairs().select_related("request__machine__kind", "request__factory__sector", "battle")
    return rows.select_related("request__factory__municipality__state__region").order_by("-battle__ended_at", "-pk")


def _own_repairs() -> Any:
    rows = OwnRepair.objects.select_related("machine__kind", "learned_from", "factory__sector")
    return rows.select_related("factory__municipality__state__region").order_by("-on", "-pk")


def _days() -> Any:
    """By trade: people and days; who they are is nobody's business."""
    of_trade = days_given().values(key=F("offer__trade"))
    given = of_trade.annotate(days=Count("pk"), people=Count("volunteer", distinct=True)).order_by("-days", "key")
    trades = Trade.objects.in_bulk()
    return [row | {"trade": trades[row["key"]]} for row in given]


PlaceOf = Callable[[Any], tuple[Factory, list[int]]]
"""The plant of a row, and the battles all of which must let it be named."""


def _place_of_line(one: gains.LineGain) -> tuple[Factory, list[int]]:
    return one.line.factory, [battle.pk for battle in one.battles]


def _place_of_battle(battle: Battle) -> tuple[Factory, list[int]]:
    return battle.factory, [battle.pk]


def _place_of_repair(link: BattleRequest) -> tuple[Factory, list[int]]:
    return link.request.factory, [link.battle_id]


def _place_of_own_repair(repair: OwnRepair) -> tuple[Factory, list[int]]:
    return repair.factory, [repair.learned_from_id] if repair.learned_from_id else []


DETAILS: Mapping[str, tuple[_StrPromise, str, Callable[[], Any], PlaceOf | None]] = {
    "produccion": (_("Production restored"), "battles/impact/_lines.html", _lines, _place_of_line),
    "batallas": (_("Battles fought"), "battles/impact/_battles.html", _battles, _place_of_battle),
    "reparaciones": (_("Machines repaired"), "battles/impact/_repairs.html", _repairs, _place_of_repair),
    "reparaciones-propias": (
        _("Repaired afterwards by their own hands"),
        "battles/impact/_own_repairs.html",
        _own_repairs,
        _place_of_own_repair,
    ),
    "jornadas": (_("Days given"), "battles/impact/_days.html", _days, None),
}
