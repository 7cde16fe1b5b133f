"""Putting a backup back: read to the end and compared first, then the database in one transaction, then the files."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from epo.audit.models import AuditEvent
from epo.upkeep import archive, backups, snapshots
from epo.work.models import Heartbeat

if TYPE_CHECKING:
    from collections.abc import Callable

    from epo.upkeep.archive import About, Manifest, Part
    from epo.upkeep.sealing import Opener

SECRET_FILE = "secret-of-the-backup"  # noqa: S105 -- a name


class RestoreError(Exception):
    """What is wrong, as a sentence."""


@dataclass(frozen=True, slots=True)
class Restored:
    about: About
    manifest: Manifest
    secret_differs: bool


def is_empty() -> bool:
    """No people and nothing that ever happened; reference data counts as nothing."""
    tables = connection.introspection.table_names()
    rows = (get_user_model()._default_manager, AuditEvent.objects)
    return not any(found.model._meta.db_table in tables and found.exists() for found in rows)


def somebody_works() -> bool:
    return Heartbeat._meta.db_table in connection.introspection.table_names() and Heartbeat.objects.fresh().exists()


def restore(file: Path, opener: Opener | None, *, replace: bool, tell: Callable[[str], None]) -> Restored:
    """`replace`: whatever the database holds is given up for what the backup holds."""
    if not replace and not is_empty():
        raise RestoreError("The database is not empty. Give --replace to give up what it holds.")
    if somebody_works():
        raise RestoreError("Workers are running on this database. Stop the product first.")
    about, manifest = backups.check(file, opener)
    _refuse_what_does_not_fit(about)
    tell(
        f"The backup of {about.made_at} is complete: {sum(manifest.counts.values())} rows, {len(manifest.files)} files."
    )
    secret = _Secret()
    with backups.reading(file, opener) as stream:
        _apply(stream, about, secret)
    _compare_counts(manifest)
    if connection.vendor != "sqlite" or about.migrations != _known():
        call_command("migrate", interactive=False, verbosity=0)
    return Restored(about, manifest, secret.keep())


def _refuse_what_does_not_fit(about: About) -> None:
    if about.vendor != connection.vendor:
        raise RestoreError(
            f"The backup is of {about.vendor}, the database is {connection.vendor}. Restore it there, then use `move`."
        )
    newer = sorted(set(about.migrations) - set(_known()))
    ours = {name.split(".")[0] for name in _known()}
    newer = [name for name in newer if name.split(".")[0] in ours]
    if newer:
        raise RestoreError(f"The backup was made by a newer version ({about.product}): {newer[0]} is not known here.")


def _known() -> list[str]:
    loader = MigrationLoader(None)
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations)


def _apply(stream: BinaryIO, about: About, secret: _Secret) -> None:
    """Files first: a photo without its row does no harm, a row without its photo does."""
    with _Loading(about.vendor) as database:

        def use(name: str, parts: Part) -> None:
            if name.startswith(archive.FILES):
                _put(name.removeprefix(archive.FILES), parts)
            elif name.startswith(archive.DATABASE):
                for part in parts:
                    database.feed(part)
            elif name == archive.SECRET:
                secret.value = b"".join(parts).decode()

        archive.read(stream, use)


class _Loading:
    """The database's loader wants to be given an iterator; the archive gives part after part."""

    def __init__(self, vendor: str) -> None:
        self._vendor = vendor
        self._stream = TemporaryFile(dir=settings.DATA_DIR)  # noqa: SIM115 -- closed by `__exit__`

    def __enter__(self) -> Self:
        return self

    def feed(self, part: bytes) -> None:
        self._stream.write(part)

    def __exit__(self, kind: object, *_: object) -> None:
        with self._stream as stream:
            if kind is None:
                stream.seek(0)
                snapshots.load(self._vendor, iter(lambda: stream.read(snapshots.PIECE), b""))


def _put(name: str, parts: Part) -> None:
    """Under its name once all of it is there."""
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _compare_counts(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        for table, count in manifest.counts.items():
            cursor.execute(f"SELECT count(*) FROM {snapshots.quote(table)}")  # noqa: S608 -- names of the backup's own manifest
            found = cursor.fetchone()[0]
            if found != count:
                raise RestoreError(f"{table} holds {found} rows and should hold {count}.")


@dataclass(slots=True)
class _Secret:
    value: str = ""

    def keep(self) -> bool:
        """True if it is another than the one in use; then it lies beside the data, for its owner alone."""
        if not self.value or self.value == settings.SECRET_KEY:
            return False
        own = Path(settings.DATA_DIR) / "secret"
        target = own if own.exists() and own.read_text(encoding="ascii").strip() == settings.SECRET_KEY else None
        _write_private(target or own.with_name(SECRET_FILE), self.value)
        return target is None


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    draft.replace(path)
