"""Fields of the API that know what a row can hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from rest_framework import serializers

from epo.core.clock import FIRST_DAY, LAST_DAY


class DateField(serializers.DateField):
    default_validators = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]


class MomentField(serializers.DateTimeField):
    """A date and time that rows can hold, whatever the zone it was said in."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            moment = super().to_internal_value(value)
        except OverflowError:
            self.fail("overflow")
        if not FIRST_DAY <= moment.date() <= LAST_DAY:
            self.fail("overflow")
        return moment


class ClockField(serializers.DateTimeField):
    """What a client's clock said; None where it said what no calendar holds, which is no reason to refuse the rest."""

    def to_internal_value(self, value: Any) -> datetime | None:  # type: ignore[override]
        try:
            moment = super().to_internal_value(value)
        except OverflowError:
            return None
        except serializers.ValidationError as error:
            if error.get_codes() == ["overflow"]:  # in this time zone, the year before the first
                return None
            raise
        return moment if FIRST_DAY <= moment.date() <= LAST_DAY else None


def is_for_schema(serializer: serializers.BaseSerializer[Any], needs: str = "request") -> bool:
    """The schema tells what fields there are, and has nobody and no row to say what may stand in them."""
    context = serializer.context
    return needs not in context or not getattr(context["request"].user, "is_authenticated", False)
