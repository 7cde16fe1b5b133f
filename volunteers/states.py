from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(IntegerChoices):
    """A higher level covers a lower one."""

    APPRENTICE = 1, _("apprentice")
    WORKER = 2, pgettext_lazy("level", "worker")
    SKILLED = 3, _("skilled")
    MASTER = 4, _("master")


class Basis(TextChoices):
    DECLARED = "declared", _("declared")
    ENDORSED = "endorsed", _("endorsed by peers")
    CERTIFIED = "certified", _("certified")
    PROVEN = "proven", _("proven by work")


class Gender(TextChoices):
    WOMAN = "woman", _("woman")
    MAN = "man", _("man")
    UNSAID = "unsaid", _("not said")


class Standing(TextChoices):
    """Only the active ones are matched; the others keep their history."""

    ACTIVE = "active", pgettext_lazy("volunteer", "active")
    PAUSED = "paused", pgettext_lazy("volunteer", "paused")
    LEFT = "left", pgettext_lazy("volunteer", "left")
