"""What clients send. JSON can say more than a row can hold; that is refused here, once, for every address."""

from __future__ import annotations

import json
import math
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


def read_json(body: bytes) -> Any:
    """ValueError for what is no JSON, for endless numbers, halves of characters, and nesting beyond all measure."""
    try:
        said = json.loads(body, parse_float=_finite, parse_constant=_finite)
        json.dumps(said, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return said


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number without end")
    return number


def _all_of(stream: Any) -> bytes:
    """As much as a form may have; a request without a length is no way around that."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body: bytes = stream.read(most + 1)
    if len(body) > most:
        raise RequestDataTooBig
    return body


class JsonParser(JSONParser):
    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:  # noqa: ARG002 -- the interface
        try:
            return read_json(_all_of(stream))
        except ValueError as error:
            raise ParseError from error
