from __future__ import annotations

from typing import Any

from bench.fire.without import taken_out


@taken_out("first-answer")
def the_last_answer_stands() -> None:
    """No answer is refused for having been answered before, and the mover moves from anywhere to anywhere."""
    from battles.actions import answers, offers
    from battles.rules import offers as rules
    from battles.states import OfferState

    everything = {state: frozenset(OfferState) for state in OfferState}
    answers.OFFER_MOVES = offers.OFFER_MOVES = everything
    rules.why_answered = lambda _offer: None


@taken_out("kept-intent")
def a_wish_is_not_kept() -> None:
    from battles.api import offers as api
    from battles.views import offers as pages

    def just_act(*, act: Any, **_who_and_what: Any) -> Any:
        return act()

    api.answer_once = just_act
    pages.keep_refused = lambda **_what: None
