from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.models.requests import RepairRequest
from battles.states import (
    BATTLE_OPEN,
    HOLDS_SEAT,
    OUTCOMES,
    Barrier,
    BattleKind,
    BattleState,
    SeatKind,
)
from epo.accounts.models import coordinated_by
from factories.models import Factory, Membership
from volunteers.models import Trade, Volunteer
from volunteers.states import Level

if TYPE_CHECKING:
    from epo.accounts.models import User


class BattleQuerySet(models.QuerySet["Battle"]):
    def visible_to(self, user: User) -> Self:
        """Battles of one's regions, of one's plant once people are called, and battles one was asked to join.

        A volunteer sees the battle's own page only after accepting; before that the offer shows what they may know.
        """
        members = Membership.objects.filter(user=user.pk).values("factory")
        of_plant = Q(factory__in=members) | Q(factory__contact__user=user.pk)
        mine = Battle.objects.filter(offers__volunteer__user=user.pk, offers__state__in=HOLDS_SEAT).values("pk")
        return self.filter(
            coordinated_by(user, "factory__municipality__state__region")
            | (of_plant & ~Q(state=BattleState.DRAFT))
            | Q(pk__in=mine)
        )

    def coordinated_by(self, user: User) -> Self:
        return self.filter(coordinated_by(user, "factory__municipality__state__region"))

    def open(self) -> Self:
        return self.filter(state__in=BATTLE_OPEN)


