from __future__ import annotations

from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from epo.accounts.guessing import seconds_until_old_password
from epo.core import say


class ChangePasswordForm(PasswordChangeForm):
    """Whoever finds a session open must not find out the password as well."""

    def clean_old_password(self) -> str:
        if wait := seconds_until_old_password(self.user):
            said = _("The password was wrong too many times. You can try again in %(wait)s.")
            raise ValidationError(said % {"wait": say.wait(wait)}, code="too_many")
        return str(super().clean_old_password())
