from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from epo.core.pictures import PictureProblem


class ReportState(TextChoices):
    NEW = "new", pgettext_lazy("report", "new")
    SAME_AS = "same_as", _("same as another")
    JOINED = "joined", _("joined to a request")
    REQUESTED = "requested", _("request opened")
    ANSWERED = "answered", _("solved without a trip")
    REJECTED = "rejected", _("not now")


REPORT_MOVES: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.NEW: frozenset(set(ReportState) - {ReportState.NEW}),
    ReportState.SAME_AS: frozenset({ReportState.NEW}),
    ReportState.JOINED: frozenset({ReportState.NEW}),
    ReportState.REQUESTED: frozenset({ReportState.NEW}),
    ReportState.ANSWERED: frozenset({ReportState.NEW}),
    ReportState.REJECTED: frozenset({ReportState.NEW}),
}


class Condition(TextChoices):
    """How a machine is, in the words of who stands before it."""

    RUNNING = "running", _("running")
    BADLY = "badly", _("running badly")
    STOPPED = "stopped", pgettext_lazy("machine", "stopped")
    DANGEROUS = "dangerous", _("dangerous")


class Running(TextChoices):
    """Whether a whole plant runs."""

    RUNS = "runs", pgettext_lazy("plant", "runs")
    PARTLY = "partly", pgettext_lazy("plant", "runs partly")
    STANDS = "stands", pgettext_lazy("plant", "stands still")
    UNKNOWN = "unknown", pgettext_lazy("plant", "not known")


class ManagedBy(TextChoices):
    STATE = "state", pgettext_lazy("managed by", "the state")
    COMMUNE = "commune", pgettext_lazy("managed by", "a commune")
    WORKERS = "workers", pgettext_lazy("managed by", "its workers")
    PRIVATE = "private", pgettext_lazy("managed by", "a private owner")
    MIXED = "mixed", pgettext_lazy("managed by", "mixed")
    UNKNOWN = "unknown", pgettext_lazy("managed by", "not known")


class MemberRole(TextChoices):
    WORKER = "worker", pgettext_lazy("member", "worker")
    DELEGATE = "delegate", _("workers' delegate")
    MANAGER = "manager", _("management")


class PhotoState(TextChoices):
    WAITING = "waiting", pgettext_lazy("photo", "being prepared")
    READY = "ready", pgettext_lazy("photo", "ready")
    REFUSED = "refused", pgettext_lazy("photo", "could not be read")


PHOTO_MOVES: Mapping[PhotoState, frozenset[PhotoState]] = {
    PhotoState.WAITING: frozenset({PhotoState.READY, PhotoState.REFUSED}),
    PhotoState.READY: frozenset(),
    PhotoState.REFUSED: frozenset(),
}


class PhotoProblem(TextChoices):
    """Why a photo was refused, told to who sent it and to the desk."""

    NOT_A_PICTURE = PictureProblem.NOT_A_PICTURE.value, PictureProblem.NOT_A_PICTURE.label
    BROKEN = PictureProblem.BROKEN.value, PictureProblem.BROKEN.label
    TOO_MANY_PIXELS = PictureProblem.TOO_MANY_PIXELS.value, PictureProblem.TOO_MANY_PIXELS.label
    TOO_BIG = PictureProblem.TOO_BIG.value, PictureProblem.TOO_BIG.label
    TOO_MANY = "too_many", _("A report takes four photos at most.")
