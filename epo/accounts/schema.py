"""How the API's schema is read off its views: what an operation takes stands in `takes` (or `shape`), its answer in `tells`."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

WRITES = ("POST", "PUT", "PATCH", "DELETE")


class Bearer(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "epo.accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class Schema(AutoSchema):
    def get_request_serializer(self) -> Any:
        taken = getattr(self.view, "takes", None) or getattr(self.view, "shape", None)
        if self.method not in WRITES or self.method == "DELETE":
            return None
        if taken is not None:
            return taken
        return super().get_request_serializer() if hasattr(self.view, "serializer_class") else OpenApiTypes.OBJECT

    def get_response_serializers(self) -> Any:
        """What is told stands in `tells`; of operations that answer with more than one shape, only that it is an object."""
        is_list = self.method == "GET" and getattr(self.view, "serializer_class", None) is not None
        told: Any = super().get_response_serializers() if is_list else self._told()
        success = dict.fromkeys(("200", "201", "202"), told) if self.method in WRITES else {"200": told}
        if self.method == "DELETE":
            success = {"200": told, "204": None}
        answers = (
            ("400", "403", "404", "409", "413", "415", "429") if self.method in WRITES else ("400", "403", "404", "429")
        )
        return success | {(answer, "application/problem+json"): _problem() for answer in answers}

    def _told(self) -> Any:
        """`shows` where a GET answers with something else than the writes."""
        told = getattr(self.view, "tells", OpenApiTypes.OBJECT)
        return getattr(self.view, "shows", told) if self.method == "GET" else told

    def get_override_parameters(self) -> list[Any]:
        if self.method not in WRITES or getattr(self.view, "has_private_answer", False):
            return []
        description = "Made by the client: the same key again is done once, and answered the same."
        return [OpenApiParameter("Idempotency-Key", str, "header", description=description)]


@cache
def _problem() -> Any:
    fields: dict[str, Any] = {
        "type": serializers.CharField(), "title": serializers.CharField(), "status": serializers.IntegerField(),
        "code": serializers.CharField(), "detail": serializers.CharField(),
        "errors": serializers.JSONField(required=False),
    }  # fmt: skip
    return inline_serializer("Problem", fields)
