import pytest
from django.db.models import Count

from factories import reference
from factories.models import CommonFault, MachineKind, MachineModel, Sector


@pytest.mark.django_db
def test_load_brings_at_least_40_machine_kinds_each_with_five_to_eight_faults_and_a_model():
    reference.load()

    kinds = MachineKind.objects.annotate(faulty=Count("faults", distinct=True), made=Count("models", distinct=True))
    assert kinds.count() >= 40
    assert [kind.code for kind in kinds if not 5 <= kind.faulty <= 8] == []
    assert [kind.code for kind in kinds if kind.made < 1] == []


@pytest.mark.django_db
def test_load_puts_food_gas_and_refining_first():
    reference.load()

    first = Sector.objects.filter(weight=10).values_list("code", flat=True)
    assert set(first) == {"food", "gas", "refining"}


@pytest.mark.django_db
def test_load_does_not_touch_a_weight_that_coordinators_set():
    reference.load()
    Sector.objects.filter(code="textile").update(weight=9, name_es="Telas")

    reference.load()

    textile = Sector.objects.get(code="textile")
    assert (textile.weight, textile.name_es) == (9, "Textil y confección")


@pytest.mark.django_db
def test_load_twice_changes_nothing():
    reference.load()
    before = [list(model.objects.order_by("pk").values()) for model in (Sector, MachineKind, CommonFault, MachineModel)]

    reference.load()

    after = [list(model.objects.order_by("pk").values()) for model in (Sector, MachineKind, CommonFault, MachineModel)]
    assert after == before
