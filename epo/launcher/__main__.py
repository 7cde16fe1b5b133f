"""`python -m epo.launcher`: database, demonstration, broker, web server, worker and beat on one machine.

It ends on Ctrl-C or SIGTERM and takes everything that it started with it; what dies before is started again.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from epo.launcher import broker, commands, preflight
from epo.launcher.children import Child
from epo.launcher.words import EXIT_CODE, Stop, say

READY_WITHIN = 60.0
LOOK_EVERY = 0.3
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(Exception):
    pass


def main() -> int:
    for number in SIGNALS:
        signal.signal(number, _end)
    try:
        with ExitStack() as at_the_end:
            run(at_the_end)
    except Stop as stop:
        sys.stderr.write(f"{stop}\n")
        return EXIT_CODE
    except Ended:
        say("Todo está detenido.", "Everything has stopped.")
    return 0


def run(at_the_end: ExitStack) -> None:
    environ = os.environ
    host, port = environ.get("HOST") or "127.0.0.1", preflight.port(environ)
    preflight.packages_are_there()
    folder = preflight.folder(environ)
    preflight.port_is_free(host, port)
    at_the_end.enter_context(preflight.only_one(folder))
    environ.setdefault("DJANGO_SETTINGS_MODULE", "epo.settings")
    environ |= {"DATA_DIR": str(folder), "PORT": str(port), "C_FORCE_ROOT": "1"}
    if preflight.is_demonstration(host, environ):
        environ["SECOND_FACTOR"] = "off"

    place = Path(at_the_end.enter_context(TemporaryDirectory(prefix="epo-", ignore_cleanup_errors=True)))
    running: list[Child] = []
    at_the_end.callback(_stop_all, running)
    if not environ.get("REDIS_URL"):
        _start_broker(running, place)
    from epo.launcher import prepare  # noqa: PLC0415 -- it reads the settings, which need the broker's address

    prepare.prepare()
    _start_product(running, host, port)
    _wait_for(f"http://{_reachable(host)}:{port}/healthz", running)
    prepare.greet()
    while True:
        _look_after(running)
        time.sleep(LOOK_EVERY)


def _start_broker(running: list[Child], place: Path) -> None:
    program = broker.embedded_program()
    if program is None:
        say(
            "Sin Valkey en esta máquina: los mensajes van por archivos.",
            "No Valkey here: messages go by files.",
        )
        return
    argv, url = broker.command(program, folder=place)
    child = Child("broker", argv)
    running.append(child)
    child.start()
    if not broker.wait_until_it_answers(url):
        raise Stop("El servidor de mensajes no arranca.", "The message server does not start.")
    os.environ["REDIS_URL"] = url


def _start_product(running: list[Child], host: str, port: int) -> None:
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    for name, argv in (
        ("worker", commands.worker_command(sys.executable, concurrency=2)),
        ("beat", commands.beat_command(sys.executable)),
        ("web", commands.web_command(sys.executable, bind=bind)),
    ):
        child = Child(name, argv)
        running.append(child)
        child.start()


def _look_after(running: list[Child]) -> None:
    for child in running:
        code = child.ended()
        if code == EXIT_CODE:
            raise Stop(f"«{child.name}» no puede arrancar.", f"“{child.name}” cannot start.")
        if code is not None:
            pause = child.rest()
            say(
                f"«{child.name}» terminó solo (código {code}); arranca de nuevo en {pause:.0f} s.",
                f"“{child.name}” ended by itself (code {code}); it starts again in {pause:.0f} s.",
            )
        child.start_if_rested()


def _wait_for(url: str, running: list[Child]) -> None:
    until = time.monotonic() + READY_WITHIN
    while not _answers(url):
        if time.monotonic() > until:
            raise Stop(f"No hay respuesta de {url}.", f"There is no answer from {url}.")
        _look_after(running)
        time.sleep(LOOK_EVERY)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as response:  # noqa: S310 -- our own address
            return bool(response.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def _reachable(host: str) -> str:
    """An address of this machine at which a server that listens on `host` answers."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 -- what somebody chose, not what we choose
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _stop_all(running: list[Child]) -> None:
    """The last started ends first; the broker, which all others need, last."""
    for child in reversed(running):
        child.stop()


def _end(_number: int, _frame: object) -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise Ended


if __name__ == "__main__":
    sys.exit(main())
