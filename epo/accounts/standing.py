"""Who is there, asked anew with every request: a session is worth what its owner is and has shown by now.

* It ends by the clock (SESSION_LIMITS), and at once when a role that it began with is taken away.
* Where a second step is asked of somebody and this session has not done it, nobody is there: every page, the
  administration and the API answer as they answer strangers. Only the pages of the second step know better.
* Whoever wants to change how one signs in, or is reached, has shown within ten minutes that it is really them.

What ends with the password or the account itself (changed, disabled) is Django's own check.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.utils.timezone import now

from epo.accounts import devices
from epo.accounts.models import CoordinatorPost
from epo.accounts.sessions import BEGUN, DEVICE

if TYPE_CHECKING:
    from django.http import HttpRequest

    from epo.accounts.models import Factor, User
    from epo.accounts.sessions import SessionStore

STANDING = "standing"
SECOND_STEP = "second_step"
SURE = "sure_at"
SURE_FOR = timedelta(minutes=10)
HALF = "_half_signed_in"


def standing_of(user: User) -> list[str]:
    """Every right that goes with the person, one word each; empty for volunteers and members of plants."""
    numbers = getattr(user, "post_numbers", "")
    if not hasattr(user, "post_numbers"):
        numbers = ",".join(str(pk) for pk in CoordinatorPost.objects.held_by(user).values_list("pk", flat=True))
    posts = {f"post {number}" for number in (numbers or "").split(",") if number}
    flags = {name for name in ("is_staff", "is_superuser") if getattr(user, name)}
    return sorted(posts | flags)


def is_privileged(user: User) -> bool:
    return bool(standing_of(user))


def helps_others(user: User) -> bool:
    """Coordinators and administrators; not who may only use the administration."""
    return any(right != "is_staff" for right in standing_of(user))


def factor_of(user: User) -> Factor | None:
    return getattr(user, "factor", None)


def must_have_factor(user: User) -> bool:
    return bool(settings.SECOND_FACTOR) and is_privileged(user)


def needs_second_step(user: User) -> bool:
    return factor_of(user) is not None or must_have_factor(user)


def session_of(request: HttpRequest) -> SessionStore:
    return cast("SessionStore", request.session)


def begin(request: HttpRequest, user: User) -> None:
    """The right password was typed just now."""
    moment = now()
    request.session[BEGUN] = request.session[SURE] = moment.isoformat()
    request.session[DEVICE] = devices.family(request.headers.get("User-Agent", ""))
    request.session[STANDING] = standing_of(user)
    request.session.pop(SECOND_STEP, None)
    request.session.set_expiry(moment + limits_of(user)[1])


def pass_second_step(request: HttpRequest, factor: Factor) -> None:
    """Under a new number: whoever knew that of the first step knows nothing."""
    request.session[SECOND_STEP] = factor.pk
    request.session.cycle_key()


def make_sure(request: HttpRequest) -> None:
    request.session[SURE] = now().isoformat()


def is_sure(request: HttpRequest) -> bool:
    """Password, and code where one is asked, within the last ten minutes."""
    return request.user.is_authenticated and _since(request, SURE) < SURE_FOR


def limits_of(user: User) -> tuple[timedelta, timedelta]:
    """Idle, and in all."""
    limits: tuple[timedelta, timedelta] = settings.SESSION_LIMITS["privileged" if is_privileged(user) else "others"]
    return limits


def who_is_there(request: HttpRequest) -> Any:
    """The user, or nobody; who has yet to do the second step is kept aside for `half_signed_in`."""
    setattr(request, HALF, None)
    user: Any = auth.get_user(request)
    if not user.is_authenticated:
        return user
    if _has_ended(request, user):
        request.session.flush()
        return AnonymousUser()
    session_of(request).note_seen()
    if needs_second_step(user) and not _did_second_step(request, user):
        setattr(request, HALF, user)
        return AnonymousUser()
    return user


def half_signed_in(request: HttpRequest) -> User | None:
    """Whose password was right, and whose second step is still to come."""
    if request.user.is_authenticated:  # which finds out
        return None
    half: User | None = getattr(request, HALF, None)
    return half


def _has_ended(request: HttpRequest, user: User) -> bool:
    idle, whole = limits_of(user)
    seen_at = session_of(request).seen_at or now()
    return now() - seen_at >= idle or _since(request, BEGUN) >= whole or _was_demoted(request, user)


def _was_demoted(request: HttpRequest, user: User) -> bool:
    held, before = standing_of(user), request.session.get(STANDING, [])
    if set(before) - set(held):
        return True
    if before != held:
        request.session[STANDING] = held
    return False


def _did_second_step(request: HttpRequest, user: User) -> bool:
    factor = factor_of(user)
    return factor is not None and request.session.get(SECOND_STEP) == factor.pk


def _since(request: HttpRequest, what: str) -> timedelta:
    said = request.session.get(what)
    return now() - datetime.fromisoformat(said) if said else timedelta.max
