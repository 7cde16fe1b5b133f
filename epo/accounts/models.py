from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from epo.core.clock import today
from epo.core.models import Leased, LeasedQuerySet
from epo.places.models import Region

# Not Q(): that says nothing, so that `Q() | other` would be `other` alone.
EVERYTHING = ~Q(pk__in=[])


class Numbers(models.Aggregate):
    """The whole numbers of a group, separated by commas."""

    function = "GROUP_CONCAT"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        words = {"function": "STRING_AGG", "template": "%(function)s((%(expressions)s)::text, ',')"}
        return self.as_sql(compiler, connection, **words, **more)


class UserManager(BaseUserManager["User"]):
    def with_standing(self) -> models.QuerySet[User]:
        """With `post_numbers` and the second step in the same query: what each request asks of who is there."""
        held = CoordinatorPost.objects.current().filter(user=OuterRef("pk"))
        numbers = Subquery(held.order_by().values("user").annotate(all=Numbers("pk")).values("all"))
        return self.select_related("factor").annotate(post_numbers=numbers)

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. Phone and e-mail stand in their contact details, not here."""

    username = models.CharField(
        _("name to sign in"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(_("may use the administration"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["username"]
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.username


class KnownDeviceQuerySet(models.QuerySet["KnownDevice"]):
    def of(self, username: str, device: str) -> KnownDevice | None:
        """None once the password has changed."""
        found = self.select_related("user").filter(user__username=username, device=device).first()
        return found if found and constant_time_compare(found.fingerprint, found.user.get_session_auth_hash()) else None


class KnownDevice(models.Model):
    """A browser on which this user has signed in before: strangers' guessing does not slow its owner there."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices", verbose_name=_("user"))
    device = models.CharField(_("device"), max_length=64, help_text=_("Hash of a random number kept on the device."))
    fingerprint = models.CharField(_("fingerprint of the password"), max_length=64)
    seen_at = models.DateTimeField(_("seen at"), default=now)

    objects = KnownDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("known device")
        verbose_name_plural = _("known devices")
        constraints = [models.UniqueConstraint(fields=["user", "device"], name="device_known_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.device[:8]}"


class Factor(models.Model):
    """The second step of somebody's sign-in: a program on their phone shows a new code each half minute.

    What the codes are made of is worked out from `seed` and the secret of the installation (`epo.accounts.factor`), so
    that neither this table nor a copy of the database is enough. `last_step` is the half minute of the last code taken.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="factor", verbose_name=_("user"))
    seed = models.CharField(_("seed"), max_length=64, editable=False)
    last_step = models.BigIntegerField(_("last step"), default=0, editable=False)
    set_up_at = models.DateTimeField(_("set up at"), default=now)

    class Meta:
        verbose_name = _("second step")
        verbose_name_plural = _("second steps")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """Takes the place of a code once, when the phone is gone. Only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes", verbose_name=_("user"))
    hashed = models.CharField(_("hash"), max_length=64, editable=False)
    made_at = models.DateTimeField(_("made"), default=now)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["user", "hashed"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.pk}"


class OpenSession(models.Model):
    """A browser's session (`epo.accounts.sessions`). The number in the cookie stands here as a hash only: who reads this
    table can sit down in nobody's place. No address is kept.
    """

    hashed = models.CharField(_("hash"), max_length=64, unique=True, editable=False)
    data = models.TextField(_("data"), editable=False)
    expires_at = models.DateTimeField(_("expires"), db_index=True)
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="sessions", verbose_name=_("user")
    )
    device = models.CharField(_("kind of device"), max_length=40, blank=True)
    begun_at = models.DateTimeField(_("begun"), default=now)
    seen_at = models.DateTimeField(_("seen at"), default=now)

    class Meta:
        ordering = ["-seen_at"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.device}"


class PasswordLinkQuerySet(LeasedQuerySet["PasswordLink"]):
    def unfinished(self) -> Self:
        """To be sent by e-mail."""
        return self.filter(by=None, sent_at=None, ended_at=None)


class PasswordLink(Leased):
    """A new password may be chosen by who holds the link: asked for by name, or handed out by `by`.

    Without `user` nobody has the name that was asked for: such a row is written so that both take as long, and ends.
    """

    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="password_links", verbose_name=_("user")
    )
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("handed out by")
    )
    made_at = models.DateTimeField(_("made"), default=now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, help_text=_("Used, or of no use any more."))

    objects = PasswordLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("link for a new password")
        verbose_name_plural = _("links for a new password")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.made_at:%Y-%m-%d}"


