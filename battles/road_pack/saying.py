"""How days, hours, amounts and codes stand in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from battles.models import Battle, Offer


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def moment(value: datetime | None) -> str | None:
    return localtime(value).isoformat() if value else None


def amount(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def labelled(row: Any, *names: str) -> dict[str, str]:
    """Each code, and the word for it."""
    said: dict[str, str] = {}
    for name in names:
        said[name] = str(getattr(row, name))
        said[f"{name}_label"] = str(getattr(row, f"get_{name}_display")())
    return said


def offer_facts(offer: Offer) -> dict[str, Any]:
    """What is asked of one person, or was."""
    days = ("first_day", "last_day", "leaves_on", "back_on")
    return {
        "id": offer.pk, "version": offer.version, "code": offer.code, "trade": str(offer.trade), "travels": offer.travels,
        "level": offer.level, "level_label": str(offer.get_level_display()),
    } | labelled(offer, "state") | {name: day(getattr(offer, name)) for name in days}  # fmt: skip


def conditions(battle: Battle) -> dict[str, str]:
    """The battle's own words, or else the agreement's."""
    agreement = getattr(battle, "agreement", None)
    return {
        "sleeping": battle.sleeping or (agreement.sleeping if agreement else ""),
        "food": battle.food or (agreement.food if agreement else ""),
        "bring": battle.bring,
        "safety": battle.safety,
    }
