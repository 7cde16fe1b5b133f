"""One battle's page: who sees which tabs of it, and what follows a POST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from battles.crew_phones import may_see_contacts
from battles.gains import gains
from battles.models import Agreement, Battle, LineResult, Offer
from battles.rules import battles as rules
from battles.rules import field as field_rules
from battles.states import BattleState
from battles.views.battle_tabs import TABS
from battles.views.plant_says import corrections_of
from epo.core.errors import Refused
from epo.core.http import SignedInRequest, after_post, page
from factories.models import Membership
from factories.states import MemberRole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.forms import BaseForm
    from django.http import HttpResponse
    from django.utils.functional import _StrPromise

    from epo.accounts.models import User

PAGE = "battles/battle/page.html"
REDUCED = "battles/battle/reduced.html"

NAMES: dict[str, str | _StrPromise] = {
    "seats": pgettext_lazy("tab", "Seats"),
    "crew": pgettext_lazy("tab", "Crew"),
    "jobs": pgettext_lazy("tab", "Work"),
    "agreement": pgettext_lazy("tab", "Agreement"),
    "result": pgettext_lazy("tab", "Result"),
    "plan": pgettext_lazy("tab", "Plan and history"),
}
OF_THE_RESPONSIBLE = ("crew", "jobs", "result")
FIRST_TAB = {BattleState.UNDER_WAY: "jobs", BattleState.CLOSED: "result"}


def battles_for_page() -> Any:
    return Battle.objects.select_related(
        "factory__municipality__state", "factory__contact", "coordinator", "responsible", "follows"
    )


def planned_by(user: User, pk: int) -> Battle:
    """The battle, for who coordinates it; nobody else learns that it exists."""
    battle: Battle = get_object_or_404(battles_for_page().coordinated_by(user), pk=pk)
    return battle


def recorded_by(user: User, pk: int) -> Battle:
    """The battle, for its coordinators and for the crew's responsible."""
    battle: Battle = get_object_or_404(battles_for_page().filter(field_rules.recordable_by(user)), pk=pk)
    return battle


def tabs_of(battle: Battle, user: User) -> tuple[str, ...]:
    """All for coordinators; what is noted in the plant for the responsible; none for others, who see it in short."""
    if Battle.objects.coordinated_by(user).filter(pk=battle.pk).exists():
        return tuple(TABS)
    if Battle.objects.filter(field_rules.recordable_by(user), pk=battle.pk).exists():
        return OF_THE_RESPONSIBLE
    return ()


def show(
    request: SignedInRequest, battle: Battle, tab: str = "", forms: Mapping[str, BaseForm] | None = None
) -> HttpResponse:
    open_to_user = tabs_of(battle, request.user)
    if not open_to_user:
        return page(request, REDUCED, reduced_context(battle, request.user))
    return page(request, PAGE, context_of(battle, open_to_user, tab, forms), fragment="battle")


def context_of(
    battle: Battle, open_to_user: tuple[str, ...], tab: str, forms: Mapping[str, BaseForm] | None = None
) -> dict[str, Any]:
    if tab not in open_to_user:
        tab = FIRST_TAB.get(BattleState(battle.state), open_to_user[0])
    return {
        "battle": battle,
        "tab": tab,
        "tabs": [(name, NAMES[name]) for name in open_to_user],
        "tab_template": f"battles/battle/tab_{tab}.html",
        "is_coordinator": len(open_to_user) == len(TABS),
        "missing": rules.why_not_ready(battle) if battle.state in rules.BEFORE_IT_BEGINS else [],
        "todo": rules.still_to_do(battle) if battle.state in rules.BEFORE_IT_BEGINS else [],
        "why_not_ask": rules.why_not_ask_people(battle) if battle.state == BattleState.DRAFT else None,
    } | TABS[tab](battle, forms or {})


def reduced_context(battle: Battle, user: User) -> dict[str, Any]:
    """For the crew and the plant: what was agreed and who comes, by trades; names for those who travel together."""
    is_crew = Offer.objects.holding().filter(battle=battle, volunteer__user=user.pk).exists()
    roles = set(Membership.objects.filter(factory=battle.factory_id, user=user.pk).values_list("role", flat=True))
    is_member = bool(roles)
    results = list(battle.line_results.select_related("line"))
    if is_member:
        corrections_of(results)
    of_plant = {
        "agreement": Agreement.objects.filter(battle=battle, agreed_on__isnull=False).first(),
        "gains": gains(LineResult.objects.filter(battle=battle)),
    }
    return (of_plant if is_member else {}) | {
        "battle": battle,
        "is_crew": is_crew,
        "is_member": is_member,
        "may_correct": bool(roles & {MemberRole.DELEGATE, MemberRole.MANAGER}),
        "may_call": may_see_contacts(battle, user),
        "crew": list(
            battle.offers.holding()
            .select_related("volunteer__home__state", "trade")
            .order_by("trade__folded", "-level")
        ),
        "links": list(battle.battle_requests.select_related("request__machine")),
        "results": results,
    }


def tab_url(battle: Battle, tab: str) -> str:
    return f"{reverse('battles:battle', args=[battle.pk])}?tab={tab}"


def carry_out(
    request: SignedInRequest,
    battle: Battle,
    tab: str,
    act: Callable[[], Any],
    *,
    form: BaseForm | None = None,
    name: str = "",
    said: str | _StrPromise = "",
) -> HttpResponse:
    """The action of a POST, and its tab anew. A wrong form or a refusal keeps what was typed."""
    forms = {name: form} if form is not None else {}
    if form is not None and not form.is_valid():
        return show(request, battle, tab, forms)
    try:
        act()
    except Refused as refused:
        if form is None:
            messages.warning(request, str(refused.refusal))
        else:
            form.add_error(None, str(refused.refusal))
            return show(request, battle, tab, forms)
    else:
        if said:
            messages.success(request, str(said))
    battle = battles_for_page().get(pk=battle.pk)
    open_to_user = tabs_of(battle, request.user)
    if not open_to_user:
        return after_post(request, REDUCED, {}, to="battles:mine")
    context = context_of(battle, open_to_user, tab) if request.htmx else {}
    return after_post(request, PAGE, context, fragment="battle", to=tab_url(battle, tab))
