"""Battles, calls and plants on the phone: kept, read and written about without network, by one person at a time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils.timezone import now
from PIL import Image
from playwright.sync_api import Browser, Route, expect

from battles.models import Battle, DiaryEntry, MissedAction, Need, Offer, OwnRepair, WorkPhoto
from battles.states import BattleState, NeedState, OfferState, RequestState
from battles.talks.words import amount_of
from epo.contacts.models import Contact, ContactView
from epo.core.clock import today
from epo.work.models import ReceivedAction
from factories.actions import set_machine_status
from factories.models import MachineStatus, OutputReading
from factories.states import Condition, MemberRole
from tests import stack
from tests.factories import images
from tests.make import (
    make_agreement,
    make_battle,
    make_battle_request,
    make_checklist_step,
    make_common_fault,
    make_coordinator,
    make_line,
    make_machine,
    make_machine_kind,
    make_machine_status,
    make_membership,
    make_need,
    make_offer,
    make_own_repair,
    make_request,
    make_seat,
    make_user,
    make_volunteer,
)
from tests.offline.road import Traveller, on_the_road
from tests.pages.walk import complaints_of

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def own() -> Offer:
    """Of the crew's responsible, who has not arrived yet; the battle began two days ago. A fellow is on the way too."""
    pump = make_machine_kind("pump", name_es="Bomba")
    make_common_fault(pump, name_es="Pierde aceite")
    make_checklist_step(pump, text_es="Candado y etiqueta")
    battle = make_battle(
        state=BattleState.UNDER_WAY, first_day=today() - timedelta(days=2), coordinator=make_coordinator(name="Alirio Cova"),
        bring="Botas y casco", safety="Gas en el foso",
    )  # fmt: skip
    make_agreement(battle, sleeping="Literas en el comedor", isolates="Jefatura de mantenimiento")
    machine = make_machine(battle.factory, name="Bomba 1", kind=pump)
    request = make_request(machine, title="Bomba 1: sello roto", state=RequestState.UNDER_REPAIR)
    make_need(request, what="sello mecánico")
    make_battle_request(battle, request)
    make_own_repair(battle.factory, machine=machine, what="acople cambiado")
    DiaryEntry.objects.create(battle=battle, text="Se abrió la bomba", machine=machine, hours=4)
    offer = make_offer(make_seat(battle), make_volunteer("welding", name="Marisol Guevara"), OfferState.ACCEPTED)
    make_offer(make_seat(battle), make_volunteer("welding", name="Luis Rojas"), OfferState.ACCEPTED)
    battle.responsible = offer.volunteer
    battle.save()
    return offer


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, own: Offer) -> Traveller:
    """Signed in, with what belongs to the volunteer kept, and no line any more."""
    traveller = on_the_road(browser, live_server.url)
    traveller.signs_in(user_of(own))
    traveller.keeps()
    traveller.loses_the_line()
    return traveller


def user_of(offer: Offer) -> Any:
    return offer.volunteer.user


def view(offer: Offer) -> str:
    return f"batalla-{offer.battle_id}"


def asked(volunteer: Any, **fields: Any) -> Offer:
    return make_offer(make_seat(make_battle(state=BattleState.ASKING, **fields)), volunteer)


# Reading


def test_battle_is_read_without_network(phone: Traveller, own: Offer) -> None:
    phone.opens(view(own))

    shown = phone.page.locator("#road").inner_text()
    wanted = [
        own.battle.factory.name, "Alirio Cova", "Botas y casco", "Gas en el foso", "Literas en el comedor",
        "Jefatura de mantenimiento", "Bomba 1: sello roto", "sello mecánico", "Marisol Guevara", "Luis Rojas",
        "Se abrió la bomba",
    ]  # fmt: skip
    folded = phone.page.locator("#road").evaluate("road => road.textContent")
    assert [word for word in wanted if word not in shown] == []
    assert [word for word in ("acople cambiado", "Candado y etiqueta", "Pierde aceite") if word not in folded] == []


def test_address_that_does_not_open_leads_to_what_is_kept_of_it(phone: Traveller, own: Offer) -> None:
    phone.page.goto(f"{phone.url}/mis-batallas/{own.battle_id}")
    expect(phone.page.locator("#road h1")).to_have_text(own.battle.factory.name)
    at_battle = phone.page.locator("#road h1").evaluate("head => head === document.activeElement")

    phone.page.goto(f"{phone.url}/mis-batallas")

    expect(phone.page.locator(f"#road a[href='#{view(own)}']")).to_have_text(own.battle.factory.name)
    assert at_battle


