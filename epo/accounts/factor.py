"""The numbers of the second step: what a phone shows, and how it gets there.

What codes are made of is worked out from the seed of the row and the secret of the installation. Whoever gets the
database, or a copy of it, has only half of it; the price is that a new SECRET_KEY needs the old one beside it
(SECRET_KEY_FALLBACKS) until everybody has set up the second step anew.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Iterator

import pyotp
from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

STEP = 30
"""Seconds for which a code is shown."""
CLOCK_MAY_DIFFER = 1
"""Steps by which the clock of a phone may be wrong."""
DIGITS = 6
ISSUER = "EPO"
SALT = "epo.accounts.factor"
OFFER_SALT = "epo.accounts.factor.offer"
OFFER_FRESH = 60 * 60
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for others: 16 of them are 79 bits, which nobody tries out, so a plain hash is enough."""
RECOVERY_LENGTH, RECOVERY_GROUP = 16, 4


def new_seed() -> str:
    return secrets.token_hex(32)


def secret_of(seed: str, key: str | None = None) -> str:
    """As a phone takes it: base 32, 160 bits."""
    said = salted_hmac(SALT, seed, secret=key, algorithm="sha256").digest()[:20]
    return base64.b32encode(said).decode()


def typed(secret: str) -> str:
    """In groups of four, for who types it."""
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


def address_for(username: str, seed: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret_of(seed)).provisioning_uri(name=username, issuer_name=ISSUER)


def code_at(seed: str, step: int, key: str | None = None) -> str:
    return pyotp.TOTP(secret_of(seed, key), digits=DIGITS, interval=STEP).generate_otp(step)


def step_now() -> int:
    return int(time.time()) // STEP


def step_of(seed: str, code: str) -> int | None:
    """The half minute to which a code belongs; None for a wrong one, and for one of another hour."""
    plain = re.sub(r"\D", "", code) if code.isascii() else ""
    found = None
    for step in _steps():
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            if constant_time_compare(code_at(seed, step, str(key)), plain):
                found = step
    return found


def _steps() -> Iterator[int]:
    here = step_now()
    yield from range(here - CLOCK_MAY_DIFFER, here + CLOCK_MAY_DIFFER + 1)


def offer(seed: str, user_id: int) -> str:
    """Travels through the form until the first code has shown that the phone took it; nothing is stored before."""
    return signing.dumps({"seed": seed, "user": user_id}, salt=OFFER_SALT)


def seed_offered(signed: str, user_id: int) -> str | None:
    try:
        said = signing.loads(signed, salt=OFFER_SALT, max_age=OFFER_FRESH)
    except signing.BadSignature:
        return None
    return str(said["seed"]) if said["user"] == user_id else None


def new_recovery_codes() -> list[str]:
    def one() -> str:
        letters = "".join(secrets.choice(LETTERS) for _ in range(RECOVERY_LENGTH))
        return "-".join(letters[n : n + RECOVERY_GROUP] for n in range(0, RECOVERY_LENGTH, RECOVERY_GROUP))

    return [one() for _ in range(RECOVERY_CODES)]


def recovery_hash(user_id: int, code: str) -> str:
    plain = re.sub(r"[^a-z0-9]", "", code.lower())
    return hashlib.sha256(f"{user_id}:{plain}".encode()).hexdigest()


def looks_like_recovery(code: str) -> bool:
    return len(re.sub(r"[^A-Za-z0-9]", "", code)) > DIGITS + 2
