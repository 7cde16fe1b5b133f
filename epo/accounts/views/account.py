"""Everybody's own page: the second step, the sessions, the password."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import PasswordChangeDoneView, PasswordChangeView
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from epo.accounts import actions, rules, standing
from epo.accounts import factor as numbers
from epo.accounts.forms import ChangePasswordForm, SetUpForm
from epo.accounts.guessing import device_for
from epo.accounts.http import ask_again, for_half_signed_in
from epo.accounts.models import OpenSession, RecoveryCode
from epo.accounts.views.sign_in import next_of
from epo.core.http import page, tell_refusal, when_sure

if TYPE_CHECKING:
    from django.contrib.auth.forms import PasswordChangeForm
    from django.http import HttpRequest, HttpResponse

    from epo.accounts.models import User
    from epo.core.http import SignedInRequest

HOURS_UNTIL_DAYS = 48


@never_cache
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    user = request.user
    told = {
        "factor": standing.factor_of(user),
        "must_have": standing.must_have_factor(user),
        "codes_left": RecoveryCode.objects.filter(user=user, used_at=None).count(),
        "sessions": user.sessions.all(),
        "here": standing.session_of(request).row_hash,
    }
    told["idle"], told["whole"] = (_long(limit) for limit in standing.limits_of(user))
    return page(request, "accounts/account.html", told)


def _long(time: timedelta) -> str:
    hours = time // timedelta(hours=1)
    if hours < HOURS_UNTIL_DAYS:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", time.days) % {"n": time.days}


@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(OpenSession.objects.filter(user=request.user), pk=pk)
    is_this_one = session.hashed == standing.session_of(request).row_hash
    actions.end_session(session=session, by=request.user)
    if is_this_one:
        logout(request)
        return redirect("home")
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:account")


@require_POST
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    actions.end_sessions(user=request.user, by=request.user)
    logout(request)
    return redirect("home")


@for_half_signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: SignedInRequest) -> HttpResponse:
    """Set up the second step: nothing is stored until the phone has shown a right code."""
    half = standing.half_signed_in(request)
    person = half or request.user
    if rules.why_not_set_up(person):
        return redirect("accounts:code" if half else "accounts:account")
    if half is None and not standing.is_sure(request):
        return ask_again(request)
    form = SetUpForm(request.POST or None, user=person)
    if form.is_valid():
        standing.pass_second_step(request, form.factor)
        return _codes(request, form.codes)
    seed = form.seed
    told = {"form": form, "next": next_of(request), "person": person, "must_have": half is not None}
    told |= {"address": numbers.address_for(person.username, seed), "secret": numbers.typed(numbers.secret_of(seed))}
    return page(request, "accounts/factor.html", told)


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Shown in the answer itself and nowhere else: they are not kept."""
    return page(request, "accounts/recovery.html", {"codes": codes, "next": next_of(request)})


@require_POST
@when_sure
@never_cache
def renew_codes(request: SignedInRequest) -> HttpResponse:
    codes = tell_refusal(request, lambda: actions.renew_recovery_codes(user=request.user))
    return _codes(request, codes) if codes else redirect("accounts:account")


@require_POST
@when_sure
def remove_factor(request: SignedInRequest) -> HttpResponse:
    tell_refusal(request, lambda: actions.remove_factor(user=request.user))
    return redirect("accounts:account")


@method_decorator(when_sure, name="dispatch")
class ChangePassword(PasswordChangeView):
    http_method_names = ["get", "head", "post", "options"]
    form_class = ChangePasswordForm
    success_url = reverse_lazy("accounts:password-changed")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """The devices that knew the old password are strangers from now on, but for this one."""
        response = super().form_valid(form)
        user: User = form.user
        actions.remember_device(user=user, device=device_for(self.request, response))
        actions.end_other_sessions(user=user, keep=standing.session_of(self.request).row_hash)
        actions.tell_password_changed(user=user)
        return response


password_changed = PasswordChangeDoneView.as_view()