def test_phones_are_kept_once_they_were_asked_for_and_it_is_noted_who_saw_them(
    browser: Browser, live_server: LiveServer, own: Offer
) -> None:
    fellow = Offer.objects.get(volunteer__name="Luis Rojas")
    for offer, number in ((own, "+584141234567"), (fellow, "+582934312345")):
        Contact.objects.filter(pk=offer.volunteer.contact_id).update(phone=number)
    traveller = on_the_road(browser, live_server.url)
    traveller.signs_in(user_of(own))
    traveller.keeps(f"/mis-batallas/{own.battle_id}")

    traveller.page.locator("[data-keep-phones]").click()
    expect(traveller.page.locator("[data-keep-phones] + [role=status]")).not_to_be_empty()
    traveller.loses_the_line()
    traveller.opens(view(own))

    ways = traveller.page.locator("#road a[href^='tel:']").evaluate_all("all => all.map(one => [one.href, one.text])")
    assert ways == [["tel:+582934312345", "0293-4312345"], ["tel:+584141234567", "0414-1234567"]]
    assert [view.contact for view in ContactView.objects.filter(by=user_of(own))] == [fellow.volunteer.contact]


# Keeping


def test_battle_that_is_over_goes_with_the_next_renewal(phone: Traveller, own: Offer) -> None:
    before = phone.kept
    Battle.objects.filter(pk=own.battle_id).update(state=BattleState.CLOSED, ended_at=now())

    phone.context.set_offline(False)
    phone.page.evaluate("owner => epoPack.renew(owner, true)", None)

    assert (before, phone.kept) == ([own.battle_id], [])


def test_answer_that_was_overtaken_changes_nothing(phone: Traveller, own: Offer) -> None:
    """The first renewal is held up on its way back until a second one, which says that the battle is over, has come."""
    held: list[Route] = []

    def hold_up(route: Route) -> None:
        if held:
            route.continue_()
            return
        held.append(route)

    phone.context.route("**/api/v1/road-packs", hold_up)
    phone.context.set_offline(False)
    old = phone.page.evaluate("fetch('/api/v1/road-packs?').then(answer => answer.text())")
    phone.page.evaluate("window.first = epoPack.renew('', true), true")
    stack.wait_until(lambda: phone.page.evaluate("true") and len(held) == 1)
    Battle.objects.filter(pk=own.battle_id).update(state=BattleState.CLOSED, ended_at=now())

    phone.page.evaluate("epoPack.renew('', true)")
    held[0].fulfill(body=old, content_type="application/json")
    phone.page.evaluate("window.first")

    assert (str(own.battle_id) in old, phone.kept) == (True, [])


def test_battle_of_long_ago_is_not_shown_even_where_there_was_no_line_since(phone: Traveller, own: Offer) -> None:
    before = phone.kept

    phone.page.clock.set_fixed_time(now() + timedelta(days=60))

    assert (before, phone.kept) == ([own.battle_id], [])


def test_sign_out_takes_what_was_kept_and_leaves_what_waits(phone: Traveller, own: Offer) -> None:
    phone.opens(view(own))
    phone.writes("battle.diary", text="Se alineó el eje")
    phone.context.route("**/api/v1/**", lambda route: route.abort())
    phone.context.set_offline(False)
    phone.page.goto(f"{phone.url}/mis-batallas")

    phone.page.locator("form[data-signs-out]").evaluate("form => form.requestSubmit()")
    phone.page.wait_for_url(lambda url: "mis-batallas" not in url)
    phone.opens(view(own))

    assert (phone.kept, phone.waiting) == (None, 1)
    assert "Se alineó el eje" not in phone.page.locator("body").inner_text()
    phone.context.unroute_all()
    phone.signs_in(user_of(own))
    phone.keeps()
    phone.sends_all()
    assert DiaryEntry.objects.filter(text="Se alineó el eje").count() == 1


