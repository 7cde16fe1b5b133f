"""Checks what must always hold on the data at hand: `manage.py sanity`. Exit codes: 0 all kept, 1 something is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from epo.upkeep import sanity

if TYPE_CHECKING:
    from epo.upkeep.sanity import Finding

MOST_ROWS = 20


class Command(BaseCommand):
    help = "Asks the rows whether every promise of the design is kept, and names those that break one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", action="append", default=[], choices=sorted(sanity.CHECKS), metavar="NAME")
        parser.add_argument("--all-rows", action="store_true", help=f"name all rows, not the first {MOST_ROWS} of each")

    def handle(self, *_args: Any, **said: Any) -> None:
        findings = sanity.check_all(said["only"])
        most = None if said["all_rows"] else MOST_ROWS
        elsewhere = {} if said["only"] else dict(sanity.NOT_IN_ROWS)
        for promise in sorted({finding.check.promise for finding in findings} | set(elsewhere)):
            self.stdout.write(f"{promise}.")
            for finding in findings:
                if finding.check.promise == promise:
                    self._tell(finding, most)
            if promise in elsewhere:
                self.stdout.write(f"   –  {elsewhere[promise]}")
        broken = sum(len(finding.broken) for finding in findings)
        if broken:
            raise CommandError(f"{broken} rows break a promise.")
        self.stdout.write("Every promise is kept.")

    def _tell(self, finding: Finding, most: int | None) -> None:
        mark = "!!" if finding.broken else "ok"
        self.stdout.write(f"  {mark}  {finding.check.says} ({finding.check.name})")
        for one in finding.broken[:most]:
            self.stdout.write(f"        {one}")
        if most is not None and len(finding.broken) > most:
            self.stdout.write(f"        … {len(finding.broken) - most} more")
