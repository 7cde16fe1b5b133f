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
