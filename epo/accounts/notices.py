"""What is told about accounts; see `epo.notifications.kinds`. Imported by the app's config."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from epo.notifications.kinds import Message, register
from epo.notifications.short import short


def _page() -> str:
    return reverse("accounts:account")


def _not_you() -> str:
    return _("If it was not you, tell your coordinator at once.")


def _told(what: str, body: str = "") -> Message:
    return Message(what, f"{body} {_not_you()}".strip(), _page(), short(f"EPO: {what}. {_not_you()}"))


def codes_tried() -> Message:
    return Message(
        _("Somebody tries codes of your second step"),
        _("Whoever it is knows your password. If it is not you, change it now."),
        reverse("accounts:password"),
        short(
            _(
                "EPO: somebody who knows your password tries codes of your second step. Not you? Change the password now."
            )
        ),
    )


def second_step_set_up() -> Message:
    return _told(_("Your sign-in has a second step now"))


def second_step_removed() -> Message:
    return _told(_("Your sign-in has no second step any more"))


def second_step_reset() -> Message:
    return Message(
        _("An administrator took away your second step"),
        _(
            "You were signed out everywhere. Sign in and set it up on your phone again. If you did not ask for this, say so."
        ),
        _page(),
        short(
            _(
                "EPO: an administrator took away your second step. Sign in and set it up again. Not asked for it? Say so."
            )
        ),
    )


def recovery_code_used(left: int) -> Message:
    said = ngettext("%(left)s recovery code is left.", "%(left)s recovery codes are left.", left) % {"left": left}
    return _told(_("A recovery code was used to sign in"), said)


def password_link() -> Message:
    return Message(
        _("A link for a new password was made for you"),
        _("A coordinator made it and hands it to you. If you did not ask for it, say so at once."),
        _page(),
        short(_("EPO: a coordinator made a link for a new password for you. You did not ask for it? Say so at once.")),
    )


def password_changed() -> Message:
    return _told(_("Your password was changed"))


register("account.codes_tried", codes_tried)
register("account.second_step_set_up", second_step_set_up)
register("account.second_step_removed", second_step_removed)
register("account.second_step_reset", second_step_reset)
register("account.recovery_code_used", recovery_code_used)
register("account.password_link", password_link)
register("account.password_changed", password_changed)
