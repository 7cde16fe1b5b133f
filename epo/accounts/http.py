from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.http import Http404

from epo.accounts.models import is_coordinator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from epo.core.http import SignedInRequest

    View = Callable[..., HttpResponse]

_View = TypeVar("_View", bound="View")


def coordinators_only(view: _View) -> _View:
    """For everyone else there is nothing here (404)."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_coordinator(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return cast("_View", guarded)
