"""What somebody without an account says to join, and with what they make an account later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.utils.translation import gettext_lazy as _

from epo.accounts.models import User
from epo.contacts.forms import BirthYearField, PhoneField
from epo.core.forms import Chips, OneChip, SentForm
from volunteers.actions.applications import Applicant
from volunteers.forms.people import level_choices
from volunteers.states import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epo.places.models import Municipality
    from volunteers.models import Trade

LEVEL_OF = "level-"
MOST_TRADES = 12


class PlaceSearchForm(forms.Form):
    """State and municipality one after the other, or a name; all of it stands in the address."""

    state = forms.CharField(required=False, max_length=6)
    municipality = forms.CharField(required=False, max_length=80)
    q = forms.CharField(required=False, max_length=80)


class TradesForm(forms.Form):
    """Which trades; the levels are asked of those alone."""

    trade = forms.MultipleChoiceField(
        label=_("What trades do you have?"),
        widget=Chips,
        error_messages={"required": _("Choose at least one trade, even if you are only learning it.")},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["trade"].choices = list(choices)  # type: ignore[attr-defined]

    def clean_trade(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["trade"]
        if len(chosen) > MOST_TRADES:
            raise forms.ValidationError(
                _("At most %(most)s: choose those that you know best."), params={"most": MOST_TRADES}
            )
        return chosen


class ApplicationForm(SentForm):
    """One question about the level for each trade that was chosen before."""

    hide_optional = False
    name = forms.CharField(
        label=_("Your name and surname"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "data-private": ""}),
    )
    phone = PhoneField(label=_("Your phone"), help_text=_("We call you before anything else."))
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    birth_year = BirthYearField(label=_("Year of birth"), required=False)
    consent = forms.BooleanField(
        label=_("I agree that my data are used in this way"),
        error_messages={"required": _("Without your agreement we may not keep your data.")},
    )

    def __init__(self, *args: Any, home: Municipality, trades: Sequence[Trade], **options: Any) -> None:
        super().__init__(*args, **options)
        self.home, self.trades = home, trades
        levels = {
            f"{LEVEL_OF}{trade.code}": forms.TypedChoiceField(
                label=trade.name, choices=level_choices, coerce=int, widget=OneChip, initial=Level.WORKER
            )
            for trade in trades
        }
        self.fields |= levels
        self.order_fields(["id", *levels, "name", "phone", "email", "birth_year", "consent", "end"])

    def levels(self) -> list[forms.BoundField]:
        return [self[f"{LEVEL_OF}{trade.code}"] for trade in self.trades]

    def applicant(self) -> Applicant:
        said = self.cleaned_data
        return Applicant(
            home=self.home,
            name=said["name"],
            phone=said["phone"],
            email=said["email"],
            birth_year=said["birth_year"],
            trades={trade: said[f"{LEVEL_OF}{trade.code}"] for trade in self.trades},
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("They read it as it stands here."))


class AccountForm(BaseUserCreationForm):
    """A name to sign in with and a password, chosen by themselves."""

    class Meta:
        model = User
        fields = ["username"]
