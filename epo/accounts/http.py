from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.http import Http404

from epo.accounts.models import is_coordinator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from epo.core.http import SignedInRequest

    View = Callable[..., HttpResponse]

_View = TypeVar("_View", bound="View")


LONGEST_NAME = 255


def attempted_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The name that somebody tried to sign in with, as it can be counted: forms let through more than a row holds."""
    said = (credentials or {}).get("username") or (request.POST.get("username") if request else "") or ""
    return str(said).replace("\x00", "")[:LONGEST_NAME]


def coordinators_only(view: _View) -> _View:
    """For everyone else there is nothing here (404)."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_coordinator(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return cast("_View", guarded)
