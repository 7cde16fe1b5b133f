from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from epo.accounts import actions
from epo.accounts import factor as numbers
from epo.accounts.guessing import seconds_until_old_password
from epo.accounts.standing import factor_of
from epo.accounts.tokens import SCOPES
from epo.core import say
from epo.core.errors import Refused
from epo.core.forms import Chips

if TYPE_CHECKING:
    from epo.accounts.models import Factor, User

LONGEST_CODE = 40
NewPasswordForm = SetPasswordForm


def _let_through(user: Any) -> None:
    """Whoever finds a session open must not find out the password as well."""
    if wait := seconds_until_old_password(user):
        said = _("The password was wrong too many times. You can try again in %(wait)s.")
        raise ValidationError(said % {"wait": say.wait(wait)}, code="too_many")


class ChangePasswordForm(PasswordChangeForm):
    def clean_old_password(self) -> str:
        _let_through(self.user)
        return str(super().clean_old_password())


class CodeInput(forms.TextInput):
    """Phones offer the code by themselves where they have it."""

    def __init__(self) -> None:
        super().__init__({"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"})


class CodeForm(forms.Form):
    """What is typed is tried when the form is read, so that a wrong code stands under its field."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=LONGEST_CODE, widget=CodeInput,
        help_text=gettext_lazy("The six digits that the program on your phone shows. Without the phone: a recovery code."),
    )  # fmt: skip
    factor: Factor

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        take = actions.take_recovery_code if numbers.looks_like_recovery(code) else actions.take_code
        self.factor = _tried(lambda: take(user=self.user, code=code))
        return code


class ConfirmForm(CodeForm):
    """The password first: a code is taken only where it was right."""

    password = forms.CharField(
        label=gettext_lazy("Password"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    field_order = ("password", "code")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if factor_of(self.user) is None:
            del self.fields["code"]

    def clean_password(self) -> str:
        _let_through(self.user)
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise ValidationError(_("That is not your password."), code="wrong")
        return password

    def clean_code(self) -> str:
        return super().clean_code() if "password" in self.cleaned_data else ""


class SetUpForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=LONGEST_CODE, widget=CodeInput,
        help_text=gettext_lazy("The six digits that the program shows now."),
    )  # fmt: skip
    offered = forms.CharField(widget=forms.HiddenInput, max_length=400)
    field_order = ("offered", "code")
    factor: Factor
    codes: list[str]

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        typed = numbers.seed_offered(str(self.data.get("offered", "")), user.pk) if self.is_bound else None
        self.is_old = self.is_bound and typed is None
        self.seed = typed or numbers.new_seed()
        self.initial["offered"] = numbers.offer(self.seed, user.pk)
        if self.is_old:
            self.data = {**dict(self.data.items()), "offered": self.initial["offered"]}

    def clean_code(self) -> str:
        if self.is_old:
            raise ValidationError(_("That code is too old by now. Scan the picture again."), code="old")
        code = str(self.cleaned_data["code"])
        self.factor, self.codes = _tried(lambda: actions.set_up_factor(user=self.user, seed=self.seed, code=code))
        return code


def _tried(act: Any) -> Any:
    try:
        return act()
    except Refused as refused:
        raise ValidationError(str(refused.refusal), code=refused.refusal.code) from None


class ForgottenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name to sign in, or e-mail"), max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )  # fmt: skip


class TokenForm(forms.Form):
    DAYS = ((30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("a year")))

    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=60)
    scopes = forms.MultipleChoiceField(label=gettext_lazy("What it may do"), choices=list(SCOPES.items()), widget=Chips)
    days = forms.TypedChoiceField(label=gettext_lazy("It ends after"), choices=DAYS, coerce=int, initial=90)