def test_next_person_on_the_phone_sees_and_sends_nothing_of_the_first(phone: Traveller, own: Offer) -> None:
    phone.opens(view(own))
    phone.writes("battle.diary", text="Se alineó el eje")
    other = make_volunteer("welding", name="Otra Persona")
    offer = asked(other)

    phone.context.set_offline(False)
    phone.context.clear_cookies()
    phone.signs_in(other.user)
    phone.keeps()
    phone.page.evaluate("epoOutbox.send()")
    phone.loses_the_line()
    phone.opens()

    shown = phone.page.locator("#road").evaluate("road => road.textContent")
    assert phone.page.locator("#road a[href^='#']").evaluate_all("all => all.map(one => one.hash)") == [
        f"#llamada-{offer.pk}"
    ]
    assert [word for word in (own.battle.factory.name, "Marisol", "Se alineó") if word in shown] == []
    assert (phone.waiting, DiaryEntry.objects.filter(text="Se alineó el eje").count()) == (1, 0)


# Writing


def write_on_the_way(phone: Traveller, yes: Offer, no: Offer) -> None:
    phone.opens(f"llamada-{yes.pk}")
    phone.writes("offer.accept")
    phone.opens(f"llamada-{no.pk}")
    phone.writes("offer.decline", reason="family", note="boda")


def write_in_the_plant(phone: Traveller, own: Offer, machine: int) -> None:
    phone.opens(view(own))
    phone.writes("offer.arrived", phone.page.locator("#road li", has_text="Luis Rojas"))
    phone.writes("offer.arrived")
    phone.writes("battle.diary", text="Se cambió el sello", hours="6.5", machine=machine, volunteer=own.volunteer_id)
    phone.form("battle.found").locator("[name=machine]").select_option(str(machine))
    phone.page.get_by_role("button", name="Pierde aceite").click()
    phone.writes("battle.found")
    phone.writes("battle.found", name="Bomba 2", kind="pump", what="no arranca")
    phone.writes("battle.need", what="empacadura", quantity="2", brings="army")
    phone.writes(
        "battle.need_settled",
        phone.page.locator("#road details:has(> form [name=reason])"),
        reason="se adaptó",
    )
    phone.writes("battle.outcome", outcome="repaired", note="quedó bien")


def write_for_the_plant(phone: Traveller, factory: int) -> None:
    phone.opens(f"planta-{factory}")
    phone.form("plant.reading").locator("[data-line]").fill("12.5")
    phone.writes("plant.reading", said_by="delegada")
    phone.writes("plant.repair", what="ventilador", said_by="delegada")


def lose_answers(phone: Traveller, many: int) -> list[int]:
    """The first ones, on the way back; filled with what the server had answered."""
    answered: list[int] = []

    def lose(route: Route) -> None:
        answer = route.fetch()
        answered.append(answer.status)
        if len(answered) <= many:
            route.abort()
        else:
            route.fulfill(response=answer)

    phone.context.route("**/api/v1/actions", lose)
    return answered


def test_everything_written_without_network_arrives_once_and_in_order(
    browser: Browser, live_server: LiveServer, own: Offer
) -> None:
    """The answers to the first two sendings are lost on the way back."""
    battle, user = own.battle, user_of(own)
    request = battle.battle_requests.get().request
    yes, no = asked(own.volunteer), asked(own.volunteer, first_day=today() + timedelta(days=60))
    make_membership(battle.factory, user, role=MemberRole.DELEGATE)
    line = make_line(battle.factory, product="harina")
    phone = on_the_road(browser, live_server.url)
    phone.signs_in(user)
    phone.keeps()
    phone.loses_the_line()

    write_on_the_way(phone, yes, no)
    write_in_the_plant(phone, own, request.machine_id)
    write_for_the_plant(phone, battle.factory_id)
    phone.opens(view(own))
    phone.writes("offer.home", phone.page.locator("#road div:has(> form > .sticky)"))
    written = phone.page.evaluate("epoOutbox.list().then(all => all.map(one => one.action.kind))")
    answered = lose_answers(phone, 2)
    phone.context.set_offline(False)
    stack.wait_until(lambda: phone.page.evaluate("epoOutbox.send().then(() => true)") and phone.waiting == 0)

    assert answered[:3] == [200, 200, 200]
    assert len(written) == 13
    assert list(ReceivedAction.objects.order_by("pk").values_list("kind", "status")) == [
        (kind, 200) for kind in written
    ]
    states = {offer.volunteer.name: offer.state for offer in battle.offers.select_related("volunteer")}
    assert states == {"Luis Rojas": OfferState.ON_SITE, "Marisol Guevara": OfferState.DONE}
    assert [Offer.objects.get(pk=each.pk).state for each in (yes, no)] == [OfferState.ACCEPTED, OfferState.DECLINED]
    assert notes_of(battle) == [
        ("Se abrió la bomba", "4.0", None),
        ("Se cambió el sello", "6.5", own.volunteer_id),
    ]
    assert jobs_of(battle) == [
        ("Bomba 1: sello roto", "Bomba 1", RequestState.REPAIRED), ("Pierde aceite", "Bomba 1", ""),
        ("no arranca", "Bomba 2", ""),
    ]  # fmt: skip
    assert list(Need.objects.order_by("pk").values_list("what", "state", "quantity")) == [
        ("sello mecánico", NeedState.WAIVED, ""),
        ("empacadura", NeedState.MISSING, "2"),
    ]
    assert [str(reading.amount) for reading in OutputReading.objects.filter(line=line)] == ["12.50"]
    assert OwnRepair.objects.filter(what="ventilador", said_by="delegada").count() == 1


