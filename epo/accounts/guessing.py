"""Who may try a password, and how often: decided before the password is looked at.

Three ways lead to a password check:

* a device that has signed in to that account before: at its own pace, whatever strangers do meanwhile;
* everybody else: at the pace of the pair (name, address), so that one address cannot use up what an account
  takes in all; at the pace of the account, over all addresses together; and at the pace of the address, over all names;
* after eight wrong passwords, the pair (name, address) is locked for a quarter of an hour (django-axes) and uses up nothing.

Names that nobody has are counted and checked exactly like the others.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from epo.accounts.models import KnownDevice
from epo.core.addresses import address_of
from epo.core.errors import TooMany
from epo.work.allowances import Pace, take

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from epo.accounts.models import User

PAIR = Pace(burst=3, seconds=20)
ACCOUNT = Pace(burst=5, seconds=12)
"""At most ten checks in any minute, strangers all together."""
DEVICE = Pace(burst=8, seconds=60)
ADDRESS = Pace(burst=100, seconds=0.5)
"""A plant or a mobile carrier is one address; a password check costs a third of a second of a processor."""
OLD_PASSWORD = Pace(burst=5, seconds=12)
CODE, CODE_A_DAY = Pace(burst=5, seconds=60), Pace(burst=40, seconds=1800)
"""Who guesses codes knows the password. Of a million codes three are good at a time: in a day, one chance in 3,700."""
FORGOTTEN, FORGOTTEN_ADDRESS = Pace(burst=3, seconds=1200), Pace(burst=20, seconds=60)
"""Each is an e-mail to somebody who may not have asked for it."""

DEVICE_COOKIE = "device"
DEVICE_SALT = "epo.accounts.device"
DEVICE_FOR = timedelta(days=400)
LONGEST_NAME = 255


def attempted_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The name that somebody tried to sign in with, as it can be counted: forms let through more than a row holds."""
    said = (credentials or {}).get("username") or (request.POST.get("username") if request else "") or ""
    return unicodedata.normalize("NFKC", str(said).replace("\x00", ""))[:LONGEST_NAME]


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """As the lock keeps it: people type phone numbers and passwords where a name belongs, so nothing is kept as typed."""
    name = attempted_name(request, credentials)
    return salted_hmac("epo.accounts.guessing", name, algorithm="sha256").hexdigest() if name else ""


class Gate:
    """Stands among the authentication backends between the lock of the pair and the check of the password."""

    def authenticate(self, request: HttpRequest | None, username: str | None = None, **_said: Any) -> None:
        if request is None or username is None:
            return
        name = attempted_name(request, {"username": username})
        if is_known_device(request, {"username": username}):
            _take_or_wait((f"device {_device(request)} {name}", DEVICE))
            return
        address = address_of(request)
        _take_or_wait((f"pair {address} {name}", PAIR), (f"account {name}", ACCOUNT), (f"address {address}", ADDRESS))


def _take_or_wait(*paces: tuple[str, Pace]) -> None:
    for key, pace in paces:
        if wait := take(f"sign-in {key}", pace):
            raise TooMany(wait)


def seconds_until_old_password(user: User) -> int:
    """For the form that changes a password: a session left open must not become a place to guess at. 0: go ahead."""
    return take(f"old password {user.pk}", OLD_PASSWORD)


def seconds_until_code(user: User) -> int:
    """Counted per account, wherever from: who types codes has passed the gate of the passwords."""
    return take(f"code {user.pk}", CODE) or take(f"code in a day {user.pk}", CODE_A_DAY)


def seconds_until_forgotten(request: HttpRequest, name: str) -> int:
    """For the page that sends links for a new password; names that nobody has are counted as well."""
    name = attempted_name(None, {"username": name})
    return take(f"forgotten {name}", FORGOTTEN) or take(f"forgotten from {address_of(request)}", FORGOTTEN_ADDRESS)


def is_known_device(request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
    """Asked by the lock and by the gate: once for each request and name."""
    name, device = attempted_name(request, credentials), _device(request)
    if not name or not device:
        return False
    known: dict[str, bool] = request.__dict__.setdefault("_known_device", {})
    if name not in known:
        known[name] = KnownDevice.objects.of(name, device) is not None
    return known[name]


def _device(request: HttpRequest) -> str:
    number = _number(request)
    return _hashed(number) if number else ""


def _number(request: HttpRequest) -> str | None:
    number: str | None = request.get_signed_cookie(DEVICE_COOKIE, default=None, salt=DEVICE_SALT, max_age=DEVICE_FOR)
    return number


def _hashed(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()


def device_for(request: HttpRequest, response: HttpResponse) -> str:
    """The device's key for rows; the cookie, which holds a random number and nothing else, is renewed."""
    number = _number(request) or secrets.token_urlsafe(16)
    response.set_signed_cookie(
        DEVICE_COOKIE,
        number,
        salt=DEVICE_SALT,
        max_age=int(DEVICE_FOR.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return _hashed(number)


def seconds_until_unlocked(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    """Until the lock of the pair (name, address) opens."""
    pair = AccessAttempt.objects.filter(username=counted_name(request, credentials), ip_address=address_of(request))
    last = pair.aggregate(last=Max("attempt_time"))["last"]
    opens = (last or now()) + timedelta(hours=settings.AXES_COOLOFF_TIME)
    return max(1, round((opens - now()).total_seconds()))
