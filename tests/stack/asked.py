"""Volunteers who were asked, on their phones."""

from __future__ import annotations

from datetime import date

from epo.core import say
from tests.stack import plant
from tests.stack.screens import Screen


def say_yes(phone: Screen, link: str) -> None:
    phone.open(link)
    phone.sees("Sardinera La Perla", "Cumaná")
    phone.send("form:has([name=answer][value=yes])")
    phone.sees("Anotamos tu respuesta: sí")


def see_the_plan(phone: Screen) -> None:
    """Who said yes signs in and sees the crew; this phone is still at Diego's answer."""
    phone.follow(phone.button("/mis-batallas/"))
    phone.send("main form", username="diego", password=plant.PASSWORD)
    phone.sees("En el comedor de la planta", "Horno de cocción", "Ana Salazar", "Carmen Díaz", "Gladys Peña")


def say_yes_in_part(phone: Screen, link: str, *, until: date) -> None:
    phone.open(link)
    phone.send("form:has([name=answer][value=part])", last=until)
    phone.sees("Anotamos tu respuesta: sí", f"vuelves {say.day(until)}")


def say_no(phone: Screen, link: str) -> None:
    phone.open(link)
    phone.send("form:has([name=answer][value=no])", reason="salud")
    phone.sees("Anotamos tu respuesta: no")
