"""Puts a backup back: `manage.py restore FILE`. Exit codes: 0 done, 1 refused or failed, 2 the key is wrong or missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from epo.upkeep import restores
from epo.upkeep.archive import BadArchiveError
from epo.upkeep.keys import add_key_arguments, opener_from
from epo.upkeep.restores import RestoreError
from epo.upkeep.sealing import SealError
from epo.upkeep.snapshots import DumpError


class Command(BaseCommand):
    help = "Reads a backup to its end and compares it; then database, photos and secret become what it holds."
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="give up what the database holds now")
        add_key_arguments(parser)

    def handle(self, *_args: Any, **said: Any) -> None:
        try:
            opener = opener_from(said)
            done = restores.restore(said["file"], opener, replace=said["replace"], tell=self.stdout.write)
        except (RestoreError, BadArchiveError, DumpError) as error:
            raise CommandError(str(error)) from None
        except SealError as error:
            raise CommandError(str(error), returncode=2) from None
        except OSError as error:
            raise CommandError(f"{error.strerror}: {error.filename}") from None
        self.stdout.write("Restored; every table has as many rows as the backup says.")
        for name in done.manifest.missing:
            self.stderr.write(f"A row names a file that the backup could not find: {name}")
        if done.secret_differs:
            self.stderr.write(
                f"SECRET_KEY differs from the one of the backup, which lies in DATA_DIR/{restores.SECRET_FILE}:"
                " set it, or links that were sent and second factors stop working."
            )
