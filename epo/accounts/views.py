from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeDoneView, PasswordChangeView
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language as set_language_cookie

from epo.accounts import actions
from epo.accounts.forms import ChangePasswordForm
from epo.accounts.guessing import device_for
from epo.accounts.roles import home_of
from epo.core.language import remember_language
from epo.notifications.models import Preference

if TYPE_CHECKING:
    from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from epo.core.http import SignedInRequest


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page of one's role; the public front page for everybody else."""
    to = home_of(request.user) if request.user.is_authenticated else None
    return redirect(to) if to else render(request, "accounts/home.html")


@login_not_required
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/about.html")


class SignIn(LoginView):
    http_method_names = ["get", "head", "post", "options"]
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        wish = Preference.objects.filter(contact__user=form.get_user().pk).first()
        if wish is not None:
            remember_language(response, wish.language)
        return response


class SignOut(LogoutView):
    http_method_names = ["post", "options"]


class ChangePassword(PasswordChangeView):
    http_method_names = ["get", "head", "post", "options"]
    form_class = ChangePasswordForm
    success_url = reverse_lazy("accounts:password-changed")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """The devices that knew the old password are strangers from now on, but for this one."""
        response = super().form_valid(form)
        actions.remember_device(user=form.user, device=device_for(self.request, response))
        return response


password_changed = PasswordChangeDoneView.as_view()


@login_not_required
@require_POST
def set_language(request: SignedInRequest) -> HttpResponseBase:
    """The choice is kept on the device, and for who is signed in with their account too."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        actions.set_language(language=language, by=request.user)
    return set_language_cookie(request)
