from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles import codes
from battles.models.battles import Battle, Departure, Line, Seat
from battles.models.runs import MatchingRun
from battles.states import (
    HOLDS_SEAT,
    LIVE_OFFER,
    AnsweredBy,
    DayKind,
    DeclineReason,
    OfferState,
    SeatKind,
)
from epo.accounts.models import coordinated_by
from volunteers.models import Trade, Volunteer
from volunteers.states import Level

if TYPE_CHECKING:
    from epo.accounts.models import User


class OfferQuerySet(models.QuerySet["Offer"]):
    def made_to(self, user: User) -> Self:
        """What a volunteer was really asked; proposals are not theirs to see."""
        return self.sent().filter(volunteer__user=user.pk)

    def sent(self) -> Self:
        return self.exclude(state__in=[OfferState.PROPOSED, OfferState.DROPPED])

    def with_code(self, code: str) -> Self:
        number = codes.decode(code)
        return self.none() if number is None else self.filter(pk=number)

    def visible_to(self, user: User) -> Self:
        coordinated = Battle.objects.coordinated_by(user).values("pk")
        return self.filter(
            Q(battle__in=coordinated)
            | Q(volunteer__user=user.pk) & ~Q(state__in=[OfferState.PROPOSED, OfferState.DROPPED])
        )

    def of_regions_of(self, user: User) -> Self:
        """Offers to volunteers whose home region `user` coordinates: the list "to call"."""
        return self.filter(coordinated_by(user, "volunteer__home__state__region"))

    def live(self) -> Self:
        return self.filter(state__in=LIVE_OFFER)

    def holding(self) -> Self:
        return self.filter(state__in=HOLDS_SEAT)

    def asked(self) -> Self:
        return self.filter(state=OfferState.ASKED)

    def spoken_for(self) -> Self:
        """Asked, or put on the list by hand: a run plans around them."""
        return self.filter(Q(state=OfferState.ASKED) | Q(state=OfferState.PROPOSED, run=None))

    def overdue(self) -> Self:
        return self.filter(state=OfferState.ASKED, deadline__lt=now())

    def for_line(self, line: Line) -> Self:
        return self.filter(trade=line[0], level=line[1], first_offset=line[2], last_offset=line[3], seat_kind=line[4])


class Offer(models.Model):
    """One volunteer asked for one line of seats of a battle, from proposal to the end of the work.

    The line is written out (trade, level, days, kind); `seat` is the one held once accepted.
    """

    battle = models.ForeignKey(Battle, models.CASCADE, related_name="offers", verbose_name=_("battle"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="offers", verbose_name=_("volunteer"))
    trade = models.ForeignKey(Trade, models.PROTECT, related_name="+", verbose_name=_("trade"))
    level = models.PositiveSmallIntegerField(_("level asked"), choices=Level)
    first_offset = models.PositiveSmallIntegerField(_("first day (0: the battle's first)"), default=0)
    last_offset = models.PositiveSmallIntegerField(_("last day (counted the same way)"))
    seat_kind = models.CharField(_("kind of seat"), max_length=8, choices=SeatKind, default=SeatKind.REQUIRED)
    seat = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="offers", verbose_name=_("seat held")
    )
    state = models.CharField(_("state"), max_length=9, choices=OfferState, default=OfferState.PROPOSED, db_index=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    run = models.ForeignKey(
        MatchingRun,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="offers",
        verbose_name=_("matching run"),
    )
    km = models.FloatField(_("km by road, estimated"), null=True, blank=True)
    travels = models.BooleanField(_("needs a day to travel each way"), default=False)
    reasons = models.JSONField(_("why this person"), default=dict, blank=True)

    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    deadline = models.DateTimeField(_("answer until"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.CharField(_("answered"), max_length=8, choices=AnsweredBy, blank=True)
    decline_reason = models.CharField(_("reason to decline"), max_length=9, choices=DeclineReason, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    wants_from = models.DateField(_("can come from"), null=True, blank=True)
    wants_until = models.DateField(_("can stay until"), null=True, blank=True)

    departure = models.ForeignKey(
        Departure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="travellers",
        verbose_name=_("departure"),
    )
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    home_at = models.DateTimeField(_("home again at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), default=now)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OfferState.values), name="offer_state_is_known"),
            models.CheckConstraint(condition=Q(last_offset__gte=F("first_offset")), name="offer_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["battle", "volunteer"],
                condition=Q(state__in=LIVE_OFFER),
                name="one_live_offer_per_battle",
            ),
            models.UniqueConstraint(fields=["seat"], condition=Q(state__in=HOLDS_SEAT), name="seat_has_one_holder"),
            models.CheckConstraint(
                condition=Q(state__in=HOLDS_SEAT, seat__isnull=False) | ~Q(state__in=HOLDS_SEAT),
                name="offer_holds_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[OfferState.PROPOSED, OfferState.DROPPED])
                | Q(asked_at__isnull=False, deadline__isnull=False),
                name="offer_asked_has_a_deadline",
            ),
        ]
        indexes = [models.Index(fields=["state", "deadline"], name="offer_by_deadline")]

    def __str__(self) -> str:
        return f"{self.code} · {self.volunteer}"

    @property
    def code(self) -> str:
        return codes.encode(self.pk)

    @property
    def line(self) -> Line:
        return self.trade_id, self.level, self.first_offset, self.last_offset, self.seat_kind

    @property
    def first_day(self) -> date | None:
        """First day in the plant."""
        start = self.battle.first_day
        return None if start is None else start + timedelta(days=self.first_offset)

    @property
    def last_day(self) -> date | None:
        start = self.battle.first_day
        return None if start is None else start + timedelta(days=self.last_offset)

    @property
    def leaves_on(self) -> date | None:
        """The day on which the volunteer leaves home."""
        return None if self.first_day is None else self.first_day - timedelta(days=int(self.travels))

    @property
    def back_on(self) -> date | None:
        return None if self.last_day is None else self.last_day + timedelta(days=int(self.travels))


class CrewDay(models.Model):
    """One day of one volunteer given to one battle. The unique pair is what forbids giving a day twice."""

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="crew_days", verbose_name=_("volunteer"))
    day = models.DateField(_("day"))
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="crew_days", verbose_name=_("offer"))
    kind = models.CharField(_("kind"), max_length=6, choices=DayKind, default=DayKind.WORK)

    class Meta:
        ordering = ["day"]
        verbose_name = _("crew day")
        verbose_name_plural = _("crew days")
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "day"], name="a_day_is_given_once"),
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="crew_day_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.day}"
