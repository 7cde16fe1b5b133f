"""Logs that can be passed on: they name the route, never the path, and no values of rows."""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import uuid4

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered, or that asked for the task that is being carried out."""


def new_request_id() -> str:
    return uuid4().hex


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
        super().__init__("%(asctime)s %(levelname)s %(name)s %(tag)s%(message)s")

    def format(self, record: logging.LogRecord) -> str:
        tag = request_id.get()
        record.tag = f"[{tag}] " if tag else ""
        return discreet(super().format(record))


def discreet(text: str) -> str:
    said = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(WITH_VALUES))
    return EMAIL.sub("(e-mail)", PHONE.sub("(phone)", said))


class JsonLines(logging.Formatter):
    """One object a line, for who collects logs; as discreet as the plain ones."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": discreet(record.getMessage()),
            "request_id": request_id.get() or None,
            "error": discreet(self.formatException(record.exc_info)) if record.exc_info else None,
            **getattr(record, "facts", {}),
        }
        return json.dumps({name: value for name, value in said.items() if value is not None}, ensure_ascii=False)