class CoordinatorPostQuerySet(models.QuerySet["CoordinatorPost"]):
    def current(self, day: date | None = None) -> Self:
        day = day or today()
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gte=day))

    def held_by(self, user: User) -> Self:
        return self.current().filter(user=user.pk, user__is_active=True)


class CoordinatorPost(models.Model):
    """Makes a user a coordinator, of one region or (without region) of the nation."""

    user = models.ForeignKey(User, models.CASCADE, related_name="posts", verbose_name=_("user"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("region"),
        help_text=_("Empty: the whole nation."),
    )  # fmt: skip
    since = models.DateField(_("since"), default=today)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = CoordinatorPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("coordinator's post")
        verbose_name_plural = _("coordinators' posts")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="post_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.region or _('nation')}"


def coordinated_by(user: User, region: str) -> Q:
    """Rows whose region, found at the lookup path `region`, `user` coordinates; a national post covers all.

    Administrators (superusers) count as national coordinators.
    """
    if user.is_superuser and user.is_active:
        return EVERYTHING
    posts = CoordinatorPost.objects.held_by(user)
    return Q(Exists(posts.filter(region=None))) | Q(**{f"{region}__in": posts.exclude(region=None).values("region")})


def is_coordinator(user: User) -> bool:
    return bool(user.is_superuser) or CoordinatorPost.objects.held_by(user).exists()


def coordinates(user: User, region_id: int) -> bool:
    """Whether `user` coordinates that region (or the nation)."""
    if user.is_superuser and user.is_active:
        return True
    return CoordinatorPost.objects.held_by(user).filter(Q(region=None) | Q(region=region_id)).exists()


def coordinates_nation(user: User) -> bool:
    if user.is_superuser and user.is_active:
        return True
    return CoordinatorPost.objects.held_by(user).filter(region=None).exists()


def coordinators_of(region_id: int | None) -> models.QuerySet[User]:
    """Who is told about things of that region: its coordinators, or the nation's where it has none."""
    posts = CoordinatorPost.objects.current()
    regional = User.objects.filter(is_active=True, pk__in=posts.filter(region=region_id).values("user"))
    if region_id is not None and regional.exists():
        return regional
    return User.objects.filter(is_active=True, pk__in=posts.filter(region=None).values("user"))


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def usable(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=now(), user__is_active=True)


class AccessToken(models.Model):
    """A program that speaks for a person over the API, within `scopes`; never with more than the person may.

    Of the token itself only a hash is kept. It ends with any right that the person held when it was made.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("user"))
    name = models.CharField(_("what it is for"), max_length=60)
    hashed = models.CharField(_("hash"), max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    standing = models.JSONField(_("rights when it was made"), default=list, editable=False)
    made_at = models.DateTimeField(_("made"), default=now)
    expires_at = models.DateTimeField(_("expires"))
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return self.name


class CalendarKey(models.Model):
    """What makes the private address of a person's calendar; a new one ends the old address."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_key", verbose_name=_("user"))
    key = models.CharField(_("key"), max_length=43, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=now)

    class Meta:
        verbose_name = _("key of a calendar")
        verbose_name_plural = _("keys of calendars")

    def __str__(self) -> str:
        return str(self.user)
