from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from epo.accounts.models.people import User
from epo.core.models import Leased, LeasedQuerySet


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
