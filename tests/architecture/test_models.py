from __future__ import annotations

import inspect
import typing
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.db.models import Model
from simple_history.models import HistoricalChanges

from tests import make

OURS = sorted(
    (
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in {"battles", "epo", "factories", "volunteers"}
        and not issubclass(model, HistoricalChanges)  # earlier versions, read on the pages of what they are versions of
    ),
    key=lambda model: model._meta.label,
)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_model_is_registered_in_the_admin_and_can_be_searched(model: type[Model]) -> None:
    registered = admin.site._registry.get(model)

    assert registered is not None
    assert list(registered.search_fields) != []


def test_states_are_read_only_in_the_admin() -> None:
    """A state moves through the actions of its app, which know what else must happen."""
    editable = [
        model._meta.label
        for model, registered in admin.site._registry.items()
        if model in OURS and _has_moves(model) and "state" not in registered.readonly_fields
        if registered.has_change_permission.__func__ is admin.ModelAdmin.has_change_permission
    ]

    assert editable == []


def _has_moves(model: type[Model]) -> bool:
    return any(field.name == "state" and getattr(field, "choices", None) for field in model._meta.get_fields())


def test_every_model_has_a_builder() -> None:
    builders = [function for name, function in inspect.getmembers(make, inspect.isfunction) if name.startswith("make_")]

    built = {typing.get_type_hints(builder).get("return") for builder in builders}

    assert [model._meta.label for model in OURS if model not in built] == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_model_says_what_it_is(model: type[Model]) -> None:
    assert "__str__" in model.__dict__
    assert str(model._meta.verbose_name) != ""


# One module on purpose: whoever runs the product reads it from top to bottom.
LONGER = {"epo/settings.py", "battles/demo/stories.py"}  # one list of settings; fourteen stories told in a row


def test_files_stay_short_enough_to_be_read() -> None:
    root = Path(make.__file__).resolve().parents[1]
    long = [
        str(file.relative_to(root))
        for package in ("battles", "epo", "factories", "volunteers")
        for file in (root / package).rglob("*.py")
        if "migrations" not in file.parts and len(file.read_text(encoding="utf-8").splitlines()) > 300
    ]

    assert sorted(set(long) - LONGER) == []
