from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as configured
from django.urls import reverse

from factories.models import Label
from factories.states import MemberRole
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
    url = configured.SITE_URL + reverse("factories:report", args=[label.token])
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

    with django_assert_num_queries(9):
        client.get(address(factory))


def _post(client: Client, label: Label, name: str) -> int:
    factory = label.factory or label.machine.factory
    return client.post(reverse(f"factories:label-{name}", args=[factory.pk, label.pk])).status_code


def test_renewed_label_gets_a_new_number_and_the_old_one_leads_to_it(client: Client, factory: Factory) -> None:
    old = make_label(make_machine(factory, name="Horno 2"))
    client.force_login(make_membership(factory, role=MemberRole.DELEGATE).user)

    _post(client, old, "renew")

    new = Label.objects.in_use().get()
    gone = client.get(reverse("factories:report", args=[old.token]))
    assert (new.machine, new.number > old.number, gone.status_code) == (old.machine, True, 410)
    assert gone.context["to"] == reverse("factories:report", args=[new.token])
    assert f'class="label-number code">{new.number}<' in client.get(address(factory)).content.decode()


def test_retired_label_says_where_to_report_now(client: Client, factory: Factory) -> None:
    old = make_label(make_machine(factory))
    client.force_login(make_coordinator(factory.municipality.state.region))

    _post(client, old, "retire")
    again = _post(client, old, "renew")

    gone = client.get(reverse("factories:report", args=[old.token]))
    assert (Label.objects.in_use().count(), again, gone.status_code) == (0, 302, 410)
    assert gone.context["to"] == f"{reverse('factories:report-anywhere')}?factory={factory.pk}"


def test_only_coordinators_and_the_delegate_renew_and_retire(client: Client, factory: Factory) -> None:
    label, elsewhere = make_label(make_machine(factory)), make_label(make_machine())
    users = [
        make_user(), make_coordinator(make_region("other")), make_membership(factory).user,
        make_membership(factory, role=MemberRole.MANAGER).user,
    ]  # fmt: skip
    answers = []
    for user in users:
        client.force_login(user)
        answers += [_post(client, label, "renew"), _post(client, label, "retire")]
    client.force_login(make_membership(factory, role=MemberRole.DELEGATE).user)
    other = client.post(reverse("factories:label-renew", args=[factory.pk, elsewhere.pk])).status_code

    assert (answers, other, Label.objects.in_use().count()) == ([404] * 8, 404, 2)


def test_sheet_says_the_number_for_text_messages_once_there_is_one(
    client: Client, factory: Factory, settings: Any
) -> None:
    make_label(make_machine(factory))
    client.force_login(make_coordinator(factory.municipality.state.region))

    settings.SMS_NUMBER = ""
    without = client.get(address(factory)).content.decode()
    settings.SMS_NUMBER = "+58 412-7001234"
    with_number = client.get(address(factory)).content.decode()

    assert ("SMS" in without, with_number.count("+58 412-7001234")) == (False, 1)
