"""Encrypted streams in the format of age (age-encryption.org), whose own tool opens them too.

With a public key the machine that writes backups cannot read older ones. With a passphrase the file begins with
a line of ours that holds a salt; passphrase and salt give the secret key for the rest. (The library would hold
the whole file in memory to encrypt it with a passphrase, and may take a gigabyte to make the key.)
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import BinaryIO

from pyrage import DecryptError, IdentityError, RecipientError, decrypt_io, encrypt_io, x25519

MAGIC = b"epo-backup scrypt "
SALT = 32
HEADER = len(MAGIC) + SALT + 1
SCRYPT = {"n": 2**16, "r": 8, "p": 1, "maxmem": 2**27, "dklen": 32}
"""64 MB and some tenths of a second for each guess."""
SHORTEST_PASSPHRASE = 16
AGE = b"age-encryption.org/"
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
FACTORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class SealError(Exception):
    """What is wrong, as a sentence."""


@dataclass(frozen=True)
class Seal:
    """`own` opens what was sealed in this run, so that it can be read back; it is forgotten with the process."""

    recipients: list[x25519.Recipient]
    own: x25519.Identity
    header: bytes = b""


@dataclass(frozen=True)
class Opener:
    """What somebody has to open a backup with."""

    identities: list[x25519.Identity] = field(default_factory=list)
    passphrase: str = ""


def seal_for(public_key: str) -> Seal:
    own = x25519.Identity.generate()
    try:
        recipient = x25519.Recipient.from_str(public_key.strip())
    except RecipientError:
        raise SealError("BACKUP_PUBLIC_KEY is no public key of age (age1…).") from None
    return Seal([recipient, own.to_public()], own)


def seal_with(words: str) -> Seal:
    if len(words) < SHORTEST_PASSPHRASE:
        raise SealError(f"The passphrase needs {SHORTEST_PASSPHRASE} characters or more.")
    salt = secrets.token_hex(SALT // 2).encode()
    own = _identity_of(words, salt)
    return Seal([own.to_public()], own, MAGIC + salt + b"\n")


def _identity_of(words: str, salt: bytes) -> x25519.Identity:
    secret = hashlib.scrypt(words.encode(), salt=salt, **SCRYPT)
    return x25519.Identity.from_str(_bech32("age-secret-key-", secret).upper())


def _bech32(prefix: str, data: bytes) -> str:
    """How age writes keys (BIP 173)."""
    number = int.from_bytes(data) << 4  # 256 bits as 52 groups of five
    groups = [(number >> 5 * place) & 31 for place in reversed(range(52))]
    known = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix] + groups
    rest = _polymod([*known, *[0] * 6]) ^ 1
    check = [(rest >> 5 * place) & 31 for place in reversed(range(6))]
    return prefix + "1" + "".join(LETTERS[group] for group in groups + check)


def _polymod(groups: list[int]) -> int:
    rest = 1
    for group in groups:
        top, rest = rest >> 25, (rest & 0x1FFFFFF) << 5 ^ group
        for place, factor in enumerate(FACTORS):
            rest ^= factor if top >> place & 1 else 0
    return rest


def opener_of_identities(text: str) -> Opener:
    """The secret keys in an age identity file."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        keys = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except IdentityError:
        keys = []
    if not keys:
        raise SealError("The file holds no secret key of age (AGE-SECRET-KEY-…).")
    return Opener(identities=keys)


@contextmanager
def sealed(target: BinaryIO, seal: Seal | None) -> Iterator[BinaryIO]:
    """What is written to the stream arrives in `target` encrypted; plain without a seal."""
    if seal is None:
        yield target
        return
    target.write(seal.header)
    read_end, write_end = os.pipe()

    def encrypt() -> None:
        with os.fdopen(read_end, "rb") as source:
            encrypt_io(source, target, seal.recipients)

    with _beside(encrypt), os.fdopen(write_end, "wb") as stream:
        yield stream


@contextmanager
def opened(source: BinaryIO, opener: Opener | None) -> Iterator[BinaryIO]:
    """The plain stream. It is read to its end, since only there the last of it is known to be genuine."""
    if not is_sealed(source):
        yield source
        return
    if opener is None:
        raise SealError("The backup is encrypted: its passphrase or secret key is needed.")
    identities = _identities_for(source, opener)
    read_end, write_end = os.pipe()

    def decrypt() -> None:
        with os.fdopen(write_end, "wb") as target:
            try:
                decrypt_io(source, target, identities)
            except BrokenPipeError:
                raise
            except (DecryptError, OSError) as error:
                raise SealError(f"The backup cannot be decrypted with this key, or is damaged ({error}).") from None

    with _beside(decrypt), os.fdopen(read_end, "rb") as stream:
        yield stream
        while stream.read(1 << 20):
            pass


def is_sealed(source: BinaryIO) -> bool:
    begins = source.read(len(AGE))
    source.seek(0)
    return begins.startswith((MAGIC, AGE))


def _identities_for(source: BinaryIO, opener: Opener) -> list[x25519.Identity]:
    if not source.read(HEADER).startswith(MAGIC):
        source.seek(0)
        if not opener.identities:
            raise SealError("The backup was encrypted for a public key: its secret key is needed.")
        return opener.identities
    if opener.identities:  # the very run that made it
        return opener.identities
    source.seek(len(MAGIC))
    salt = source.read(SALT)
    source.seek(HEADER)
    return [_identity_of(opener.passphrase, salt)]


@contextmanager
def _beside(work: Callable[[], None]) -> Iterator[None]:
    """`work` runs in a thread. What went wrong there is told before what follows from it here."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 -- raised again by the one who waits
            failed.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    except Exception:
        thread.join()
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise failed[0] from None
        raise
    thread.join()
    if failed:
        raise failed[0]
