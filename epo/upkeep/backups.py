"""Making a backup, reading it back, keeping the newest. Nothing here writes a row; `actions` does."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import FileField
from django.utils.timezone import localtime

from epo.upkeep import archive, sealing, snapshots
from epo.upkeep.archive import About, Manifest, Writer
from epo.upkeep.sealing import Opener, Seal, SealError
from epo.upkeep.snapshots import DumpError, Snapshot
from epo.upkeep.version import version

SUFFIXES = (".tar", ".tar.age")
PREFIX = "epo-"
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    size: int
    sha256: str
    manifest: Manifest

    @property
    def rows(self) -> int:
        return sum(self.manifest.counts.values())


class MovedOnError(Exception):
    """A file went while it was to be copied, because its row had changed; the next attempt finds both together."""


def configured_seal() -> Seal | None:
    """By the settings; None where they name neither key nor passphrase."""
    if settings.BACKUP_PUBLIC_KEY:
        return sealing.seal_for(settings.BACKUP_PUBLIC_KEY)
    if settings.BACKUP_PASSPHRASE_FILE:
        return sealing.seal_with(passphrase_in(settings.BACKUP_PASSPHRASE_FILE))
    return None


def passphrase_in(file: str | Path) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SealError(f"No passphrase can be read from {file}.") from None


def folder_for_backups() -> Path:
    return Path(settings.BACKUP_DIR) if settings.BACKUP_DIR else Path(settings.DATA_DIR) / "backups"


def make(folder: Path, seal: Seal | None) -> Made:
    """A new backup in `folder`, read back from the disk to the last byte before it gets its name."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _drop_unfinished(folder)
    for attempt in range(ATTEMPTS):
        try:
            return _make_once(folder, seal)
        except MovedOnError:
            if attempt == ATTEMPTS - 1:
                raise DumpError("Files go as fast as they can be copied; try again later.") from None
    raise AssertionError


def _make_once(folder: Path, seal: Seal | None) -> Made:
    name = f"{PREFIX}{localtime():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}{SUFFIXES[seal is not None]}"
    draft = folder / f".{name}.part"
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            manifest = _write(stream, seal)
            stream.flush()
            os.fsync(stream.fileno())
        opener = Opener(identities=[seal.own]) if seal else None
        if check(draft, opener)[1] != manifest:
            raise DumpError("What was read back is not what was written.")
        size, digest = draft.stat().st_size, _sha256(draft)
        draft.rename(folder / name)
        _sync(folder)
    finally:
        draft.unlink(missing_ok=True)
    return Made(folder / name, size, digest, manifest)


def _drop_unfinished(folder: Path) -> None:
    for left in folder.glob(f".{PREFIX}*.part"):
        left.unlink(missing_ok=True)


def _write(target: BinaryIO, seal: Seal | None) -> Manifest:
    with snapshots.taken() as snapshot, sealing.sealed(target, seal) as stream:
        problems = snapshot.problems()
        if problems:
            raise DumpError(f"The database is damaged: {'; '.join(problems)}")
        writer = Writer(stream, _about(snapshot))
        writer.manifest.counts = snapshots.counts(snapshot)
        _add_files(writer, snapshot)
        for number, piece in enumerate(snapshot.pieces()):
            writer.add(f"{archive.DATABASE}{number:06}", piece)
        writer.add(archive.SECRET, settings.SECRET_KEY.encode())
        writer.close()
        return writer.manifest


def _about(snapshot: Snapshot) -> About:
    table = MigrationRecorder.Migration._meta.db_table
    applied = snapshot.rows(f"SELECT app, name FROM {snapshots.quote(table)} ORDER BY app, name")  # noqa: S608 -- Django's table
    return About(
        product=version(),
        made_at=localtime().isoformat(timespec="seconds"),
        vendor=snapshot.vendor,
        migrations=[f"{app}.{name}" for app, name in applied],
    )


def _add_files(writer: Writer, snapshot: Snapshot) -> None:
    """The newest first: what came in a moment ago is what is replaced soonest."""
    for name in sorted(named_files(snapshot), key=_age_of):
        try:
            with default_storage.open(name) as file:
                writer.add_stream(f"{archive.FILES}{name}", cast(BinaryIO, file), file.size)
        except FileNotFoundError:
            if name not in named_files_now():
                raise MovedOnError from None
            writer.manifest.missing.append(name)


def named_files_now() -> set[str]:
    return named_files(_Now())


class _Now:
    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())


def named_files(snapshot: Snapshot | _Now) -> set[str]:
    """Every file that a row names."""
    names: set[str] = set()
    for table, column in _file_columns():
        sql = f"SELECT {snapshots.quote(column)} FROM {snapshots.quote(table)} WHERE {snapshots.quote(column)} <> ''"  # noqa: S608 -- our own columns
        names.update(str(row[0]) for row in snapshot.rows(sql))
    return names


def _file_columns() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, FileField) and field.column:
                yield model._meta.db_table, field.column


def _age_of(name: str) -> float:
    with suppress(OSError):
        return -Path(default_storage.path(name)).stat().st_mtime
    return 0.0


def check(file: Path, opener: Opener | None) -> tuple[About, Manifest]:
    """Reads all of it: decrypted, complete, and every part with its hash."""
    with reading(file, opener) as stream:
        return archive.read(stream, lambda _name, _parts: None)


@contextmanager
def reading(file: Path, opener: Opener | None) -> Iterator[BinaryIO]:
    with file.open("rb") as source:
        os.posix_fadvise(source.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # from the disk, where it can
        with sealing.opened(source, opener) as stream:
            yield stream


def kept(folder: Path) -> list[Path]:
    """Newest first. The names begin with the time."""
    return sorted((path for path in folder.glob(f"{PREFIX}*") if path.name.endswith(SUFFIXES)), reverse=True)


def prune(folder: Path, keep: int) -> list[Path]:
    gone = kept(folder)[keep:]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
