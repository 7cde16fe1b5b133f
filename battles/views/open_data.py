"""Open data: what it is, and the files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from battles import impact_places, open_data
from epo.core.http import page
from epo.core.sheets.cells import written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

LICENCE = "CC0-1.0"
MEANINGS: Mapping[str, _StrPromise] = {
    "id": _("one repair, for ever the same"),
    "battle": _("repairs with the same code were made by the same crew, in the same days"),
    "month": _("month in which the battle ended, YYYY-MM"),
    "sector": _("branch of production, where it may be told"),
    "region": _("region (REDI), where it may be told"),
    "state": _("ISO 3166-2 code of the state, where it may be told"),
    "plant": _("its name, only where the plant agreed"),
    "machine_kind": _("kind of machine, from our catalogue; empty: the plant as a whole, or not told"),
    "faults": _("what the workers reported, codes separated by spaces"),
    "was": _("how the machine was before: running, badly, stopped, dangerous"),
    "outcome": _("repaired, partly_repaired or not_repairable"),
    "barrier": _("what stood in the way of a whole repair"),
    "days_in_plant": _("days of the battle"),
    "people": _("volunteers who went"),
    "trades": _("their trades, codes separated by spaces"),
}


@login_not_required
@require_safe
def described(request: HttpRequest) -> HttpResponse:
    context = {"fields": MEANINGS.items(), "licence": LICENCE, "k": impact_places.K}
    return page(request, "battles/impact/open_data.html", context)


class _Line:
    """What a CSV writer writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


@login_not_required
@require_safe
def as_csv(_request: HttpRequest) -> StreamingHttpResponse:
    out = csv.DictWriter(_Line(), open_data.FIELDS)

    def lines() -> Iterator[str]:
        yield out.writerow(dict(zip(open_data.FIELDS, open_data.FIELDS, strict=True)))
        for row in open_data.as_rows():
            yield out.writerow({name: written(value) for name, value in row.items()})

    return _file(lines(), "text/csv; charset=utf-8", "epo-reparaciones.csv")


@login_not_required
@require_safe
def as_json(_request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        yield f'{{"licence": "{LICENCE}", "fields": {json.dumps(open_data.FIELDS)}, "repairs": ['
        for number, row in enumerate(open_data.as_rows()):
            yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
        yield "\n]}\n"

    return _file(parts(), "application/json", "epo-reparaciones.json")


def _file(parts: Iterator[str], kind: str, name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        parts, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
