from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from epo.core.forms import OneChip
from epo.notifications.models import WAYS, Preference
from epo.notifications.quiet import leaves_enough

if TYPE_CHECKING:
    from epo.contacts.models import Contact

PLACES = ("first", "second", "third")


def _way(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", _("none")), *WAYS.items()], required=False)


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class WishesForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), required=False)
    first = _way(_("Notices come by"))
    second = _way(_("where that does not reach me, by"))
    third = _way(_("and else by"))
    quiet_from = _hour(_("Quiet for me besides the night: from"))
    quiet_until = _hour(_("until"))
    digest = forms.BooleanField(label=_("What can wait comes in one message a day"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=OneChip)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        self._clean_hours(said)
        ways = [said.pop(place, "") for place in PLACES]
        said["ways"] = [way for way in ways if way]
        for place, n in zip(PLACES, range(len(ways)), strict=True):
            if ways[n] and ways[n] in ways[:n]:
                self.add_error(place, ValidationError(_("This way stands above already.")))
        return said

    def _clean_hours(self, said: dict[str, Any]) -> None:
        begins, ends = said.get("quiet_from"), said.get("quiet_until")
        if "quiet_from" in self.errors or "quiet_until" in self.errors:
            return
        if (begins is None) != (ends is None):
            missing = "quiet_from" if begins is None else "quiet_until"
            self.add_error(missing, ValidationError(_("Say from when until when, or leave both empty.")))
        elif begins == ends and begins is not None:
            self.add_error("quiet_until", ValidationError(_("It ends when it begins.")))
        elif begins is not None and ends is not None and not leaves_enough((begins, ends)):
            self.add_error("quiet_until", ValidationError(_("Leave us at least two hours of the day.")))

    @staticmethod
    def initial_of(contact: Contact | None) -> dict[str, Any]:
        preference = getattr(contact, "preference", None) or Preference()
        ways = dict(zip(PLACES, preference.ways, strict=False))
        kept = {name: getattr(preference, name) for name in ("quiet_from", "quiet_until", "digest", "language")}
        return {"email": contact.email if contact else ""} | ways | kept
