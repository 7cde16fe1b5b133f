from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as NotValid
from rest_framework import serializers

from epo.api.fields import ClockField
from epo.contacts import phones
from factories.content import LONGEST_NAME, LONGEST_TEXT, Content, tidy
from factories.rules import EMPTY
from factories.states import Condition

LARGEST_KEY = 2**53
LARGEST_NUMBER = 2**31 - 1
MOST_FAULTS = 40


class ReportSerializer(serializers.Serializer[Any]):
    """What a phone sends. Unknown fields are passed over, so that newer and older phones are understood."""

    condition = serializers.ChoiceField(choices=Condition.choices, required=False)
    faults = serializers.ListField(child=serializers.SlugField(max_length=40), required=False, max_length=MOST_FAULTS)
    text = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    label = serializers.CharField(required=False, allow_blank=True, max_length=24)  # type: ignore[assignment]
    machine = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=LARGEST_KEY)
    factory = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=LARGEST_KEY)
    municipality = serializers.CharField(required=False, allow_blank=True, max_length=80)
    plant_name = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NAME)
    machine_name = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NAME)
    kind = serializers.CharField(required=False, allow_blank=True, max_length=40)
    same_as = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=LARGEST_NUMBER)
    name = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NAME)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    language = serializers.ChoiceField(choices=["es", "en"], default="es")
    sent_at = ClockField(required=False, allow_null=True, default=None)

    def validate_text(self, text: str) -> str:
        return tidy(text)

    def validate_phone(self, phone: str) -> str:
        try:
            return phones.parse(phone)
        except NotValid as error:
            raise serializers.ValidationError(error.messages) from None

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        content = self._content(said)
        if content.is_empty:
            raise serializers.ValidationError({"text": [EMPTY.message]})
        if not content.condition and not content.same_as:
            raise serializers.ValidationError({"condition": [serializers.Field.default_error_messages["required"]]})
        return {"content": content, "language": said["language"], "sent_at": said["sent_at"]}

    @staticmethod
    def _content(said: dict[str, Any]) -> Content:
        given = {name: value for name, value in said.items() if name not in {"language", "sent_at"} and value}
        return Content(**given | {"faults": tuple(sorted(set(given.get("faults", ()))))})
