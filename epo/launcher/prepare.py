"""Everything that must stand before the first page: tables, reference data, demonstration, static files."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections

from battles.demo.logins import LOGINS
from epo.core import durability
from epo.launcher.words import say


def prepare() -> None:
    """Each step does nothing where it was done before."""
    django.setup()
    durability.stop_if_unsafe()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference", verbosity=0)
    if settings.DEMO:
        _prepare_demo()
    _collect_static()
    connections.close_all()


def _prepare_demo() -> None:
    from battles.demo.wipe import there_is_data  # noqa: PLC0415 -- models, which wait for django.setup()

    if not there_is_data():
        say("Preparando la organización de demostración…", "Preparing the demonstration organisation…")
        call_command("make_demo", verbosity=0)


def _collect_static() -> None:
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = _state_of_static()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0, clear=stamp.exists())
        stamp.write_text(state)


def _state_of_static() -> str:
    """Changes when any static file was added, removed or changed."""
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            found.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()


def greet() -> None:
    say(f"Listo: {settings.SITE_URL}", "Ready")
    for login in LOGINS if settings.DEMO else ():
        sys.stdout.write(f"   {login.username:<12} {login.password:<16} {login.what}\n")
    if not settings.SECOND_FACTOR:
        say("Sin segundo paso: solo para probar en esta máquina.", "No second step: only to try it on this machine.")
    say("Ctrl-C detiene todo.", "Ctrl-C stops everything.")
