"""The desk: the queue, one report, and what a coordinator does with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from battles.models import RepairRequest, RequestReport
from epo.contacts.models import ContactView
from factories.models import Factory, Machine
from factories.states import Condition, MemberRole, ReportState
from tests.make import (
    make_common_fault,
    make_contact,
    make_coordinator,
    make_factory,
    make_machine,
    make_machine_kind,
    make_machine_status,
    make_membership,
    make_municipality,
    make_region,
    make_report,
    make_report_variant,
    make_request,
    make_sector,
    make_trade,
    make_user,
    make_usual_demand,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MOST_QUERIES = 15


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(report, name: str = "report") -> str:
    return reverse(f"battles:{name}", args=[report.pk])


def shown(response) -> list[Any]:
    return list(response.context["page_obj"])


def said(response) -> list[str]:
    return [message.level_tag for message in get_messages(response.wsgi_request)]


@pytest.fixture
def boss():
    return make_coordinator()


@pytest.fixture
def client(boss) -> Client:
    return signed_in(boss)


def test_desk_asks_the_anonymous_to_sign_in():
    response = Client().get(reverse("battles:desk"))

    assert response.status_code == 302
    assert response.url.startswith("/entrar")


def test_desk_is_not_there_for_who_is_no_coordinator():
    assert signed_in(make_user()).get(reverse("battles:desk")).status_code == 404


def test_report_of_another_region_is_not_there():
    report = make_report(make_machine(make_factory(region=make_region("west"))))
    stranger = signed_in(make_coordinator(make_region("east")))

    answers = [stranger.get(at(report))]
    answers += [
        stranger.post(at(report, f"report-{name}"))
        for name in ("take", "open", "join", "answer", "aside", "reopen", "put", "contact")
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_desk_shows_only_the_reports_of_ones_region():
    west, east = make_region("west"), make_region("east")
    mine = make_report(make_machine(make_factory(region=west)))
    make_report(make_machine(make_factory(region=east)))
    unplaced = make_report(plant_name="?", municipality=make_municipality(region=west))
    make_report(plant_name="?", municipality=make_municipality(region=east))

    response = signed_in(make_coordinator(west)).get(reverse("battles:desk"))

    assert set(shown(response)) == {mine, unplaced}


def test_desk_shows_what_is_new_by_score(client):
    low = make_report(condition=Condition.STOPPED)
    high = make_report(condition=Condition.DANGEROUS)
    make_report(state=ReportState.REJECTED)

    response = client.get(reverse("battles:desk"))

    assert shown(response) == [high, low]


def test_desk_finds_valvula_for_the_accented_word(client):
    found = make_report(text="La válvula pierde")
    make_report(text="otra cosa")

    response = client.get(reverse("battles:desk"), {"q": "VALVULA"})

    assert shown(response) == [found]


def test_desk_finds_words_in_plant_machine_and_text_together(client):
    found = make_report(make_machine(make_factory(name="La Gaviota"), name="Válvula mayor"), text="pierde vapor")
    make_report(make_machine(make_factory(name="La Gaviota")))

    response = client.get(reverse("battles:desk"), {"q": "gaviota valvula vapor"})

    assert shown(response) == [found]


def test_desk_finds_a_receipt_number(client):
    found = make_report()
    make_report()

    assert shown(client.get(reverse("battles:desk"), {"q": f"R-{found.number}"})) == [found]


def test_desk_filters_by_place_sector_kind_and_danger(client):
    region = make_region("centre")
    factory = make_factory(region=region, sector=make_sector("gas"))
    machine = make_machine(factory, kind=make_machine_kind("pump"))
    found = make_report(machine, condition=Condition.DANGEROUS)
    make_report()
    state = factory.municipality.state
    filters = {"region": region, "state": state, "sector": factory.sector, "kind": machine.kind}

    answers = [shown(client.get(reverse("battles:desk"), {name: row.pk})) for name, row in filters.items()]
    answers.append(shown(client.get(reverse("battles:desk"), {"danger": "on"})))

    assert answers == [[found]] * 5


def test_desk_filters_by_state_of_the_report_and_whose_it_is(client, boss):
    rejected, mine = make_report(state=ReportState.REJECTED), make_report(in_hand_of=boss)

    by_status = shown(client.get(reverse("battles:desk"), {"status": "rejected"}))
    everything = shown(client.get(reverse("battles:desk"), {"status": "all"}))
    in_hand = shown(client.get(reverse("battles:desk"), {"whose": "me"}))

    assert by_status == [rejected]
    assert set(everything) == {rejected, mine}
    assert in_hand == [mine]


def test_desk_without_reports_says_what_to_do_next(client):
    assert b'class="empty"' in client.get(reverse("battles:desk")).content


def test_desk_with_a_filter_that_is_nonsense_still_answers(client):
    response = client.get(reverse("battles:desk"), {"region": "x", "order": "y", "page": "z", "status": "q"})

    assert response.status_code == 200


def test_desk_answers_htmx_with_the_fragment(client):
    make_report()

    whole = client.get(reverse("battles:desk"))
    part = client.get(reverse("battles:desk"), headers=HTMX)

    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert part.content.strip().startswith(b'<div id="desk"')


def test_desk_brought_back_by_the_browser_is_whole_and_has_one_place_for_messages(client):
    response = client.get(reverse("battles:desk"), headers=HTMX | {"HX-History-Restore-Request": "true"})

    assert b"<html" in response.content
    assert response.content.count(b'id="notices"') == 1


def queries_of(client, path: str, counting) -> int:
    client.get(path)
    with counting as counted:
        assert client.get(path).status_code == 200
    return len(counted)


@pytest.mark.parametrize("name", ["desk", "today", "requests", "ranking"])
def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(name, boss, django_assert_max_num_queries):
    client, path = signed_in(boss), reverse(f"battles:{name}")
    counts = []
    for _round in range(2):
        for _row in range(1 + len(counts)):
            make_full_report(boss)
        counts.append(queries_of(client, path, django_assert_max_num_queries(MOST_QUERIES)))

    assert counts[0] == counts[1]


def make_full_report(boss):
    from tests.make import make_battle, make_battle_request, make_demand, make_line, make_need, make_plant_decision

    factory = make_factory(people_depend=10, running="stands")
    machine = make_machine(factory, line=make_line(factory))
    report = make_report(machine, in_hand_of=boss, reporter=make_contact())
    report.faults.add(make_common_fault(machine.kind))
    make_report(machine, received_at=now() - timedelta(days=4))
    make_report_variant(report)
    make_plant_decision(factory, by=boss)
    request = make_request(machine, in_hand_of=boss)
    make_demand(request)
    make_need(request)
    make_battle_request(make_battle(factory), request)
    return report


def test_report_page_asks_the_database_as_often_for_three_rows_as_for_one(client, boss, django_assert_max_num_queries):
    counts = []
    for more in (1, 3):
        machine = make_machine()
        report = make_report(machine)
        for _row in range(more):
            report.faults.add(make_common_fault(machine.kind))
            make_report_variant(report)
            make_report(machine, state=ReportState.REJECTED).faults.add(make_common_fault(machine.kind))
            make_report(machine)
            make_report(machine, same_as=report, state=ReportState.SAME_AS)
            make_request(machine)
            make_machine_status(machine, since=now() - timedelta(days=2), until=now())
        counts.append(queries_of(client, at(report), django_assert_max_num_queries(40)))

    assert counts[0] == counts[1]


def test_report_page_stands_beside_the_history_of_its_machine(client):
    machine = make_machine()
    report = make_report(machine)
    earlier = make_report(machine, state=ReportState.REJECTED)
    request = make_request(machine)
    status = make_machine_status(machine)

    response = client.get(at(report))

    assert list(response.context["earlier"]) == [earlier]
    assert list(response.context["requests"]) == [request]
    assert list(response.context["statuses"]) == [status]
    assert response.context["duplicates"].requests == [request]
    assert response.context["score"].total > 0


def test_report_page_keeps_the_filters_of_the_queue(client):
    report = make_report(text="válvula")

    response = client.get(at(report), {"q": "valvula"})

    assert shown(response) == [report]
    assert f"{at(report, 'report-open')}?q=valvula" in response.content.decode()


def test_open_takes_one_tap_and_leads_to_the_request(client, boss):
    report = make_report()
    make_usual_demand(report.kind, make_trade("welding"))

    response = client.post(at(report, "report-open"), {"version": report.version})

    request = RepairRequest.objects.get()
    assert response.url == reverse("battles:request", args=[request.pk])
    assert [demand.trade.code for demand in request.demands.all()] == ["welding"]
    assert request.opened_by == boss


def test_open_by_htmx_leads_to_the_request_too(client):
    report = make_report()

    response = client.post(at(report, "report-open"), {}, headers=HTMX)

    assert response["HX-Redirect"] == reverse("battles:request", args=[RepairRequest.objects.get().pk])


def test_open_with_an_old_version_says_so_and_opens_nothing(client):
    report = make_report(version=3)

    response = client.post(at(report, "report-open"), {"version": 2})

    assert said(response) == ["warning"]
    assert not RepairRequest.objects.exists()


def test_answer_without_words_shows_the_field_that_is_wrong(client):
    report = make_report()

    response = client.post(at(report, "report-answer"), {"answer": "", "answered_with": "Luisa"})

    report.refresh_from_db()
    assert report.state == ReportState.NEW
    assert response.context["forms"]["answer"].errors.keys() == {"answer"}
    assert b"Luisa" in response.content


def test_answer_by_plain_form_and_by_htmx(client):
    plain, quick = make_report(), make_report()

    answers = [
        client.post(at(plain, "report-answer"), {"answer": "girar la llave"}),
        client.post(at(quick, "report-answer"), {"answer": "girar la llave"}, headers=HTMX),
    ]

    plain.refresh_from_db()
    quick.refresh_from_db()
    assert [plain.state, quick.state] == [ReportState.ANSWERED] * 2
    assert answers[0].url == at(plain)
    assert answers[1].content.strip().startswith(b'<div id="desk"')


def test_set_aside_one_and_make_it_new_again(client):
    report = make_report()

    client.post(at(report, "report-aside"), {"reason": "falta gente", "version": report.version})
    report.refresh_from_db()
    was = report.state, report.reason
    client.post(at(report, "report-reopen"), {"version": report.version})

    report.refresh_from_db()
    assert was == (ReportState.REJECTED, "falta gente")
    assert (report.state, report.reason) == (ReportState.NEW, "")


def test_join_by_the_button_of_the_suggestion(client):
    report = make_report()
    request = make_request(report.machine)

    client.post(at(report, "report-join"), {"request": request.pk, "version": report.version})

    assert RequestReport.objects.get().request == request


def test_join_offers_the_requests_of_the_same_plant_only(client):
    report, other = make_report(), make_request()

    response = client.post(at(report, "report-join"), {"request": other.pk})

    assert response.context["forms"]["join"].errors.keys() == {"request"}


def test_take_says_who_has_it_in_hand(client, boss):
    report = make_report()

    client.post(at(report, "report-take"), {"version": report.version})

    report.refresh_from_db()
    assert report.in_hand_of == boss


def test_put_makes_a_new_plant_and_machine(client):
    report = make_report(plant_name="La Nueva", municipality=make_municipality())
    kind = make_machine_kind("press")
    data = {
        "new_factory": "La Nueva", "sector": make_sector().pk, "municipality": report.municipality_id,
        "new_machine": "Prensa 1", "kind": kind.pk,
    }  # fmt: skip

    client.post(at(report, "report-put"), data)

    report.refresh_from_db()
    assert (report.factory.name, report.machine.name, report.kind) == ("La Nueva", "Prensa 1", kind)
    assert report.factory.needs_review


def test_put_chooses_an_existing_plant(client):
    factory = make_factory()
    report = make_report(plant_name="?", municipality=factory.municipality)

    client.post(at(report, "report-put"), {"factory": factory.pk})

    report.refresh_from_db()
    assert (report.factory, report.machine) == (factory, None)
    assert (Factory.objects.count(), Machine.objects.count()) == (1, 0)


def test_put_without_a_plant_says_what_a_new_one_needs(client):
    report = make_report(plant_name="?")

    response = client.post(at(report, "report-put"), {"new_machine": "Prensa"})

    assert response.context["forms"]["plant"].errors.keys() == {"new_factory", "sector", "municipality", "kind"}


def test_variant_is_looked_at_once(client):
    variant = make_report_variant()
    path = reverse("battles:report-variant", args=[variant.report_id, variant.pk])

    client.post(path)

    variant.refresh_from_db()
    assert variant.seen_at is not None


def test_contact_is_shown_on_request_and_written_down(client, boss):
    report = make_report(reporter=make_contact(name="Rosa Pérez"))

    before = client.get(at(report))
    after = client.post(at(report, "report-contact"))

    assert b"Rosa" not in before.content
    assert "Rosa Pérez" in after.content.decode()
    assert [(view.by, view.contact) for view in ContactView.objects.all()] == [(boss, report.reporter)]


def test_contact_is_not_shown_to_the_plants_management():
    boss = make_coordinator()
    report = make_report(reporter=make_contact(name="Rosa Pérez"))
    make_membership(report.factory, boss, role=MemberRole.MANAGER)

    response = signed_in(boss).post(at(report, "report-contact"))

    assert b"Rosa" not in response.content
    assert not ContactView.objects.exists()


def bulk(client, reports, **data):
    chosen = [f"{report.pk}:{report.version}" for report in reports]
    return client.post(reverse("battles:desk-bulk"), {"chosen": chosen} | data)


def states(*reports) -> list[str]:
    for report in reports:
        report.refresh_from_db()
    return [report.state for report in reports]


def test_bulk_sets_several_aside(client):
    first, second, third = make_report(), make_report(), make_report()

    response = bulk(client, [first, second], do="later", reason="falta gente")

    assert states(first, second, third) == [ReportState.REJECTED, ReportState.REJECTED, ReportState.NEW]
    assert response.url == reverse("battles:desk")


def test_bulk_joins_several(client):
    first = make_report()
    second = make_report(first.machine)
    request = make_request(first.machine)

    bulk(client, [first, second], do="join", request=request.pk)

    assert states(first, second) == [ReportState.JOINED] * 2
    assert request.report_links.count() == 2


def test_bulk_does_all_or_nothing(client):
    first, second = make_report(), make_report()
    second.version += 1

    response = bulk(client, [first, second], do="later", reason="falta gente")

    assert states(first, second) == [ReportState.NEW] * 2
    assert said(response) == ["warning"]


@pytest.mark.parametrize("data", [{"do": "later", "reason": ""}, {"do": "join"}, {"do": "join", "request": "x"}])
def test_bulk_without_reason_or_request_says_so(client, data):
    report = make_report()

    response = bulk(client, [report], **data)

    assert states(report) == [ReportState.NEW]
    assert said(response) == ["warning"]


@pytest.mark.parametrize("chosen", [[], ["x:1", "y"]])
def test_bulk_of_nothing_or_of_nonsense_says_so(client, chosen):
    response = client.post(reverse("battles:desk-bulk"), {"do": "later", "reason": "x", "chosen": chosen})

    assert said(response) == ["warning"]


def test_bulk_leaves_the_reports_of_other_regions_alone():
    west, east = make_region("west"), make_region("east")
    other = make_report(make_machine(make_factory(region=east)))

    bulk(signed_in(make_coordinator(west)), [other], do="later", reason="falta gente")

    assert states(other) == [ReportState.NEW]
