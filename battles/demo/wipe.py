"""Empties everything but reference data, the matcher's settings and administrators of one's own."""

from __future__ import annotations

from django.apps import apps
from django.db import models, transaction

from battles.demo.logins import LOGINS
from epo.accounts.models import User
from factories.models import Factory
from volunteers.models import Volunteer

APPS = ("battles", "factories", "volunteers", "notifications", "audit", "contacts", "work")
KEPT = frozenset(
    (
        "battles.matchingsettings",
        "battles.usualdemand",
        "factories.commonfault",
        "factories.machinekind",
        "factories.machinemodel",
        "factories.sector",
        "volunteers.trade",
        "work.heartbeat",
    )
)


def there_is_data() -> bool:
    return Factory.objects.exists() or Volunteer.objects.exists()


@transaction.atomic
def wipe() -> None:
    """Foreign keys are checked at the end of the transaction, so the order of the tables does not matter."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if model._meta.label_lower not in KEPT:
                _empty(model)
    User.objects.filter(
        models.Q(is_superuser=False) | models.Q(username__in=[login.username for login in LOGINS])
    ).delete()


def _empty(model: type[models.Model]) -> None:
    """One statement: `delete()` would first read every row to find what hangs on it."""
    rows = model._base_manager.all()  # noqa: SLF001 -- every row, whatever the default manager hides
    rows._raw_delete(rows.db)  # noqa: SLF001 -- see above
