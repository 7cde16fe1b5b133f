"""Earlier versions of master data: what is kept, what never is, and who reads it where."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from simple_history.models import HistoricalChanges

from epo.accounts.models import User
from epo.core.admin import WithHistory
from factories.models import Factory, Machine
from tests.make import (
    make_application,
    make_application_trade,
    make_contact,
    make_coordinator,
    make_factory,
    make_machine,
    make_matching_settings,
    make_qualification,
    make_sector,
    make_volunteer,
)
from volunteers import actions
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
KEPT = {
    "battles.MatchingSettings", "factories.Factory", "factories.Line", "factories.Machine", "factories.MachineKind",
    "factories.MachineModel", "factories.Sector", "volunteers.Qualification", "volunteers.Trade", "volunteers.Volunteer",
}  # fmt: skip
OF_PEOPLE = {"contact", "user", "name", "gender", "folded", "phone", "email", "address"}


def _versions():
    return [model for model in apps.get_models() if issubclass(model, HistoricalChanges)]


def test_history_is_kept_of_master_data_alone():
    assert {model.instance_type._meta.label for model in _versions()} == KEPT


def test_no_version_holds_anything_of_a_person():
    """Not of volunteers, and of plants not who is called there."""
    columns = {model.instance_type._meta.label: {field.name for field in model._meta.fields} for model in _versions()}

    assert columns["volunteers.Volunteer"] & OF_PEOPLE == set()
    assert columns["factories.Factory"] & (OF_PEOPLE - {"name"}) == set()
    assert {field.related_model for model in _versions() for field in model._meta.fields if field.related_model} & {
        apps.get_model("contacts.Contact")
    } == set()


def test_each_is_read_in_the_administration():
    registered = {model._meta.label: admin.site._registry[model] for model in (m.instance_type for m in _versions())}

    assert [label for label, one in registered.items() if not isinstance(one, WithHistory)] == []


def test_page_shows_what_changed_and_who_did_it(client):
    boss = User.objects.create_superuser("boss", "secret-word", name="Rosa Jefa")
    client.force_login(boss)
    sector = make_sector("food", name_es="Alimentos", weight=2)
    said = {"code": "food", "name_es": "Alimentos", "name_en": "Food", "weight": 9}

    client.post(f"/admin/factories/sector/{sector.pk}/change/", said)
    page = client.get(f"/admin/factories/sector/{sector.pk}/history/").content.decode()

    assert ("2 → 9" in page, "Rosa Jefa" in page) == (True, True)


def test_change_by_an_action_on_a_page_names_who_did_it(client):
    boss = make_coordinator()
    person = make_volunteer("welding", level=2)
    client.force_login(boss)

    client.post(
        f"/voluntarios/{person.pk}", {"trade": person.qualifications.get().trade_id, "level": 4, "basis": "certified"}
    )

    newest = person.qualifications.get().history.first()
    assert (newest.level, newest.basis, newest.history_user) == (4, "certified", boss)


def test_old_versions_cannot_be_gone_back_to(client):
    client.force_login(User.objects.create_superuser("boss", "secret-word"))
    machine = make_machine()
    version = machine.history.get().history_id

    client.post(f"/admin/factories/machine/{machine.pk}/history/{version}/", {"name": "otra"})

    assert (Machine.objects.get().name, machine.history.count()) == (machine.name, 1)


def test_history_is_not_there_for_staff_without_the_right(client):
    staff = User.objects.create_user("staff", "secret-word", is_staff=True)
    client.force_login(staff)

    answer = client.get(f"/admin/factories/factory/{make_factory().pk}/history/")

    assert answer.status_code == 403


def test_erased_person_leaves_no_version_behind():
    known = make_qualification()
    person = known.volunteer
    person.max_km = 300
    person.save()

    Volunteer.objects.filter(pk=person.pk).get().delete()

    assert (Volunteer.history.count(), type(known).history.count()) == (0, 0)


def test_versions_of_a_plant_do_not_follow_its_contact():
    plant = make_factory(contact=make_contact())

    plant.contact = None
    plant.save()

    assert [version.name for version in Factory.history.filter(id=plant.pk)] == [plant.name] * 2


def test_settings_of_the_matcher_have_a_history():
    settings = make_matching_settings()
    settings.rest_days = 5
    settings.save()

    assert [version.rest_days for version in settings.history.all()] == [5, 3]


def test_trades_taken_on_from_an_application_have_a_first_version():
    application = make_application()
    make_application_trade(application, level=2)

    person = actions.confirm_application(application=application, by=make_coordinator())

    assert [version.level for version in person.qualifications.get().history.all()] == [2]
