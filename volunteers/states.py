from __future__ import annotations

from collections.abc import Mapping

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


class ApplicationState(TextChoices):
    """Of somebody who would like to join."""

    WAITING = "waiting", pgettext_lazy("application", "waiting")
    CONFIRMED = "confirmed", pgettext_lazy("application", "confirmed")
    REJECTED = "rejected", pgettext_lazy("application", "not taken on")


APPLICATION_MOVES: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.WAITING: frozenset({ApplicationState.CONFIRMED, ApplicationState.REJECTED}),
    ApplicationState.CONFIRMED: frozenset(),
    ApplicationState.REJECTED: frozenset({ApplicationState.WAITING}),
}


class EndorsementState(TextChoices):
    ASKED = "asked", pgettext_lazy("endorsement", "asked")
    GIVEN = "given", pgettext_lazy("endorsement", "given")
    DECLINED = "declined", pgettext_lazy("endorsement", "not given")


ENDORSEMENT_MOVES: Mapping[EndorsementState, frozenset[EndorsementState]] = {
    EndorsementState.ASKED: frozenset({EndorsementState.GIVEN, EndorsementState.DECLINED}),
    EndorsementState.GIVEN: frozenset(),
    EndorsementState.DECLINED: frozenset({EndorsementState.GIVEN}),
}


class CertificateState(TextChoices):
    """Only a confirmed one says how a level is known."""

    WAITING = "waiting", pgettext_lazy("certificate", "to be checked")
    CONFIRMED = "confirmed", pgettext_lazy("certificate", "in force")
    REFUSED = "refused", pgettext_lazy("certificate", "not accepted")
    REPLACED = "replaced", pgettext_lazy("certificate", "replaced by a newer one")


CERTIFICATE_MOVES: Mapping[CertificateState, frozenset[CertificateState]] = {
    CertificateState.WAITING: frozenset({CertificateState.CONFIRMED, CertificateState.REFUSED}),
    CertificateState.CONFIRMED: frozenset({CertificateState.REPLACED}),
    CertificateState.REFUSED: frozenset(),
    CertificateState.REPLACED: frozenset(),
}
