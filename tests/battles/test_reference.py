import pytest
from django.core.management import call_command

from battles.models import MatchingSettings, UsualDemand
from factories.models import MachineKind


@pytest.mark.django_db
def test_load_reference_gives_every_kind_of_machine_its_usual_demands():
    call_command("load_reference")

    assert list(MachineKind.objects.filter(usual_demands=None)) == []
    assert MatchingSettings.objects.count() == 1


@pytest.mark.django_db
def test_load_reference_twice_changes_nothing():
    call_command("load_reference")
    before = list(UsualDemand.objects.order_by("pk").values())

    call_command("load_reference")

    assert list(UsualDemand.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_load_reference_leaves_usual_demands_that_coordinators_changed():
    call_command("load_reference")
    oven = UsualDemand.objects.filter(kind__code="oven")
    kept = oven.order_by("pk").first()
    oven.exclude(pk=kept.pk).delete()
    oven.update(people=7)

    call_command("load_reference")

    assert list(oven.values_list("pk", "people")) == [(kept.pk, 7)]


@pytest.mark.django_db
def test_load_reference_leaves_matching_settings_as_they_are():
    call_command("load_reference")
    MatchingSettings.objects.update(rest_days=9)

    call_command("load_reference")

    assert MatchingSettings.current().rest_days == 9
