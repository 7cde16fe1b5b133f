"""A backup, now: `manage.py backup`. Exit codes: 0 done, 1 it failed, 2 asked for in a way that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from epo.upkeep import backups, sealing
from epo.upkeep.actions import back_up_here
from epo.upkeep.archive import BadArchiveError
from epo.upkeep.keys import add_key_arguments, opener_from
from epo.upkeep.sealing import SealError
from epo.upkeep.snapshots import DumpError

if TYPE_CHECKING:
    from epo.upkeep.sealing import Seal

MEGABYTE = 1024**2


class Command(BaseCommand):
    help = "Writes database, photos and secret into one encrypted file, reads it back, and keeps the newest."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="folder; default: BACKUP_DIR, else DATA_DIR/backups")
        parser.add_argument("--public-key", default="", help="instead of BACKUP_PUBLIC_KEY")
        parser.add_argument("--keep", type=int, help="how many of the newest stay; default: BACKUP_KEEP")
        parser.add_argument(
            "--unencrypted",
            action="store_true",
            help="not encrypted where no key is configured (beside the data itself)",
        )
        parser.add_argument("--check", type=Path, metavar="FILE", help="only read a backup to its end and compare")
        add_key_arguments(parser)

    def handle(self, *_args: Any, **said: Any) -> None:
        try:
            if said["check"]:
                self._check(said["check"], said)
            else:
                self._back_up(said)
        except (DumpError, BadArchiveError) as error:
            raise CommandError(str(error)) from None
        except SealError as error:
            raise CommandError(str(error), returncode=2) from None
        except OSError as error:
            raise CommandError(f"{error.strerror}: {error.filename}") from None

    def _back_up(self, said: dict[str, Any]) -> None:
        keep = settings.BACKUP_KEEP if said["keep"] is None else said["keep"]
        if keep < 1:
            raise CommandError("--keep needs a number from 1 on.", returncode=2)
        folder = said["to"] or backups.folder_for_backups()
        made = back_up_here(folder=folder, seal=self._seal(said), keep=keep)
        self.stdout.write(str(made.path))
        self.stdout.write(
            f"{made.rows} rows, {len(made.manifest.files)} files, {made.size / MEGABYTE:.1f} MB; read back and compared."
        )
        for name in made.manifest.missing:
            self.stderr.write(f"A row names a file that is not there: {name}")

    def _seal(self, said: dict[str, Any]) -> Seal | None:
        if said["public_key"]:
            return sealing.seal_for(said["public_key"])
        if said["passphrase_file"]:
            return sealing.seal_with(backups.passphrase_in(said["passphrase_file"]))
        seal = backups.configured_seal()
        if seal is None and not said["unencrypted"]:
            raise SealError("Set BACKUP_PUBLIC_KEY or BACKUP_PASSPHRASE_FILE, or say --unencrypted.")
        return seal

    def _check(self, file: Path, said: dict[str, Any]) -> None:
        about, manifest = backups.check(file, opener_from(said))
        rows = sum(manifest.counts.values())
        self.stdout.write(
            f"{about.made_at}, version {about.product}, {about.vendor}: {rows} rows, {len(manifest.files)} files. Complete."
        )
