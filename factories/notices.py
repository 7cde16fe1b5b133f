"""What can be told about reports; see `epo.notifications.kinds`. Imported by the app's config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from epo.notifications.channels import absolute
from epo.notifications.kinds import Message, register
from epo.notifications.short import short
from factories.models import BreakdownReport

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _reports() -> QuerySet[BreakdownReport]:
    return BreakdownReport.objects.select_related("factory", "machine", "kind")


def report_dangerous(about: BreakdownReport) -> Message:
    page = reverse("battles:report", args=[about.pk])
    return Message(
        _("Danger reported: %(machine)s, %(plant)s")
        % {"machine": about.what or _("a machine"), "plant": about.where or _("plant not known")},
        _("Report %(number)s says that it is dangerous. See that it is switched off and isolated.") % {"number": about},
        page,
        short(
            _("DANGER, report %(number)s: %(machine)s, %(plant)s. See that it is switched off and isolated."),
            link=absolute(page),
            keep={"number": str(about)},
            machine=about.what or _("a machine"),
            plant=about.where or _("plant not known"),
        ),
    )


register("report.dangerous", report_dangerous, about=_reports)
