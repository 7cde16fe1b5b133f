"""Logs that can be passed on: they name the route, never the path, and no values of rows."""

from __future__ import annotations

import logging


class RouteInsteadOfPath(logging.Filter):
    """Paths hold tokens and signed links; the route says as much to who looks for a fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = match.route if match else "(no route)"
            path = getattr(request, "path", None)
            record.args = tuple(route if value == path else value for value in record.args)
        return True


class WithoutRowValues(logging.Formatter):
    """PostgreSQL adds the offending row to an error as DETAIL; that line stays out."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).splitlines()
        return "\n".join(line for line in lines if not line.lstrip().startswith(("DETAIL:", "CONTEXT:")))
