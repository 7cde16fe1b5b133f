"""The whole way, as the people concerned go it: from a breakdown to a repaired machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from epo.core import say
from epo.core.clock import today
from tests import stack
from tests.factories import images
from tests.stack import asked, plant, plant_side
from tests.stack.screens import DESK, PHONE, Screen, link_in_message

pytestmark = [pytest.mark.stack, pytest.mark.browser]

SAID = "No calienta desde anoche y huele a quemado."
KNOT = "El eje de la moledora está partido"
FOUND = "La cerradora no engrana"
DAYS_UNTIL = 20


def test_from_a_breakdown_to_a_repaired_machine(
    live_stack: stack.Stack, new_context: Callable[..., BrowserContext]
) -> None:
    complaints: list[str] = []

    def screen(kind: dict[str, object]) -> Screen:
        return Screen(new_context(**kind), live_stack.url, complaints)

    label = plant.start()
    worker, desk, phone = screen(PHONE), screen(DESK), screen(PHONE)
    delegate, member = screen(PHONE), screen(DESK)

    report_breakdown(worker, f"/r/{label.token}")
    sign_in(desk)
    open_request(desk)
    visit = plan_visit(desk)
    asked.say_yes(phone, link_of(desk, "Gladys Peña"))
    diagnose(desk, visit)

    battle = plan_battle(desk, visit)
    agree(desk)
    link = plant_side.hand_out_link(desk)
    plant_side.confirm_agreement(delegate, link)
    ask(desk)
    match_and_send(desk)
    answer(phone, desk, battle)
    asked.see_the_plan(phone)

    fight(desk, battle)
    plant_side.see_my_plant(member)
    judge(desk)
    close(desk)
    read_the_end(worker, desk)

    plant_side.after_the_battle(delegate, member, link, battle)
    plant_side.see_what_was_achieved(screen(PHONE))
    assert complaints == []


# The worker, on a phone


def report_breakdown(worker: Screen, label: str) -> None:
    worker.open(label)
    worker.sees("Horno de cocción", "Sardinera La Perla")

    photo = {"name": "horno.jpg", "mimeType": "image/jpeg", "buffer": images.jpeg((1600, 1200))}
    worker.send(
        "form[data-draft]",
        condition="parada",
        faults=["No calienta"],
        text=SAID,
        photos=photo,
        name="Pedro Gil",
        phone="0414-1234567",
    )

    assert worker.path.startswith("/s/")
    worker.sees(re.compile(r"R-\d+"), "Horno de cocción", "No calienta")
    worker.reload_until(lambda: worker.page.locator(".photos img"))


# The coordinator, at the desk


def sign_in(desk: Screen) -> None:
    desk.open("/entrar")
    desk.send("main form", username=plant.COORDINATOR, password=plant.PASSWORD)
    assert desk.path == "/hoy"


def open_request(desk: Screen) -> None:
    desk.follow("Horno de cocción")
    desk.sees(SAID, "No calienta")
    photo = desk.page.locator(".photos img")
    expect(photo).to_have_js_property("complete", True)
    link = desk.page.locator(".photos a").get_attribute("href")
    with Image.open(BytesIO(desk.page.request.get(f"{desk.url}{link}").body())) as image:
        assert (image.format, dict(image.getexif())) == ("JPEG", {})

    desk.send("form[action*='/abrir']:has(.primary)")
    desk.sees("1 × Soldadura", "1 × Electricidad", SAID)


def plan_visit(desk: Screen) -> str:
    desk.follow(desk.page.locator("a[href^='/batallas/nueva']"))
    desk.page.locator("[name=requests]").uncheck()
    desk.send(
        "form[data-draft]",
        kind="visita de diagnóstico",
        title="Visita a La Perla",
        first_day=today() + timedelta(days=4),
        days=1,
    )
    visit = desk.path
    desk.send("form[action$='/puestos']", trade="Mecánica", people=1)
    desk.send("form[action$='/convocar']")
    desk.tab("seats")
    desk.follow(desk.page.locator("a[href$='/personas']"))
    desk.send(desk.row("Gladys Peña").locator("form"))
    return visit


def link_of(desk: Screen, name: str) -> str:
    """What the coordinator would send by WhatsApp holds the signed link."""
    desk.open("/por-llamar")
    desk.send("main form[method=post]")
    return link_in_message(str(desk.row(name).locator("a[href*='wa.me']").get_attribute("href")))


def diagnose(desk: Screen, visit: str) -> None:
    desk.open(visit)
    desk.send("form[action$='/comenzar']")
    desk.tab("crew")
    desk.send("form[action$='/cuadrilla/llegaron']")
    desk.tab("jobs")
    for voice, said in (
        ("gerencia", "Faltan repuestos."),
        ("trabajadores", "Nadie engrasa la moledora."),
        ("voluntarios", "Con tres oficios arranca."),
    ):
        desk.send("form[action$='/voces']", voice=voice, said=said)
        desk.sees(said)
    desk.send("form[action$='/nudos']", machine="Moledora vieja", what=KNOT)
    desk.send("form[action$='/nudos/solicitudes']")
    desk.follow(desk.row(KNOT).locator("a"))
    desk.sees("1 × Mecánica")

    desk.open(f"{visit}?tab=crew")
    desk.send("form[action$='/cuadrilla/en-casa']")
    desk.tab("result")
    desk.send("form[action$='/cerrar']", lessons="El horno y la moledora son el nudo.")
    desk.sees("cerrada")


def plan_battle(desk: Screen, visit: str) -> str:
    """What follows the visit takes up both requests; each brings its demands, and they make the seats."""
    desk.follow(desk.page.locator(f"a[href='/batallas/nueva?follows={visit.rsplit('/', 1)[1]}']"))
    expect(desk.page.locator("[name=requests]:checked")).to_have_count(2)
    desk.send("form[data-draft]", title="Batalla de La Perla", first_day=today() + timedelta(days=DAYS_UNTIL), days=5)
    desk.send("form[action$='/puestos/calcular']")
    expect(desk.page.locator("#battle .rows .row-title")).to_have_text(
        ["Electricidad · nivel 2", "Mecánica · nivel 2", "Soldadura · nivel 2"]
    )
    return desk.path


def agree(desk: Screen) -> None:
    expect(desk.button("/convocar")).to_have_count(0)
    desk.tab("agreement")
    desk.send(
        "form[action$='/acuerdo']",
        agreed_on=today(),
        management="Luisa Vera, gerenta",
        council="Asamblea de trabajadores",
        sleeping="En el comedor de la planta",
        food="La planta da tres comidas",
        isolates="Electricista de la planta",
        may_publish=True,
    )
    desk.sees("Luisa Vera, gerenta")


def ask(desk: Screen) -> None:
    """What the plant confirmed stands on the coordinator's page."""
    desk.page.reload()
    desk.sees(f"Confirmado por la planta: {plant_side.POST}")
    desk.send("form[action$='/convocar']")
    expect(desk.state).to_have_text("convocando")


