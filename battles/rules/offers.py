"""Why a volunteer may not be asked, may not answer, may not be let go. Each rule reads; none writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import make_aware, now
from django.utils.translation import gettext_lazy as _

from battles.models import Battle, CrewDay, MatchingSettings, Offer, Seat
from battles.states import HOLDS_SEAT, LIVE_OFFER, OFFER_MOVES, AnsweredBy, BattleState, DayKind, OfferState, SeatKind
from epo.accounts.models import coordinates
from epo.core.clock import today
from epo.core.errors import Refusal
from volunteers.models import Absence, Volunteer
from volunteers.states import Standing

if TYPE_CHECKING:
    from battles.models.battles import Line
    from epo.accounts.models import User

NOT_YOURS = Refusal("not_yours", _("This offer was made to someone else."))
NOT_IN_CHARGE = Refusal(
    "not_in_charge", _("Only a coordinator of the battle or of the volunteer's region may do this.")
)
ANSWERED_YES = Refusal("answered_yes", _("The answer was already yes. To change it, talk to the coordinator."))
ANSWERED_NO = Refusal("answered_no", _("The answer was already no. To change it, talk to the coordinator."))
EXPIRED = Refusal("expired", _("The time to answer is over. A late yes is still welcome while the seat is free."))
WITHDRAWN = Refusal("withdrawn", _("This offer was withdrawn: the seat was filled or is no longer needed. Thank you."))
NOT_SENT = Refusal("not_sent", _("This offer was not sent."))
OVER = Refusal("over", _("This offer has ended."))
CLOSED = Refusal("closed", _("This battle takes no more answers."))
ASKED_ANEW = Refusal("asked_anew", _("There is a newer offer for this battle. Answer that one."))
LINE_FULL = Refusal("line_full", _("The seats are filled by now. Thank you for answering."))
DAY_TAKEN = Refusal("day_taken", _("One of these days is already given to another battle."))
TOO_LITTLE_REST = Refusal("too_little_rest", _("Too few days of rest between this battle and another one."))
ABSENT = Refusal("absent", _("There is an absence noted on these days. Take it back, or accept in part."))
DAYS_OUTSIDE = Refusal("days_outside", _("These days are not among those of the seat."))
NO_LONGER_ACTIVE = Refusal("no_longer_active", _("This volunteer is not active at present."))

NOT_ASKING = Refusal("not_asking", _("People are called once the battle is open for it."))
NO_EMPTY_SEAT = Refusal("no_empty_seat", _("There is no empty seat of this line."))
ENOUGH_ASKED = Refusal("enough_asked", _("Enough people are being asked for these seats; one must answer first."))
TOO_LATE_TO_ASK = Refusal("too_late_to_ask", _("It is too close to the start to ask by an offer. Call by phone."))
ALREADY_ASKED = Refusal("already_asked", _("This volunteer has an open offer for this battle."))
NOT_A_PROPOSAL = Refusal("not_a_proposal", _("Only a proposal can be sent or dropped."))
AGE_UNKNOWN = Refusal("age_unknown", _("The year of birth is not known. Learners are 18 or older."))
TOO_YOUNG = Refusal("too_young", _("Learners are 18 or older, and by the year of birth this is not certain yet."))
NOT_ON_SITE = Refusal("not_on_site", _("This person is not in the plant."))
NOTHING_HELD = Refusal("nothing_held", _("This person holds no seat."))
TOO_LATE_TO_LEAVE = Refusal("stay_is_over", _("The stay is over: note the way home instead."))

NOT_ELIGIBLE: Mapping[str, Refusal] = {
    "no_trade": Refusal("no_trade", _("Does not have the trade, or the qualification is no longer valid.")),
    "level_too_low": Refusal("level_too_low", _("The level is lower than the one asked for.")),
    "not_free": Refusal("not_free", _("Is absent or given to another battle on these days (rest included).")),
    "too_far": Refusal("too_far", _("It is farther than the person accepts.")),
    "too_long": Refusal("too_long", _("It is longer than the person accepts.")),
    "no_battles_left": Refusal("no_battles_left", _("Has no battle left in this plan.")),
    "not_sendable": Refusal("not_sendable", _("Is not active, or only advises.")),
}

SHORTEST_NOTICE = timedelta(hours=3)
ADULT = 18


def why_not_ask(offer: Offer, battle: Battle) -> Refusal | None:
    """Seats and hours only; whether the person is eligible is read by `planning.why_not`."""
    if offer.state != OfferState.PROPOSED:
        return NOT_A_PROPOSAL
    if battle.state not in (BattleState.ASKING, BattleState.READY, BattleState.UNDER_WAY):
        return NOT_ASKING
    empty = battle.seats.empty().equal_to(offer.line).count()
    if empty == 0:
        return NO_EMPTY_SEAT
    if battle.offers.asked().for_line(offer.line).count() >= empty * battle.asks_per_seat:
        return ENOUGH_ASKED
    if latest_answer(offer, battle) < now() + SHORTEST_NOTICE:
        return TOO_LATE_TO_ASK
    return None


def latest_answer(offer: Offer, battle: Battle) -> datetime:
    """Nobody is waited for beyond the evening before they would have to leave."""
    offer.battle = battle
    leaves = offer.leaves_on
    if leaves is None:
        raise ValueError("an undated battle asks nobody")
    return make_aware(datetime.combine(leaves - timedelta(days=1), time(20)))


def why_not_propose(battle: Battle, volunteer: Volunteer, line: Line) -> Refusal | None:
    if not battle.is_open:
        return CLOSED
    if volunteer.standing != Standing.ACTIVE or volunteer.is_adviser_only:
        return NOT_ELIGIBLE["not_sendable"]
    if battle.offers.filter(volunteer=volunteer, state__in=LIVE_OFFER).exists():
        return ALREADY_ASKED
    if not battle.seats.empty().equal_to(line).exists():
        return NO_EMPTY_SEAT
    if line[4] == SeatKind.LEARNER:
        return why_not_learn(volunteer, battle)
    return None


def why_not_learn(volunteer: Volunteer, battle: Battle) -> Refusal | None:
    """Only the year of birth is known, so a learner counts as 18 from the year after that birthday's."""
    born = volunteer.contact.birth_year
    if born is None:
        return AGE_UNKNOWN
    starts = battle.first_day or battle.earliest or today()
    return None if starts.year - born > ADULT else TOO_YOUNG


