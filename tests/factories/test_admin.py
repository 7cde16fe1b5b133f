from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from simple_history.models import HistoricalChanges

from factories.models import Factory, Label, Machine, RawIntake
from tests import make
from tests.make import make_factory, make_label, make_machine, make_raw_intake, make_report

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
MODELS = [model for model in apps.get_app_config("factories").get_models() if not issubclass(model, HistoricalChanges)]


def builder(model: type[Model]) -> Any:
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in model.__name__)
    return getattr(make, f"make{name}")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_row_is_listed_searched_and_opened(admin_client: Client, model: type[Model]) -> None:
    row = builder(model)()
    name = f"admin:factories_{model._meta.model_name}"

    listed = admin_client.get(reverse(f"{name}_changelist"), {"q": "a"})
    opened = admin_client.get(reverse(f"{name}_change", args=[row.pk]))

    assert (listed.status_code, opened.status_code) == (200, 200)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_search_and_filters(model: type[Model]) -> None:
    shown = admin.site._registry[model]

    assert shown.search_fields
    assert shown.list_filter or model.__name__ == "MachineKind"


def test_states_are_read_only(admin_client: Client) -> None:
    report = make_report()

    page = admin_client.get(reverse("admin:factories_breakdownreport_change", args=[report.pk])).content.decode()
    answer = admin_client.post(
        reverse("admin:factories_breakdownreport_change", args=[report.pk]), {"state": "answered"}
    )

    assert 'name="state"' not in page
    assert report.status_token not in page
    assert answer.status_code == 403


def test_what_is_searched_follows_the_name(admin_client: Client) -> None:
    factory, machine = make_factory(), make_machine()
    inlines = {f"{name}-{part}": "0" for name in ("lines", "memberships") for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    plant = {
        "name": "Fábrica Ñandú", "sector": factory.sector_id, "municipality": factory.municipality_id,
        "managed_by": "state", "running": "runs",
    }  # fmt: skip

    admin_client.post(reverse("admin:factories_factory_change", args=[factory.pk]), plant | inlines)
    admin_client.post(
        reverse("admin:factories_machine_change", args=[machine.pk]),
        {"factory": machine.factory_id, "kind": machine.kind_id, "name": "Cámara fría"},
    )

    assert Factory.objects.get(pk=factory.pk).folded == "fabrica nandu"
    assert Machine.objects.get(pk=machine.pk).folded.startswith("camara fria")


def chosen(action: str, *rows: Model) -> dict[str, Any]:
    return {"action": action, "_selected_action": [row.pk for row in rows]}


def test_labels_are_retired_from_the_list(admin_client: Client) -> None:
    labels = [make_label(), make_label()]

    for _ in range(2):
        admin_client.post(reverse("admin:factories_label_changelist"), chosen("retire", *labels))

    assert Label.objects.in_use().count() == 0


def test_unreadable_intake_is_read_and_marked(admin_client: Client, admin_user: Any) -> None:
    raw = make_raw_intake(body="¿qué?".encode() + b"\xff")

    page = admin_client.get(reverse("admin:factories_rawintake_change", args=[raw.pk])).content.decode()
    admin_client.post(reverse("admin:factories_rawintake_changelist"), chosen("mark_handled", raw))

    assert "¿qué?" in page
    assert RawIntake.objects.get().handled_by == admin_user