def test_delegate_says_how_machines_are_and_what_others_said_meanwhile_stands(
    browser: Browser, live_server: LiveServer
) -> None:
    delegate = make_membership(role=MemberRole.DELEGATE)
    mill, press = (make_machine(delegate.factory, name=name) for name in ("Molino", "Prensa"))
    make_machine_status(press, state=Condition.BADLY)
    phone = on_the_road(browser, live_server.url)
    phone.signs_in(delegate.user)
    phone.keeps(f"/plantas/{delegate.factory_id}")
    phone.loses_the_line()
    phone.opens(f"planta-{delegate.factory_id}")

    for name, states in (("Molino", ("badly", "stopped")), ("Prensa", ("running",))):
        for state in states:
            phone.writes("machine.state", phone.page.locator("#road li", has_text=name).first, state=state)
    set_machine_status(machine=press, state=Condition.DANGEROUS, by=None)
    phone.sends_all()

    told = [(row.machine, row.state) for row in MachineStatus.objects.order_by("pk")]
    assert told == [(press, "badly"), (press, "dangerous"), (mill, "badly"), (mill, "stopped")]
    expect(phone.page.locator("#road [id^=wish-]", has_text="Prensa")).to_contain_text("Ahora: peligrosa")
    assert list(MissedAction.objects.values_list("factory", "had_changed")) == [(delegate.factory_id, True)]


def notes_of(battle: Battle) -> list[tuple[str, str, int | None]]:
    return [(entry.text, str(entry.hours), entry.volunteer_id) for entry in battle.diary.order_by("pk")]


def jobs_of(battle: Battle) -> list[tuple[str, str, str]]:
    ties = battle.battle_requests.select_related("request__machine").order_by("pk")
    return [(tie.request.title, tie.request.machine.name, tie.outcome) for tie in ties]


def test_output_is_typed_with_its_thousands_and_what_can_be_read_in_two_ways_stays_in_the_form(
    browser: Browser, live_server: LiveServer
) -> None:
    delegate = make_membership(role=MemberRole.DELEGATE)
    make_line(delegate.factory, product="harina")
    phone = on_the_road(browser, live_server.url)
    phone.signs_in(delegate.user)
    phone.keeps(f"/plantas/{delegate.factory_id}")
    phone.loses_the_line()
    phone.opens(f"planta-{delegate.factory_id}")
    form = phone.form("plant.reading")
    field, told = form.locator("[data-line]"), []

    for said in ("1,260", "mucho", "-3", "99999999999"):
        field.fill(said)
        form.locator("button").click()
        told.append(form.get_by_role("alert").inner_text())
    field.fill("1.260")
    phone.writes("plant.reading", said_by="delegada")

    assert told == ["Escribe el número sin separar los miles, como 1260."] * 4
    phone.sends_all()
    assert [str(reading.amount) for reading in OutputReading.objects.all()] == ["1260.00"]


def test_phone_reads_amounts_as_the_server_does(phone: Traveller, own: Offer) -> None:
    typed = [
        "1.260",
        "1.260,5",
        "1 260",
        "1.260.000",
        "12,5",
        "12.5",
        "0,250",
        "1260,333333",
        "1,260.5",
        "0",
        "1,260",
        "x",
    ]
    phone.opens(view(own))

    by_phone = phone.page.evaluate("all => all.map(said => String(epoFill.amount(said)))", typed)

    assert [Decimal(said) if said != "NaN" else None for said in by_phone] == [amount_of(said) for said in typed]


