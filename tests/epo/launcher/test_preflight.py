"""What stops the launcher is said in the language of each half, without the system's English in the Spanish one."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from epo.launcher import preflight
from epo.launcher.words import Stop


def test_taken_port_is_said_in_plain_spanish() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(Stop) as stopped:
            preflight.port_is_free("127.0.0.1", number)

    spanish = str(stopped.value).splitlines()[0]
    assert spanish == f"No se puede usar el puerto {number} de 127.0.0.1. Elige otro: PORT=… make run"


def test_folder_that_cannot_be_written_is_said_in_plain_spanish(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"

    with pytest.raises(Stop) as stopped:
        preflight.folder({"DATA_DIR": str(folder)})

    spanish = str(stopped.value).splitlines()[0]
    assert spanish == f"No se puede escribir en la carpeta {folder}. Elige otra con DATA_DIR=…"


@pytest.mark.parametrize(
    ("host", "environ", "file", "is_demonstration"),
    [
        ("127.0.0.1", {}, "", True),
        ("::1", {"DEMO": "true"}, "PORT=8001", True),
        ("0.0.0.0", {}, "", False),  # noqa: S104 -- told apart, not listened on
        ("192.168.1.4", {}, "", False),
        ("127.0.0.1", {"DEMO": "false"}, "", False),
        ("127.0.0.1", {"SITE_URL": "https://epo.example.org"}, "", False),
        ("127.0.0.1", {"DATABASE_URL": "postgres://epo@localhost/epo"}, "", False),
        ("127.0.0.1", {"SECOND_FACTOR": "true"}, "", False),
        ("127.0.0.1", {}, "SITE_URL=https://epo.example.org", False),
        ("127.0.0.1", {}, "HOST=0.0.0.0", False),
        ("127.0.0.1", {}, "DEMO=no", False),
    ],
)
def test_second_step_is_off_in_the_demonstration_on_this_machine_alone(
    tmp_path: Path, host: str, environ: dict[str, str], file: str, is_demonstration: bool
) -> None:
    (tmp_path / "env").write_text(f"{file}\n")

    assert preflight.is_demonstration(host, environ | {"ENV_FILE": str(tmp_path / "env")}) == is_demonstration
