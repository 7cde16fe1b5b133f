from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from epo.accounts.menu import links_for


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that fragments and public pages ask nothing."""
    user = getattr(request, "user", None)
    if user is None:
        return {"navigation": []}
    return {
        "navigation": SimpleLazyObject(lambda: links_for(user, request.path) if user.is_authenticated else [])
    }
