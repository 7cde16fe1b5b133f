from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from factories.models import MachineKind


class ChecklistStep(models.Model):
    """What to see to before and while a machine of this kind is worked on; without a kind, any machine."""

    kind = models.ForeignKey(
        MachineKind, models.CASCADE, null=True, blank=True, related_name="checklist", verbose_name=_("machine kind"),
        help_text=_("Empty: any machine."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    text_es = models.CharField(_("text in Spanish"), max_length=160)
    text_en = models.CharField(_("text in English"), max_length=160)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("step of a checklist")
        verbose_name_plural = _("steps of checklists")

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_es
