from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from battles import models
from battles.admin.kept import Kept
from battles.models import MatchingSettings
from tests import make

pytestmark = pytest.mark.django_db

MODELS = [getattr(models, name) for name in models.__all__]


def builder_of(model):
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in model.__name__)
    return getattr(make, f"make{name}")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_row_is_listed_searched_and_opened(admin_client, model):
    row = builder_of(model)()
    name = f"admin:battles_{model._meta.model_name}"

    listed = admin_client.get(reverse(f"{name}_changelist"), {"q": "1"})
    opened = admin_client.get(reverse(f"{name}_change", args=[row.pk]))

    assert (listed.status_code, opened.status_code) == (200, 200)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_search_and_filters_and_its_state_is_read_only(model):
    shown = admin.site._registry[model]
    fields = {field.name for field in model._meta.get_fields()}
    locked = set(shown.readonly_fields) if not isinstance(shown, Kept) else fields

    assert shown.search_fields
    assert shown.list_filter
    assert {"state", "version"} & fields <= locked


@pytest.mark.parametrize("model", [models.Battle, models.RepairRequest])
def test_a_state_sent_to_the_admin_changes_nothing(admin_client, model):
    row = builder_of(model)()
    was = row.state

    admin_client.post(reverse(f"admin:battles_{model._meta.model_name}_change", args=[row.pk]), {"state": "closed"})

    row.refresh_from_db()
    assert row.state == was


def test_matching_settings_are_stored_once(admin_client):
    add = reverse("admin:battles_matchingsettings_add")
    values = {field.name: field.default for field in MatchingSettings._meta.get_fields() if field.name != "id"}

    first = admin_client.post(add, values | {"load": 30})
    second = admin_client.post(add, values)

    assert (first.status_code, second.status_code) == (302, 403)
    assert MatchingSettings.current().load == 30
