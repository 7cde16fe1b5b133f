from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from epo.core.clock import today


class Contact(models.Model):
    """How to reach a person, with or without an account.

    Stands alone so that it can be sealed and erased: no history, never in logs, queues or audit rows.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True, help_text=_("In international form: +58…"))
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    emergency_name = models.CharField(_("emergency contact"), max_length=120, blank=True)
    emergency_phone = models.CharField(_("emergency phone"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("contact details")
        verbose_name_plural = _("contact details")
        permissions = [("export_contact", _("Can export contact details"))]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    @property
    def age(self) -> int | None:
        return None if self.birth_year is None else today().year - self.birth_year


class ContactView(models.Model):
    """Who saw somebody's contact details, and why they could."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="views", verbose_name=_("contact details"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("seen by"))
    reason = models.CharField(_("reason"), max_length=60)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("look at contact details")
        verbose_name_plural = _("looks at contact details")

    def __str__(self) -> str:
        return f"{self.contact_id} · {self.reason}"
