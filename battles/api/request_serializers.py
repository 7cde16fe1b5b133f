"""Shape of what comes in about one repair request; the rules say what may be done."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from battles.api.serializers import VersionedIn
from battles.forms.requests import WHOLE
from battles.states import Brings, NeedKind, NeedState
from epo.api.fields import DateField, is_for_schema
from factories.models import Machine
from factories.states import Condition

LONGEST_NOTE = 200


class DescribeIn(VersionedIn):
    """What is left out stays as it was."""

    title = serializers.CharField(max_length=160, required=False)
    description = serializers.CharField(max_length=5_000, required=False, allow_blank=True)
    condition = serializers.ChoiceField(choices=Condition.choices, required=False)
    machine = serializers.PrimaryKeyRelatedField(queryset=Machine.objects.none(), required=False, allow_null=True)
    output_lost = serializers.DecimalField(5, 2, min_value=0, max_value=WHOLE, required=False, allow_null=True)
    stopped_since = DateField(required=False, allow_null=True)

    def get_fields(self) -> Any:
        fields: dict[str, Any] = super().get_fields()
        if is_for_schema(self, "repair"):
            return fields
        fields["machine"].queryset = Machine.objects.filter(factory=self.context["repair"].factory_id)
        return fields


class NeedFields(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=NeedKind.choices, required=False)
    measures = serializers.CharField(max_length=120, required=False, allow_blank=True)
    quantity = serializers.CharField(max_length=30, required=False, allow_blank=True)
    brings = serializers.ChoiceField(choices=Brings.choices, required=False)


class NeedIn(NeedFields):
    what = serializers.CharField(max_length=120)


class NeedChangeIn(NeedFields):
    what = serializers.CharField(max_length=120, required=False)


class SettleIn(serializers.Serializer[Any]):
    """`got`, `waived` with a reason, or `missing` again."""

    state = serializers.ChoiceField(choices=NeedState.choices)
    reason = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True)


class CancelIn(VersionedIn):
    reason = serializers.CharField(max_length=LONGEST_NOTE)
