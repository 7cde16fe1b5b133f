"""Who signs in to the demonstration, and with which password."""

from __future__ import annotations

from typing import NamedTuple

PASSWORD = "epo-demo-2026"  # noqa: S105 -- known on purpose: the demonstration holds invented people only


class Login(NamedTuple):
    username: str
    password: str
    name: str
    what: str


LOGINS = (
    Login("nacional", PASSWORD, "Yajaira Montilla", "coordinadora nacional"),
    Login("oriente", PASSWORD, "Eulogio Rondón", "coordinador de la REDI Oriental"),
    Login("voluntaria", PASSWORD, "Marisol Guevara", "voluntaria con una convocatoria abierta"),
    Login("obrero", PASSWORD, "Asdrúbal Marcano", "delegado de los trabajadores de La Gaviota"),
    Login("admin", PASSWORD, "Administración", "administración"),
)
