"""What can be told about volunteers; see `epo.notifications.kinds`. Imported by the app's config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from epo.core import say
from epo.notifications.channels import absolute
from epo.notifications.kinds import Message, register
from epo.notifications.short import short
from volunteers.links import INVITATION_FRESH, invitation_path
from volunteers.models import Application, Certificate, Endorsement, Qualification, Volunteer
from volunteers.states import CertificateState

if TYPE_CHECKING:
    from django.db.models import QuerySet


def application_waiting() -> Message:
    return Message(
        _("People would like to join"),
        _("Their applications wait for your answer."),
        reverse("volunteers:applications"),
        short(
            _("People would like to join. Their applications wait:"), link=absolute(reverse("volunteers:applications"))
        ),
    )


def application_rejected(about: Application) -> Message | None:
    if not about.reason:
        return None
    return Message(
        _("Your application to join the Productive Workers' Army"),
        _("Thank you for offering to join. We cannot take you on now. Reason: %(reason)s.") % {"reason": about.reason},
        short=short(
            _("Productive Workers' Army: thank you for offering to join. We cannot take you on now: %(reason)s"),
            reason=about.reason,
        ),
    )


def invited(about: Volunteer) -> Message | None:
    if about.user_id is not None:
        return None
    return Message(
        _("Welcome to the Productive Workers' Army"),
        _(
            "Choose a name and a password with this link; with them you see where you are needed and keep your trades up to"
            " date. The link works for %(days)s days."
        )
        % {"days": INVITATION_FRESH.days},
        invitation_path(about),
        short(
            _("EPO: choose name and password:"),
            link=absolute(invitation_path(about)),
            must_link=True,
        ),
    )


def endorsement_asked(about: Endorsement) -> Message:
    return Message(
        _("%(person)s asks you to vouch for a level") % {"person": about.volunteer.name},
        _("%(trade)s, level %(level)s. Say yes only if you have seen it in their work.")
        % {"trade": about.trade, "level": about.level},
        reverse("volunteers:endorsements"),
        short(
            _("%(person)s asks you to vouch: %(trade)s, level %(level)s. Only if you have seen it."),
            link=absolute(reverse("volunteers:endorsements")),
            keep={"level": str(about.level)},
            person=about.volunteer.name,
            trade=str(about.trade),
        ),
    )


def qualification_endorsed(about: Qualification) -> Message:
    return Message(
        _("Your level is endorsed: %(trade)s %(level)s") % {"trade": about.trade, "level": about.level},
        _("Two of your peers have vouched for it."),
        reverse("volunteers:me"),
        short(
            _("Your level is endorsed: %(trade)s %(level)s"), keep={"level": str(about.level)}, trade=str(about.trade)
        ),
    )


def certificate_to_check() -> Message:
    page = reverse("volunteers:certificates-to-check")
    waits = _("Certificates wait to be checked")
    return Message(waits, "", page, short(f"{waits}:", link=absolute(page)))


def certificate_checked(about: Certificate) -> Message:
    if about.state == CertificateState.REFUSED:
        return Message(
            _("Your certificate was not accepted: %(trade)s") % {"trade": about.trade},
            _("Reason: %(reason)s.") % {"reason": about.reason},
            reverse("volunteers:certificates"),
            short(
                _("Your certificate was not accepted: %(trade)s. Reason: %(reason)s."),
                trade=str(about.trade),
                reason=about.reason,
            ),
        )
    return Message(
        _("Your certificate is in force: %(trade)s, level %(level)s") % {"trade": about.trade, "level": about.level},
        _("Valid until %(day)s.") % {"day": say.day(about.valid_until, with_year=True)} if about.valid_until else "",
        reverse("volunteers:certificates"),
        short(
            _("Your certificate is in force: %(trade)s, level %(level)s"),
            keep={"level": str(about.level)},
            trade=str(about.trade),
        ),
    )


def qualification_expiring(about: Qualification) -> Message | None:
    if about.valid_until is None:
        return None
    return Message(
        _("Your qualification ends on %(day)s: %(trade)s")
        % {"day": say.day(about.valid_until, with_year=True), "trade": about.trade},
        _("After that day nobody can be called for it. Renew the certificate and add the new one to your profile."),
        reverse("volunteers:certificates"),
        short(
            _("Your qualification ends on %(day)s: %(trade)s. Renew the certificate in time."),
            keep={"day": say.day(about.valid_until, with_year=True)},
            trade=str(about.trade),
        ),
    )


def expiring_here(count: int) -> Message:
    said = ngettext(
        "%(n)s qualification of your people ends before long",
        "%(n)s qualifications of your people end before long",
        count,
    )
    return Message(
        said % {"n": count},
        _("They have been told. Help them to renew in time."),
        reverse("volunteers:certificates-to-check") + "?tab=expiring",
        short(said, keep={"n": str(count)}),
    )


def _qualifications() -> QuerySet[Qualification]:
    return Qualification.objects.select_related("trade")


register("application.waiting", application_waiting, can_wait=True)
register("application.rejected", application_rejected, about=Application.objects.all)
register("volunteer.invited", invited, about=lambda: Volunteer.objects.select_related("contact"))
register("endorsement.asked", endorsement_asked, about=lambda: Endorsement.objects.select_related("volunteer", "trade"))
register("qualification.endorsed", qualification_endorsed, can_wait=True, about=_qualifications)
register("certificate.to_check", certificate_to_check, can_wait=True)
register(
    "certificate.checked", certificate_checked, can_wait=True, about=lambda: Certificate.objects.select_related("trade")
)
register("qualification.expiring", qualification_expiring, can_wait=True, about=_qualifications)
register("qualification.expiring_here", expiring_here, can_wait=True)
