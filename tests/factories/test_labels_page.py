from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.urls import reverse

from factories.models import Label
from tests.make import (
    make_coordinator,
    make_factory,
    make_label,
    make_machine,
    make_membership,
    make_region,
    make_user,
)

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from factories.models import Factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def factory() -> Factory:
    return make_factory(name="La Gaviota")


def address(factory: Factory) -> str:
    return reverse("factories:labels", args=[factory.pk])


def test_sheet_shows_machine_number_and_code(client: Client, factory: Factory) -> None:
    label = make_label(make_machine(factory, name="Horno 2"))
    make_label(make_machine(factory, name="Retirada", is_retired=True))
    make_label(make_machine(name="De otra planta"))
    client.force_login(make_coordinator(factory.municipality.state.region))

    page = client.get(address(factory)).content.decode()

    assert page.count("<svg") >= 1
    assert page.count('class="label"') == 1
    for words in ("Horno 2", "La Gaviota", str(label.number)):
        assert words in page
    for words in ("Retirada", "De otra planta", "style="):
        assert words not in page


def test_eleventh_label_begins_a_new_sheet(client: Client, factory: Factory) -> None:
    for _ in range(11):
        make_label(make_machine(factory))
    client.force_login(make_coordinator())

    page = client.get(address(factory)).content.decode()

    assert (page.count('class="labels"'), page.count('class="labels page-break"')) == (1, 1)


def test_missing_labels_are_made_by_a_button(client: Client, factory: Factory) -> None:
    machine = make_machine(factory)
    user = make_membership(factory).user
    client.force_login(user)

    before = client.get(address(factory)).content.decode()
    answer = client.post(address(factory), follow=True)
    after = answer.content.decode()

    assert "1 máquina no tiene etiqueta todavía" in before
    assert {label.machine or label.factory for label in Label.objects.all()} == {machine, factory}
    assert "2 etiquetas hechas" in after
    assert after.count('class="label"') == 2
    assert "Hacer las etiquetas que faltan" not in after


def test_code_leads_to_the_report_page(client: Client) -> None:
    from epo.core.templatetags.look import qr

    label = make_label()
    url = settings.SITE_URL + reverse("factories:report", args=[label.token])
    client.force_login(make_coordinator())

    page = client.get(address(label.machine.factory)).content.decode()

    assert str(qr(url, str(label.number))) in page


def test_strangers_find_no_labels(client: Client, factory: Factory) -> None:
    anonymous = client.get(address(factory))
    answers = []
    for user in (make_user(), make_coordinator(make_region("other"))):
        client.force_login(user)
        answers += [client.get(address(factory)).status_code, client.post(address(factory)).status_code]

    assert (anonymous.status_code, answers) == (302, [404] * 4)
    assert Label.objects.count() == 0


@pytest.mark.parametrize("labels", [1, 3])
def test_sheet_asks_the_database_the_same_at_any_length(
    client: Client, factory: Factory, django_assert_num_queries: DjangoAssertNumQueries, labels: int
) -> None:
    for _ in range(labels):
        make_label(make_machine(factory))
    client.force_login(make_coordinator(factory.municipality.state.region, password="x"))
    client.get(address(factory))

    with django_assert_num_queries(7):
        client.get(address(factory))
