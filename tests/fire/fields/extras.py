"""Fields that nobody asked for: every column of every table, with a value that it could hold and that stands nowhere yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models as fields
from django.utils.timezone import now

from epo.core.clock import today
from tests.fire.fields.rows import models

TEXT = "intruso"
NUMBER = 47
DAY = today() + timedelta(days=333)
MOMENT = now() - timedelta(days=333)
KEY = UUID("00000000-0000-4000-8000-000000000047")
SAID = {
    "by": 1, "user": 1, "is_staff": True, "is_superuser": True, "is_active": False, "role": "manager",
    "groups": [1], "user_permissions": [1], "how": "phone", "force": True, "ignore": True,
}  # fmt: skip
"""Names of arguments that no table has."""
NEVER = {"id", "pk", "csrfmiddlewaretoken"}
"""`id` is a field of a report: the phone makes it."""


def value_for(field: Any, keys: dict[Any, Any]) -> Any:
    if field.is_relation:
        model = field.related_model
        if model not in keys:
            keys[model] = model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 1
        return str(keys[model]) if isinstance(keys[model], UUID) else keys[model]
    if field.choices:
        return list(dict(field.flatchoices))[-1]
    for kind, value in (
        (fields.BooleanField, field.default is not True), (fields.DateTimeField, MOMENT.isoformat()),
        (fields.DateField, DAY.isoformat()), (fields.UUIDField, str(KEY)), (fields.JSONField, {"intruso": NUMBER}),
        ((fields.IntegerField, fields.DecimalField, fields.FloatField), NUMBER),
    ):  # fmt: skip
        if isinstance(field, kind):
            return value
    return TEXT[: getattr(field, "max_length", None) or None]


def extras() -> dict[str, Any]:
    """By the names of columns and of the fields behind them."""
    found: dict[str, Any] = {}
    keys: dict[Any, Any] = {}
    for model in models():
        for field in model._meta.concrete_fields:
            for name in (field.name, field.attname):
                found.setdefault(name, value_for(field, keys))
    return {name: value for name, value in (found | SAID).items() if name not in NEVER}
