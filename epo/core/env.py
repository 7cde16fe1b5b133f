"""Settings from the environment, typed. What is wrong or weak stops start-up, all of it told at once.

Every value is checked here, so that a mistake is read as a sentence with the variable's name and not as a
traceback. Exit code 3 is the one on which gunicorn gives up instead of starting the process again.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

import environ

if TYPE_CHECKING:
    from collections.abc import Mapping

EXIT_CODE = 3
TRUE, FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
SHORTEST_SECRET = 50
FEWEST_LETTERS = 10
WEAK_WORDS = ("django-insecure", "changeme", "change-me", "change me", "secret-key", "example")
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Environment:
    """Reads variables; collects what is wrong with them; `stop_if_wrong` tells it and ends the process."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[str] = []

    def wrong(self, name: str, *, es: str, en: str) -> None:
        self.problems.append(f"{name}: {es} / {en}")

    def stop_if_wrong(self) -> None:
        if self.problems:
            sys.stderr.write("".join(f"{problem}\n" for problem in self.problems))
            sys.exit(EXIT_CODE)

    def text(self, name: str, default: str = "") -> str:
        """An empty variable counts as absent, as docker-compose passes it on."""
        return self._values.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name).lower()
        if value and value not in TRUE | FALSE:
            self.wrong(name, es=f"debe ser true o false, no «{value}».", en=f"must be true or false, not “{value}”.")
        return value in TRUE if value in TRUE | FALSE else default

    def words(self, name: str) -> list[str]:
        """Separated by commas."""
        return [word for part in self.text(name).split(",") if (word := part.strip())]

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        self.wrong(
            name,
            es=f"debe ser un número de {low} a {high}, no «{value}».",
            en=f"must be a number from {low} to {high}, not “{value}”.",
        )
        return default

    def folder(self, name: str, default: Path) -> Path:
        """An absolute folder that exists afterwards and can be written."""
        path = Path(self.text(name, str(default))).expanduser().absolute()
        try:
            path.mkdir(parents=True, exist_ok=True)
            probe = path / f".write-{secrets.token_hex(4)}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            self.wrong(
                name,
                es=f"no se puede escribir en la carpeta {path}.",
                en=f"the folder {path} cannot be written ({error.strerror}).",
            )
        return path

    def site_url(self, name: str, default: str) -> SplitResult:
        """Scheme and host. Plain http only where nobody listens in: this machine, a private network."""
        value = self.text(name, default)
        url, port_is_good = _split(value)
        if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/") or not port_is_good:
            self.wrong(
                name,
                es=f"debe ser una dirección como https://epo.ejemplo.org, no «{value}».",
                en=f"must be an address such as https://epo.example.org, not “{value}”.",
            )
            return urlsplit(default)
        if url.scheme == "http" and not _is_private(url.hostname):
            self.wrong(
                name,
                es="una dirección pública necesita https.",
                en="a public address needs https.",
            )
        return url

    def secret(self, name: str, *, kept_in: Path | None) -> str:
        """The given secret if it is strong; else, where `kept_in` is set, one made once and kept there."""
        value = self.text(name)
        if not value and kept_in is not None:
            return self._kept_secret(name, kept_in)
        if not value:
            self.wrong(
                name,
                es="hace falta, porque la base de datos no es la incluida.",
                en="is needed, because the database is not the embedded one.",
            )
        elif _is_weak(value):
            self.wrong(
                name,
                es=f"es débil: hacen falta {SHORTEST_SECRET} caracteres al azar.",
                en=f"is weak: {SHORTEST_SECRET} random characters are needed.",
            )
        return value or secrets.token_urlsafe(64)

    def _kept_secret(self, name: str, file: Path) -> str:
        if not file.exists() and not os.access(file.parent, os.W_OK):
            return secrets.token_urlsafe(64)  # the folder's own variable has said what is wrong
        try:
            if not file.exists():
                _write_once(file, secrets.token_urlsafe(64))
            value = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            value = ""
        if _is_weak(value):
            self.wrong(
                name,
                es=f"no se puede leer un secreto de {file}.",
                en=f"no secret can be read from {file}.",
            )
        return value or secrets.token_urlsafe(64)

    def database(self, name: str, default: str) -> dict[str, Any]:
        value = self.text(name, default)
        url, _ = _split(value)
        if url.scheme not in {"sqlite", "postgres", "postgresql"} or not url.path.strip("/"):
            self.wrong(
                name,
                es="debe comenzar por postgres:// o sqlite:/// y nombrar la base de datos.",
                en="must begin with postgres:// or sqlite:/// and name the database.",
            )
            value = default
        return dict(environ.Env.db_url_config(value))

    def redis_url(self, name: str) -> str:
        value = self.text(name)
        url, port_is_good = _split(value)
        if value and (
            url.scheme not in {"redis", "rediss", "unix"} or not (url.hostname or url.path) or not port_is_good
        ):
            self.wrong(
                name,
                es="debe comenzar por redis://, rediss:// o unix://.",
                en="must begin with redis://, rediss:// or unix://.",
            )
            return ""
        return value

    def email(self, name: str, default: str) -> dict[str, Any]:
        value = self.text(name, default)
        try:
            return dict(environ.Env.email_url_config(value))
        except Exception:  # noqa: BLE001 -- the library raises whatever its parsing meets
            self.wrong(
                name,
                es="debe ser como smtp+tls://usuario:clave@servidor:587.",
                en="must look like smtp+tls://user:password@server:587.",
            )
            return dict(environ.Env.email_url_config(default))


def _split(value: str) -> tuple[SplitResult, bool]:
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError:
        return urlsplit(""), False
    return url, True


def _is_private(host: str) -> bool:
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _is_weak(secret: str) -> bool:
    lowered = secret.lower()
    return (
        len(secret) < SHORTEST_SECRET
        or len(set(secret)) < FEWEST_LETTERS
        or any(word in lowered for word in WEAK_WORDS)
    )


def _write_once(file: Path, text: str) -> None:
    """Readable by its owner only; of two processes that start at once, the second keeps the first's."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