def match_and_send(desk: Screen) -> None:
    desk.send("form[action$='/propuestas/nueva']")
    desk.sees("óptimo demostrado", "3 de 3")
    for name in ("Ana Salazar", "Carmen Díaz", "Félix Bravo"):
        person = desk.row(name)
        person.locator("summary").click()
        expect(person).to_contain_text(
            re.compile("tiene nivel 3, se pide 2.*ninguna batalla en el último año", re.DOTALL)
        )
    desk.send("form[action$='/enviar']:has(.primary)")
    expect(desk.page.locator(".rows .pill")).to_have_text(["convocatoria enviada"] * 3)


def wait_for_the_next_best(desk: Screen, battle: str) -> None:
    """One for the seat of who cannot come, one for the days that were left over."""
    desk.open(f"{battle}?tab=crew")
    waiting = desk.page.locator(".rows > li", has_text="convocatoria enviada")
    desk.reload_until(lambda: waiting.nth(1))
    expect(waiting.locator(".row-title")).to_have_text(["Diego Luna", "Gladys Peña"])


def answer(phone: Screen, desk: Screen, battle: str) -> None:
    """One comes for some of the days only, one not at all; the next best are asked."""
    asked.say_yes(phone, link_of(desk, "Ana Salazar"))
    asked.say_yes_in_part(phone, link_of(desk, "Carmen Díaz"), until=today() + timedelta(days=DAYS_UNTIL + 2))
    asked.say_no(phone, link_of(desk, "Félix Bravo"))
    wait_for_the_next_best(desk, battle)
    asked.say_yes(phone, link_of(desk, "Gladys Peña"))
    asked.say_yes(phone, link_of(desk, "Diego Luna"))


# In the plant


def fight(desk: Screen, battle: str) -> None:
    desk.open(battle)
    expect(desk.state).to_have_text("lista")
    desk.send("form[action$='/comenzar']")
    expect(desk.state).to_have_text("en marcha")
    desk.tab("crew")
    desk.send("form[action$='/cuadrilla/llegaron']")
    expect(desk.page.get_by_text("en la planta", exact=True)).to_have_count(4)

    desk.tab("jobs")
    desk.send("form[action$='/diario']", machine="Horno de cocción", hours=6, text="Se cambió el quemador.")
    desk.sees("Se cambió el quemador.")
    desk.send("form[action$='/hallazgo']", machine="Cerradora de latas", what=FOUND)
    expect(desk.card(FOUND)).to_contain_text("en reparación")


def judge(desk: Screen) -> None:
    """The oven runs, the mincer lacks a part, the seamer is left for a second visit."""
    outcome = "form[action$='/resultado']"
    desk.send(desk.card("Horno de cocción").locator(outcome), outcome="reparada")
    desk.send(desk.card(KNOT).locator(outcome), outcome="no reparable", barrier="no se consigue el repuesto")
    expect(desk.card("Horno de cocción")).to_contain_text("reparada")
    expect(desk.card(KNOT)).to_contain_text("no se consigue el repuesto")


def close(desk: Screen) -> None:
    desk.tab("crew")
    desk.send("form[action$='/cuadrilla/en-casa']")
    desk.tab("result")
    desk.sees("1 solicitud no tiene resultado")
    desk.send("form[action$='/produccion']", before=0, after=14)
    desk.send("form[action$='/cerrar']", lessons="Llevar un eje de repuesto.")
    expect(desk.state).to_have_text("cerrada")
    expect(desk.page.locator("figure.chart svg")).to_be_visible()
    for days in (30, 90):
        due = say.day(today() + timedelta(days=days))
        expect(desk.row(f"{days} días después")).to_contain_text(due)


def read_the_end(worker: Screen, desk: Screen) -> None:
    worker.page.reload()
    worker.sees("Está reparada.")

    desk.open("/solicitudes")
    desk.follow(FOUND)
    expect(desk.state).to_have_text("abierta")
    expect(desk.button("/batallas/nueva")).to_be_visible()