class Battle(models.Model):
    """One intervention at one plant. Its state changes only in `battles.actions`.

    With `first_day` empty the matcher picks the start between `earliest` and `latest`, or takes `pinned_start`.
    """

    kind = models.CharField(_("kind"), max_length=9, choices=BattleKind, default=BattleKind.REPAIR)
    factory = models.ForeignKey(Factory, models.PROTECT, related_name="battles", verbose_name=_("work unit"))
    title = models.CharField(_("title"), max_length=160)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("follows")
    )
    state = models.CharField(_("state"), max_length=10, choices=BattleState, default=BattleState.DRAFT, db_index=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    first_day = models.DateField(_("first day in the plant"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days in the plant"), default=5)
    earliest = models.DateField(_("earliest start"), null=True, blank=True)
    latest = models.DateField(_("latest start"), null=True, blank=True)
    due = models.DateField(_("should start by"), null=True, blank=True)
    pinned_start = models.DateField(_("start fixed for the planning"), null=True, blank=True)

    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="battles_coordinated",
        verbose_name=_("coordinator in charge"),
    )  # fmt: skip
    responsible = models.ForeignKey(
        Volunteer,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="battles_led",
        verbose_name=_("crew's responsible"),
    )
    offer_hours = models.PositiveSmallIntegerField(_("hours to answer an offer"), default=48)
    asks_per_seat = models.PositiveSmallIntegerField(_("people asked at once per empty seat"), default=1)

    sleeping = models.CharField(_("where the crew sleeps"), max_length=200, blank=True)
    food = models.CharField(_("food"), max_length=200, blank=True)
    bring = models.TextField(_("what to bring"), blank=True)
    safety = models.TextField(_("dangers and precautions"), blank=True)

    lessons = models.TextField(_("lessons"), blank=True)
    taught = models.TextField(_("what was taught, and to whom"), blank=True)
    created_at = models.DateTimeField(_("created"), default=now)
    started_at = models.DateTimeField(_("began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("closed or called off"), null=True, blank=True)
    end_reason = models.CharField(_("why it was called off"), max_length=300, blank=True)

    objects = BattleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("battle")
        verbose_name_plural = _("battles")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BattleState.values), name="battle_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=BattleKind.values), name="battle_kind_is_known"),
            models.CheckConstraint(condition=Q(days__range=(1, 60)), name="battle_has_days"),
            models.CheckConstraint(
                condition=Q(latest=None) | Q(earliest__isnull=False, latest__gte=F("earliest")),
                name="battle_window_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(pinned_start=None)
                | Q(
                    earliest__isnull=False,
                    latest__isnull=False,
                    pinned_start__gte=F("earliest"),
                    pinned_start__lte=F("latest"),
                ),
                name="battle_pinned_start_is_in_the_window",
            ),
            models.CheckConstraint(
                condition=Q(first_day__isnull=False) | Q(state__in=[BattleState.DRAFT, BattleState.CALLED_OFF]),
                name="battle_is_dated_before_people_are_called",
            ),
            models.CheckConstraint(condition=Q(offer_hours__gte=1, asks_per_seat__gte=1), name="battle_asks_someone"),
            models.CheckConstraint(
                condition=Q(state__in=[BattleState.CLOSED, BattleState.CALLED_OFF], ended_at__isnull=False)
                | (~Q(state__in=[BattleState.CLOSED, BattleState.CALLED_OFF]) & Q(ended_at=None)),
                name="battle_ended_has_its_hour",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> date | None:
        return None if self.first_day is None else self.first_day + timedelta(days=self.days - 1)

    @property
    def is_open(self) -> bool:
        return self.state in BATTLE_OPEN

    @property
    def is_planned(self) -> bool:
        """Whether runs still plan it."""
        return self.state in (BattleState.DRAFT, BattleState.ASKING, BattleState.READY)

    @property
    def takes_answers(self) -> bool:
        return self.state in (BattleState.ASKING, BattleState.READY, BattleState.UNDER_WAY)


class BattleRequest(models.Model):
    """A request taken up by a battle, and what became of it there."""

    battle = models.ForeignKey(Battle, models.CASCADE, related_name="battle_requests", verbose_name=_("battle"))
    request = models.ForeignKey(
        RepairRequest, models.PROTECT, related_name="battle_requests", verbose_name=_("repair request")
    )
    is_active = models.BooleanField(_("being worked on"), default=True)
    found_on_site = models.BooleanField(_("found on site"), default=False)
    outcome = models.CharField(_("outcome"), max_length=15, choices=[(o.value, o.label) for o in OUTCOMES], blank=True)
    barrier = models.CharField(_("what stood in the way"), max_length=11, choices=Barrier, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("request of a battle")
        verbose_name_plural = _("requests of battles")
        constraints = [
            models.UniqueConstraint(fields=["battle", "request"], name="request_once_per_battle"),
            models.UniqueConstraint(fields=["request"], condition=Q(is_active=True), name="request_in_one_battle"),
        ]

    def __str__(self) -> str:
        return f"{self.battle_id} · {self.request_id}"


class SeatQuerySet(models.QuerySet["Seat"]):
    def held(self) -> Self:
        return self.filter(offers__state__in=HOLDS_SEAT)

    def empty(self) -> Self:
        return self.exclude(offers__state__in=HOLDS_SEAT)

    def equal_to(self, line: Line) -> Self:
        return self.filter(trade=line[0], level=line[1], first_offset=line[2], last_offset=line[3], kind=line[4])


Line = tuple[int, int, int, int, str]


class Seat(models.Model):
    """One person's place in a battle. Its days count from the battle's first (0), so they move with it."""

    battle = models.ForeignKey(Battle, models.CASCADE, related_name="seats", verbose_name=_("battle"))
    trade = models.ForeignKey(Trade, models.PROTECT, related_name="+", verbose_name=_("trade"))
    level = models.PositiveSmallIntegerField(_("lowest level"), choices=Level)
    first_offset = models.PositiveSmallIntegerField(_("first day (0: the battle's first)"), default=0)
    last_offset = models.PositiveSmallIntegerField(_("last day (counted the same way)"))
    kind = models.CharField(_("kind"), max_length=8, choices=SeatKind, default=SeatKind.REQUIRED)
    split_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="splits", verbose_name=_("split from")
    )

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["trade__folded", "-level", "first_offset", "pk"]
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.CheckConstraint(condition=Q(last_offset__gte=F("first_offset")), name="seat_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="seat_level_is_known"),
            models.CheckConstraint(condition=Q(kind__in=SeatKind.values), name="seat_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.trade} {self.level}"

    @property
    def line(self) -> Line:
        """Equal seats form a line: an offer asks for a line, and any free seat of it will do."""
        return self.trade_id, self.level, self.first_offset, self.last_offset, self.kind


class Departure(models.Model):
    battle = models.ForeignKey(Battle, models.CASCADE, related_name="departures", verbose_name=_("battle"))
    place = models.CharField(_("meeting place"), max_length=160)
    at = models.DateTimeField(_("leaves at"))
    vehicle = models.CharField(_("vehicle"), max_length=80, blank=True)
    places = models.PositiveSmallIntegerField(_("places"), default=4)
    driver = models.ForeignKey(
        Volunteer, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("driver")
    )

    class Meta:
        ordering = ["at"]
        verbose_name = _("departure")
        verbose_name_plural = _("departures")

    def __str__(self) -> str:
        return self.place
