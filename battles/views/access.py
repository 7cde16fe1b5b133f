from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse

from epo.accounts.models import is_coordinator

if TYPE_CHECKING:
    from epo.core.http import SignedInRequest

View = Callable[..., HttpResponse]


def for_coordinators(view: View) -> View:
    """Whoever is no coordinator finds nothing here. Rows still come through `visible_to` or `coordinated_by`."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_coordinator(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
