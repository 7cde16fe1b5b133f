from __future__ import annotations

from typing import Any

from bench.fire.without import taken_out


@taken_out("headers")
def answers_go_out_as_they_are() -> None:
    from epo.core.headers import HeadersMiddleware

    def as_it_is(self: HeadersMiddleware, request: Any) -> Any:
        return self.get_response(request)

    HeadersMiddleware.__call__ = as_it_is  # type: ignore[method-assign]
