"""Backups as an administrator makes and restores them, on both databases; the rehearsal of a lost disk."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from subprocess import Popen
from sys import executable

import pytest
from pyrage import x25519

from tests.ops.places import PASSPHRASE, ROOT, Ground, Place, postgres_server

pytestmark = pytest.mark.stack

FILL = """
from itertools import count
from pathlib import Path
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from tests import make
make.count = count(BEGIN)
report = make.make_report(text="se paró la caldera")
for n in range(3):
    name = default_storage.save(f"photos/p{make.count}.jpg".replace("(", "").replace(")", ""), ContentFile(b"jpeg" * 1000))
    make.make_photo(report, state="ready", image=name, small=name)
make.make_offer(state="proposed")
make.make_user()
"""
SEEN = (
    "from factories.models import *; from battles.models import Offer; from epo.accounts.models import User;"
    "print(sorted(map(str, BreakdownReport.objects.values_list('pk', 'text'))), Offer.objects.count(), User.objects.count(),"
    " [photo.image.read()[:8] for photo in Photo.objects.all()])"
)
WRITER = """
from itertools import count
from epo.audit.models import AuditEvent
from tests import make
make.count = count(5000)
print("writing", flush=True)
while True:
    report = make.make_report()
    AuditEvent.objects.create(kind="report.received", about_type="factories.breakdownreport", about_id=str(report.pk))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[str]:
    with postgres_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory) -> Ground:
    return Ground(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="module")
def grounds(tmp_path_factory, on_sqlite: Ground, server: str) -> dict[str, Ground]:
    return {"sqlite": on_sqlite, "postgres": Ground(tmp_path_factory.mktemp("postgres"), server)}


@pytest.fixture(params=["sqlite", "postgres"])
def ground(request: pytest.FixtureRequest, grounds: dict[str, Ground]) -> Ground:
    return grounds[request.param]


NUMBERS = count()


def _empty(ground: Ground) -> Place:
    return ground.empty(f"place-{next(NUMBERS)}")


def _filled(ground: Ground, begin: int = 1) -> Place:
    place = ground.with_tables(f"place-{next(NUMBERS)}")
    place.python(FILL.replace("BEGIN", str(begin)))
    return place


def _backup(place: Place, *more: str) -> Path:
    return Path(place.manage("backup", *more).splitlines()[0])


def test_a_lost_installation_comes_back_with_everything(ground: Ground) -> None:
    place, empty = _filled(ground), _empty(ground)
    file = _backup(place)

    said = empty.manage("restore", str(file))

    assert "every table has as many rows" in said
    assert empty.python(SEEN) == place.python(SEEN)
    assert PASSPHRASE.encode() not in file.read_bytes()
    assert "se paró".encode() not in file.read_bytes()


def test_a_database_that_is_not_empty_is_kept(ground: Ground) -> None:
    place, other = _filled(ground), _filled(ground, begin=500)
    file, before = _backup(place), other.python(SEEN)

    said = other.manage("restore", str(file), code=1)
    after = other.python(SEEN)
    other.manage("restore", str(file), "--replace")

    assert "--replace" in said
    assert after == before
    assert other.python(SEEN) == place.python(SEEN)


def test_backup_while_others_write_is_of_one_moment(ground: Ground) -> None:
    """Each report and its event are two commits: a backup has as many events as reports, or one report more."""
    place, empty = _filled(ground), _empty(ground)
    writer = Popen([executable, "manage.py", "shell", "--no-imports", "-c", WRITER], env=place.env, cwd=ROOT, stdout=-1)
    assert writer.stdout is not None
    writer.stdout.readline()

    files = [_backup(place) for _n in range(2)]

    writer.kill()
    writer.wait()
    writer.stdout.close()
    empty.manage("restore", str(files[1]))
    seen = json.loads(
        empty.python(
            "import json; from factories.models import BreakdownReport; from epo.audit.models import AuditEvent;"
            "print(json.dumps([BreakdownReport.objects.count() - 1, AuditEvent.objects.filter(kind='report.received').count()]))"
        )
    )
    assert seen[0] > 0
    assert seen[0] - seen[1] in {0, 1}


