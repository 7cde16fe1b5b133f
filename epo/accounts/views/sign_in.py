"""In and out: the password, the code, and being asked again before something that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from epo.accounts import standing
from epo.accounts.forms import CodeForm, ConfirmForm
from epo.accounts.http import for_half_signed_in
from epo.core.http import page
from epo.core.language import remember_language
from epo.notifications.models import Preference

if TYPE_CHECKING:
    from django.contrib.auth.forms import AuthenticationForm
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from epo.core.http import SignedInRequest

NEXT = "next"


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    http_method_names = ["get", "head", "post", "options"]
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whose password was right already goes on to the second step."""
        if request.method != "POST" and standing.half_signed_in(request):
            return HttpResponseRedirect(_with_next("accounts:code", next_of(request)))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        wish = Preference.objects.filter(contact__user=form.get_user().pk).first()
        if wish is not None:
            remember_language(response, wish.language)
        return response

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**more) | {"is_without_second_step": not settings.SECOND_FACTOR}

    def get_success_url(self) -> str:
        to = str(super().get_success_url())
        user: Any = self.request.user
        if user.is_authenticated and not _is_through(self.request, user):
            return _with_next("accounts:code", to)
        return to


def _is_through(request: HttpRequest, user: Any) -> bool:
    """Who came in by an open session has done both steps; after the password alone it depends on the person."""
    factor = standing.factor_of(user)
    done = factor is not None and request.session.get(standing.SECOND_STEP) == factor.pk
    return done or not standing.needs_second_step(user)


class SignOut(LogoutView):
    """The next person on this phone finds no page of the last one. Reports that wait stay: they are nobody's."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **said: Any) -> HttpResponse:
        answer = super().post(request, *args, **said)
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer


sign_out = for_half_signed_in(SignOut.as_view())


@for_half_signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step. Who has none yet, and must have one, is led to set it up."""
    user = standing.half_signed_in(request)
    if user is None:
        return HttpResponseRedirect(next_of(request))
    if standing.factor_of(user) is None:
        return HttpResponseRedirect(_with_next("accounts:factor", next_of(request)))
    form = CodeForm(request.POST or None, user=user)
    if form.is_valid():
        standing.pass_second_step(request, form.factor)
        return HttpResponseRedirect(next_of(request))
    return page(request, "accounts/code.html", {"form": form, "next": next_of(request), "person": user})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest) -> HttpResponse:
    """Password, and code where there is one, before somebody changes how they sign in or are reached."""
    form = ConfirmForm(request.POST or None, user=request.user)
    if form.is_valid():
        standing.make_sure(request)
        return HttpResponseRedirect(next_of(request))
    return page(request, "accounts/confirm.html", {"form": form, "next": next_of(request)})


def next_of(request: HttpRequest) -> str:
    """A page of this site; the start page for anything else."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def _with_next(name: str, to: str) -> str:
    return redirect_to_login(to, resolve_url(name)).url
