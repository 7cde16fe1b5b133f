"""What can be known to be wrong before anything starts."""

from __future__ import annotations

import fcntl
import re
import socket
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO

import environ as environ_of_files

from epo.core.env import FALSE, LOCAL_NAMES
from epo.launcher.words import Stop

HIGHEST_PORT = 65535
ROOT = Path(__file__).resolve().parent.parent.parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)(?:\s*;\s*(?P<only>[^#]*))?")


def packages_are_there(requirements: Path = ROOT / "requirements.txt") -> None:
    """Every pinned package, except those that are only for some machines (they carry a marker)."""
    for line in requirements.read_text(encoding="utf-8").splitlines():
        pin = PIN.match(line)
        if pin and not pin["only"] and not _is_installed(pin[1]):
            raise Stop(
                f"Falta el módulo {pin[1]} en el entorno de Python. Escribe «make install».",
                f"The module {pin[1]} is missing from the Python environment. Type “make install”.",
            )


def _is_installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def port(environ: Mapping[str, str]) -> int:
    value = environ.get("PORT") or "8000"
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= HIGHEST_PORT):
        raise Stop(
            f"PORT debe ser un número de 1 a 65535, no «{value}».",
            f"PORT must be a number from 1 to 65535, not “{value}”.",
        )
    return int(value)


def port_is_free(host: str, number: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            raise Stop(
                f"No se puede usar el puerto {number} de {host}. Elige otro: PORT=… make run",
                f"Port {number} of {host} cannot be used ({error.strerror}). Choose another with PORT=…",
            ) from error


def folder(environ: Mapping[str, str]) -> Path:
    path = Path(environ.get("DATA_DIR") or ROOT / "data").expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / "launcher.lock").touch()
    except OSError as error:
        raise Stop(
            f"No se puede escribir en la carpeta {path}. Elige otra con DATA_DIR=…",
            f"The folder {path} cannot be written ({error.strerror}). Choose another with DATA_DIR=…",
        ) from error
    return path


def only_one(path: Path) -> IO[str]:
    """Keep what this returns: the folder is ours as long as the file is open."""
    lock = (path / "launcher.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise Stop(
            f"El sistema ya está en marcha con la carpeta {path}.",
            f"The system is already running with the folder {path}.",
        ) from error
    return lock


class _File(environ_of_files.Env):
    """Reads into a copy; what the launcher starts reads the file itself."""


def is_demonstration(host: str, environ: Mapping[str, str]) -> bool:
    """Invented people on this machine alone: anybody may sign in as any of them with the password alone."""
    said = dict(environ)
    file = Path(said.get("ENV_FILE", str(ROOT / ".env")))
    if file.is_file():
        _File.ENVIRON = said
        _File.read_env(str(file))
    is_alone = {host, said.get("HOST") or host} <= LOCAL_NAMES and not any(
        said.get(name) for name in ("SITE_URL", "DATABASE_URL", "SECOND_FACTOR")
    )
    return is_alone and said.get("DEMO", "").strip().lower() not in FALSE
