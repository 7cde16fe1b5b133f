"""The page that shows the schema, without a server elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class DocsView(SpectacularSwaggerSplitView):
    url_name = "api-schema"
    template_name = "api/docs.html"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **options: Any) -> Response:
        """Page and script have one address; the script, too, says how it is encoded."""
        answer: Response = super().get(request, *args, **options)  # type: ignore[no-untyped-call]
        if answer.content_type:
            answer.content_type += "; charset=utf-8"
        return answer