def test_photo_of_the_work_is_made_small_and_arrives_once(phone: Traveller, own: Offer) -> None:
    phone.opens(view(own))
    picture = {"name": "sello.jpg", "mimeType": "image/jpeg", "buffer": images.jpeg((1600, 1200))}
    phone.form("battle.photo").locator("[name=photo]").set_input_files(picture)  # type: ignore[arg-type]
    phone.writes("battle.photo", note="el sello roto")
    shown = phone.page.locator("[id^='wish-'] .pre").inner_text()

    phone.sends_all()

    photo = WorkPhoto.objects.get()
    with Image.open(photo.photo.original.path) as stored:
        size = stored.size
    assert (shown, photo.battle, photo.note, size) == (
        "sello.jpg · el sello roto", own.battle, "el sello roto", (1280, 960)
    )  # fmt: skip


def test_what_waits_stands_in_its_place_and_can_be_thrown_away(phone: Traveller, own: Offer) -> None:
    phone.opens(view(own))
    phone.writes("battle.diary", text="Se alineó el eje")
    waits = phone.page.locator("#road [data-said='battle.diary battle.photo'] li")
    shown = [waits.locator(".pill").get_attribute("class"), waits.locator(".pre").inner_text()]

    phone.page.once("dialog", lambda dialog: dialog.dismiss())
    waits.get_by_role("button").click()
    still = phone.waiting
    phone.page.once("dialog", lambda dialog: dialog.accept())
    waits.get_by_role("button").click()

    expect(waits).to_have_count(0)
    assert (shown, still, phone.waiting) == (["pill wait ring", "Se alineó el eje"], 1, 0)


def test_who_is_writing_is_not_disturbed_by_what_arrives(phone: Traveller, own: Offer) -> None:
    phone.opens(view(own))
    phone.writes("battle.diary", text="primero")
    text = phone.form("battle.diary").locator("[name=text]")
    text.type("a medias")

    phone.sends_all()

    stack.wait_until(lambda: DiaryEntry.objects.filter(text="primero").exists())
    assert text.input_value() == "a medias"


def test_it_is_written_by_keyboard_alone(phone: Traveller, own: Offer) -> None:
    phone.opens(view(own))
    page = phone.page

    def tab_to(what: str) -> None:
        for _step in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("what => document.activeElement.matches(what)", what):
                return
        raise AssertionError(what)

    tab_to("details:has(> form[data-do='battle.diary']) > summary")
    page.keyboard.press("Enter")
    tab_to("form[data-do='battle.diary'] [name=text]")
    page.keyboard.type("con el teclado")
    tab_to("form[data-do='battle.diary'] .actions button")
    page.keyboard.press("Enter")

    expect(page.locator("[id^='wish-']:focus .pre")).to_have_text("con el teclado")
    assert phone.waiting == 1


# Everybody


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_without_network_can_be_used_by_everybody(
    width: int, browser: Browser, live_server: LiveServer, own: Offer
) -> None:
    call = asked(own.volunteer)
    make_membership(own.battle.factory, user_of(own), role=MemberRole.DELEGATE)
    make_line(own.battle.factory, product="harina")
    phone = on_the_road(browser, live_server.url, bypass_csp=True, color_scheme="light")
    phone.signs_in(user_of(own))
    phone.keeps()
    phone.loses_the_line()
    wrong = []

    for one in ("inicio", view(own), f"llamada-{call.pk}", f"planta-{own.battle.factory_id}", "batalla-999999"):
        phone.page.set_viewport_size({"width": width, "height": 800})
        phone.page.goto("about:blank")
        phone.opens(one)
        if one == view(own):
            phone.writes("battle.diary", text="Se alineó el eje")
        phone.page.evaluate("document.querySelectorAll('#road details').forEach(one => { one.open = true; })")
        wide = phone.page.evaluate("document.documentElement.scrollWidth") - width
        wrong += [f"{one}: {each}" for each in [*complaints_of(phone.page), *([f"{wide} too wide"] if wide else [])]]

    assert wrong == [], "\n".join(wrong)


def test_somebody_without_anything_is_told_so(browser: Browser, live_server: LiveServer) -> None:
    traveller = on_the_road(browser, live_server.url)
    traveller.signs_in(make_user())
    traveller.page.goto(f"{live_server.url}/sin-red")

    expect(traveller.page.locator("#road .empty")).to_be_visible()
