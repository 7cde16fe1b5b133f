from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny

# Routes that answer people who have not signed in. Whoever adds one here has thought about what it shows.
PUBLIC = [
    "",
    "acerca",
    "admin/login/",
    "api/docs/",
    "api/schema/",
    "api/v1/fresh",
    "api/v1/reports/<uuid:pk>",
    "api/v1/reports/<uuid:pk>/photos/<uuid:photo>",
    "c/<str:token>",
    "calendario/<str:token>.ics",
    "calendario/<str:token>/batallas/<int:pk>.ics",
    "clave/nueva/<str:token>",
    "clave/olvidada",
    "clave/olvidada/enviada",
    "datos-abiertos",
    "datos-abiertos/reparaciones.csv",
    "datos-abiertos/reparaciones.json",
    "entrar",
    "fotos/<uuid:pk>/<slug:size>",
    "healthz",
    "language/",
    "lectura/<str:token>",
    "logros",
    "logros/<slug:what>",
    "manifest.webmanifest",
    "mensajes/sms",
    "mensajes/telegram",
    "p/<str:token>",
    "planta/<str:token>",
    "planta/<str:token>/acuerdo",
    "planta/<str:token>/acuerdo/imprimir",
    "planta/<str:token>/lecturas",
    "planta/<str:token>/produccion/<int:result>",
    "planta/<str:token>/produccion/<int:result>/corregir",
    "planta/<str:token>/reparacion",
    "r/<str:token>",
    "readyz",
    "reportar",
    "reportar/anotado/<str:signed>",
    "s/<str:token>",
    "s/<str:token>/otra-vez",
    "sin-red",
    "sin-red/reportar",
    "sw.js",
    "voluntariado",
    "voluntariado/cuenta-lista",
    "voluntariado/invitacion/<str:token>",
    "voluntariado/recibida",
]


def _routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, route)
        else:
            yield route, entry


def _is_public(pattern: URLPattern) -> bool:
    view = getattr(pattern.callback, "cls", None)
    if view is not None:
        return AllowAny in view.permission_classes
    return not getattr(pattern.callback, "login_required", True)


def test_every_url_needs_sign_in_unless_it_is_listed() -> None:
    public = sorted(route for route, pattern in _routes(get_resolver()) if _is_public(pattern))

    assert public == PUBLIC


def test_every_url_has_a_name() -> None:
    """So that templates and tests never spell addresses out."""
    nameless = [
        route for route, pattern in _routes(get_resolver()) if not pattern.name and not route.startswith("admin/")
    ]

    assert nameless == []
