from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from epo.core.clock import today
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
        where = self.region or _("nation")
        return f"{self.user} · {where}"


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
