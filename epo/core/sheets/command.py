"""`manage.py import_…`: what all of them do."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from epo.core.sheets.layout import BadLines, Problem, Summary
from epo.core.sheets.parsers import LANGUAGES
from epo.core.sheets.reading import MOST_BYTES, Unreadable, read
from epo.core.sheets.writing import CSV, XLSX, Column, write

if TYPE_CHECKING:
    from epo.core.sheets.importer import Importer
    from epo.core.sheets.reading import Line

SHOWN = 200


class ImportCommand(BaseCommand):
    """Ends with 0 when all is written (or could be, with --check), 1 when nothing is."""

    importer: ClassVar[Importer]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV or XLSX, the names of the columns first")
        parser.add_argument("--check", action="store_true", help="only tell what would happen; write nothing")
        parser.add_argument("--template", action="store_true", help="write an empty file with an example to FILE")
        parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help="of the messages")

    def handle(self, *_args: Any, **options: Any) -> None:
        with override(options["language"]):
            if options["template"]:
                self._write_template(options["file"])
            else:
                self._import(options["file"], is_check=options["check"])

    def _write_template(self, path: Path) -> None:
        kind = path.suffix.lower().lstrip(".")
        if kind not in (CSV, XLSX):
            raise CommandError(_("The name of the file must end in .csv or .xlsx."))
        head, example = self.importer.example()
        columns = [Column(title, itemgetter(at)) for at, title in enumerate(head)]
        try:
            with path.open("xb") as file:
                write(file, kind, columns, [example])
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        self.stdout.write(str(path))

    def _import(self, path: Path, *, is_check: bool) -> None:
        try:
            summary = self._look(path) if is_check else self.importer.take(self._lines(path), by=None, tell=self._tell)
        except Unreadable as error:
            raise CommandError(f"{path}: {error.reason}") from error
        except BadLines as error:
            self._list(error.problems)
            count = len(error.problems)
            text = ngettext("%(n)s problem: nothing was written.", "%(n)s problems: nothing was written.", count)
            raise CommandError(text % {"n": count}) from error
        self._report(summary, is_check=is_check)

    def _lines(self, path: Path) -> list[Line]:
        lines = read(_bytes_of(path))
        count = len(lines) - 1
        self.stderr.write(ngettext("%(n)s line read.", "%(n)s lines read.", count) % {"n": count})
        return lines

    def _look(self, path: Path) -> Summary:
        summary = self.importer.look(self._lines(path))
        if summary.problems:
            raise BadLines(summary.problems)
        return summary

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(_("%(done)s of %(total)s written") % {"done": done, "total": total})

    def _list(self, problems: list[Problem]) -> None:
        for problem in problems[:SHOWN]:
            self.stderr.write(str(problem))
        if len(problems) > SHOWN:
            self.stderr.write(_("… and %(n)s more") % {"n": len(problems) - SHOWN})

    def _report(self, summary: Summary, *, is_check: bool) -> None:
        self._list(summary.notes)
        if summary.unused:
            self.stderr.write(_("Columns that were not used: %(names)s.") % {"names": ", ".join(summary.unused)})
        counts = {"new": summary.new, "changed": summary.changed, "same": summary.same}
        if is_check:
            self.stdout.write(_("It would be: %(new)s new, %(changed)s changed, %(same)s as they were.") % counts)
        else:
            self.stdout.write(_("Done: %(new)s new, %(changed)s changed, %(same)s as they were.") % counts)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
