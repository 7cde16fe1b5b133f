"""Today's problem as the matcher's file form: numbers only, no names, no phones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from battles import matcher, planning


class Command(BaseCommand):
    help = "Writes what a run of the whole nation would solve now, to be solved with `python -m battles.matcher`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", metavar="FILE", type=Path, help="a file; without it, the document is printed")

    def handle(self, *args: Any, **options: Any) -> None:
        planned = planning.problem_for(planning.battles_to_plan())
        text = json.dumps(matcher.write(planned.problem), ensure_ascii=False, separators=(",", ":"))
        out: Path | None = options["out"]
        if out is None:
            self.stdout.write(text)
            return
        try:
            out.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}") from error
        people, battles = len(planned.problem.people), len(planned.problem.battles)
        self.stderr.write(f"{out}: {battles} battles, {people} people; day 0 is {planned.day_0.isoformat()}")
