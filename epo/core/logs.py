"""Logs that can be passed on: they name the route, never the path, and no values of rows."""

from __future__ import annotations

import logging
import re


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


PHONE = re.compile(r"(?<!\d)(?:\+?58|0)?[\s.-]?\(?[24]\d{2}\)?[\s.-]?\d{3}[\s.-]?\d{2}[\s.-]?\d{2}(?!\d)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
WITH_VALUES = ("DETAIL:", "CONTEXT:", "LINE ")


class WithoutRowValues(logging.Formatter):
    """PostgreSQL adds the offending row and the statement to an error; those lines stay out, as do phones and e-mails."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).splitlines()
        said = "\n".join(line for line in lines if not line.lstrip().startswith(WITH_VALUES))
        return EMAIL.sub("(e-mail)", PHONE.sub("(phone)", said))
