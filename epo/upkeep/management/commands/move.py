"""From SQLite to PostgreSQL: `manage.py move --to-file FILE`. Exit codes: 0 moved and compared, 1 refused or failed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from epo.upkeep.moving import move
from epo.upkeep.neutral import MoveError


class Command(BaseCommand):
    help = "Copies every row to an empty PostgreSQL database and compares counts and hashes. SQLite stays as it was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to-file", type=Path, help="file that holds the address, postgres://…; default: the variable MOVE_TO"
        )

    def handle(self, *_args: Any, **said: Any) -> None:
        try:
            address = said["to_file"].read_text(encoding="utf-8") if said["to_file"] else os.environ.get("MOVE_TO", "")
            told = move(address.strip(), tell=self.stdout.write)
        except MoveError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{error.strerror}: {error.filename}") from None
        rows = sum(table.rows for table in told.values())
        self.stdout.write(f"All {rows} rows of {len(told)} tables are there, and are what they were.")
        self.stdout.write("Now set DATABASE_URL to that address, and SECRET_KEY to what stands in")
        self.stdout.write(f"  {Path(settings.DATA_DIR) / 'secret'}")
        self.stdout.write("and keep DATA_DIR: the photos stay where they are.")