def why_not_speak_for(offer: Offer, *, by: User | None, how: AnsweredBy) -> Refusal | None:
    """A signed link speaks for itself; a page needs the volunteer; a phone call needs a coordinator in charge."""
    if how == AnsweredBy.LINK:
        return None
    if by is None:
        return NOT_YOURS
    if how == AnsweredBy.PAGE:
        return None if offer.volunteer.user_id == by.pk else NOT_YOURS
    regions = (offer.battle.factory.municipality.state.region_id, offer.volunteer.home.state.region_id)
    return None if any(coordinates(by, region) for region in regions) else NOT_IN_CHARGE


def why_answered(offer: Offer) -> Refusal | None:
    """What became of an offer that is no longer open to an answer."""
    return {
        OfferState.PROPOSED: NOT_SENT,
        OfferState.DROPPED: NOT_SENT,
        OfferState.ACCEPTED: ANSWERED_YES,
        OfferState.ON_SITE: ANSWERED_YES,
        OfferState.DONE: ANSWERED_YES,
        OfferState.DECLINED: ANSWERED_NO,
        OfferState.WITHDRAWN: WITHDRAWN,
        OfferState.RELEASED: OVER,
        OfferState.LEFT: OVER,
    }.get(OfferState(offer.state))


def why_over(offer: Offer) -> Refusal | None:
    """An offer that makes no more moves. True of it whenever it was read, so this one is asked without a lock."""
    return None if OFFER_MOVES[OfferState(offer.state)] or offer.state in HOLDS_SEAT else why_answered(offer)


def why_not_accept(
    offer: Offer, seat: Seat | None, *, first: date | None = None, last: date | None = None
) -> Refusal | None:
    """Read under the locks of battle and volunteer, as `seat` is (`free_seat`). A late yes is as good as one in time."""
    if refusal := why_answered(offer) or _why_not_any_more(offer):
        return refusal
    if seat is None:
        return LINE_FULL
    given = days_given(offer, first=first, last=last)
    if given is None:
        return DAYS_OUTSIDE
    return why_not_give(offer.volunteer, [day for day, _kind in given])


def _why_not_any_more(offer: Offer) -> Refusal | None:
    if not offer.battle.takes_answers:
        return CLOSED
    if offer.volunteer.standing != Standing.ACTIVE:
        return NO_LONGER_ACTIVE
    return ASKED_ANEW if _is_asked_anew(offer) else None


def _is_asked_anew(offer: Offer) -> bool:
    """A proposal of which nobody was told yet does not count: a late yes takes its place."""
    if offer.state != OfferState.EXPIRED:
        return False
    others = offer.battle.offers.filter(volunteer=offer.volunteer_id, state__in=LIVE_OFFER)
    return others.exclude(state=OfferState.PROPOSED).exists()


def why_not_give(volunteer: Volunteer, days: list[date]) -> Refusal | None:
    """Why these days of a person may not be given: absent, given already, or too little rest around them."""
    first, last = days[0], days[-1]
    if Absence.objects.filter(volunteer=volunteer).touching(first, last).exists():
        return ABSENT
    rest = timedelta(days=MatchingSettings.current().rest_days)
    near = CrewDay.objects.filter(volunteer=volunteer, day__range=(first - rest, last + rest))
    if near.filter(day__range=(first, last)).exists():
        return DAY_TAKEN
    return TOO_LITTLE_REST if near.exists() else None


def why_not_decline(offer: Offer) -> Refusal | None:
    if offer.state == OfferState.EXPIRED:
        return EXPIRED
    return why_answered(offer)


def why_not_release(offer: Offer) -> Refusal | None:
    return None if offer.state == OfferState.ACCEPTED else NOTHING_HELD


def why_not_leave(offer: Offer, *, on: date) -> Refusal | None:
    if offer.state != OfferState.ON_SITE:
        return NOT_ON_SITE
    return TOO_LATE_TO_LEAVE if offer.last_day is None or on > offer.last_day else None


def free_seat(offer: Offer) -> Seat | None:
    """Any empty seat equal to the one asked for; all of them are equally good."""
    return Seat.objects.filter(battle=offer.battle_id).empty().equal_to(offer.line).order_by("pk").first()


def days_given(offer: Offer, *, first: date | None, last: date | None) -> list[tuple[date, DayKind]] | None:
    """The days that a yes gives away, travel included; None where they are not the seat's days."""
    opens, closes = offer.first_day, offer.last_day
    if opens is None or closes is None:
        return None
    first, last = first or opens, last or closes
    if not opens <= first <= last <= closes:
        return None
    days = [(first + timedelta(days=n), DayKind.WORK) for n in range((last - first).days + 1)]
    if offer.travels:
        days = [
            (first - timedelta(days=1), DayKind.TRAVEL),
            *days,
            (last + timedelta(days=1), DayKind.TRAVEL),
        ]
    return days


def is_open_to_answer(offer: Offer) -> bool:
    return offer.state in (OfferState.ASKED, OfferState.EXPIRED) and offer.battle.takes_answers