def test_one_changed_byte_is_noticed_and_nothing_is_restored(on_sqlite: Ground, tmp_path: Path) -> None:
    place, empty = _filled(on_sqlite), _empty(on_sqlite)
    file = _backup(place)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    said = empty.manage("restore", str(file), code=2)

    assert "damaged" in said
    assert not (empty.folder / "photos").exists()


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_backup_that_was_cut_off_is_noticed(on_sqlite: Ground, tmp_path: Path, cut: float) -> None:
    place = _filled(on_sqlite)
    place.env["BACKUP_PASSPHRASE_FILE"] = ""
    file = _backup(place, "--unencrypted")
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * cut)])

    assert "CommandError" in place.manage("backup", "--check", str(file), code=1)


def test_part_that_was_exchanged_is_named(on_sqlite: Ground, tmp_path: Path) -> None:
    place = _filled(on_sqlite)
    place.env["BACKUP_PASSPHRASE_FILE"] = ""
    file = _backup(place, "--unencrypted")
    _exchange(file, "secret", b"another")

    assert "secret" in place.manage("backup", "--check", str(file), code=1)


def _exchange(file: Path, name: str, content: bytes) -> None:
    from io import BytesIO

    with tarfile.open(file) as old:
        parts = [(one, old.extractfile(one).read()) for one in old.getmembers()]
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as new:
        for entry, was in parts:
            now = content if entry.name == name else was
            entry.size = len(now)
            new.addfile(entry, BytesIO(now))


def test_with_a_public_key_only_its_secret_key_opens_it(on_sqlite: Ground, tmp_path: Path) -> None:
    place, empty = _filled(on_sqlite), _empty(on_sqlite)
    key = x25519.Identity.generate()
    (tmp_path / "key").write_text(f"# created today\n{key}\n")
    (tmp_path / "other").write_text(f"{x25519.Identity.generate()}\n")
    place.env.update(BACKUP_PASSPHRASE_FILE="", BACKUP_PUBLIC_KEY=str(key.to_public()))
    file = _backup(place)

    without = empty.manage("restore", str(file), code=2)
    wrong = empty.manage("restore", str(file), "--identity", str(tmp_path / "other"), code=2)
    empty.manage("restore", str(file), "--identity", str(tmp_path / "key"))

    assert ("secret key is needed" in without, "cannot be decrypted" in wrong) == (True, True)
    assert empty.python(SEEN) == place.python(SEEN)


def test_backup_without_a_key_is_refused_and_the_newest_are_kept(on_sqlite: Ground, tmp_path: Path) -> None:
    place = _filled(on_sqlite)
    made = [_backup(place, "--keep", "2", "--to", str(tmp_path / "there")) for _n in range(3)]

    left = sorted(path.name for path in (tmp_path / "there").iterdir())
    said = place.manage("backup", code=2, BACKUP_PASSPHRASE_FILE="")
    wrong = place.manage("backup", "--keep", "0", code=2)
    short = tmp_path / "short"
    short.write_text("corta")

    assert left == sorted(path.name for path in made[1:])
    assert [path.stat().st_mode & 0o777 for path in made[1:]] == [0o600] * 2
    assert "BACKUP_PUBLIC_KEY" in said
    assert "--keep" in wrong
    assert "16 characters" in place.manage("backup", "--passphrase-file", str(short), code=2)


def test_backup_of_a_newer_version_is_refused(on_sqlite: Ground, tmp_path: Path) -> None:
    place, empty = _filled(on_sqlite), _empty(on_sqlite)
    place.python(
        "from django.db.migrations.recorder import MigrationRecorder as R; from django.db import connection;"
        "R(connection).record_applied('battles', '9999_from_tomorrow')"
    )
    file = _backup(place)

    assert "newer version" in empty.manage("restore", str(file), code=1)


def test_row_without_its_file_is_told(on_sqlite: Ground, tmp_path: Path) -> None:
    place = _filled(on_sqlite)
    place.python(
        "from factories.models import Photo; Photo.objects.first().image.storage.delete(Photo.objects.first().image.name)"
    )

    said = place.manage("backup")

    assert said.count("A row names a file that is not there: photos/") == 1
