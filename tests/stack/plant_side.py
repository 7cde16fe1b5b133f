"""The plant's side of the story: who works there looks on, and its delegate answers by a signed link, without an account."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes

from django.utils.timezone import now
from playwright.sync_api import expect

from battles.models import PublicFigures
from battles.tasks import ask_for_readings, keep_figures
from epo.core import say
from epo.core.clock import today
from epo.notifications.models import Notification
from tests import stack
from tests.stack import plant
from tests.stack.screens import Screen

POST = "delegada de los trabajadores"
OWN_REPAIR = "Torneamos un eje nuevo para la moledora"
NOT_CONFIRMED = "La delegación de la planta todavía no lo ha confirmado."

ACHIEVED = {
    "produccion": ("+90 %", ["harina de pescado · Sardinera La Perla, Sucre.*0 t.*18 t.*18 t.*90 %.*5 lecturas"]),
    "batallas": ("1", ["Sardinera La Perla, Sucre.*batalla de reparación.*4$", "visita de diagnóstico.*1$"]),
    "reparaciones": ("1", ["Horno industrial.*Sardinera La Perla, Sucre.*reparada"]),
    "reparaciones-propias": ("1", ["Moledora.*Sardinera La Perla, Sucre.*la batalla de"]),
    "jornadas": ("16", ["Mecánica.*1.*6", "Soldadura.*1.*5", "Electricidad.*2.*5"]),
}
"""By the address behind the number: the number, and the rows that it is made of."""
NAMES = ("Ana Salazar", "Gladys Peña", "Luisa Vera", "Nora Rivas", "Pedro Gil", "Rosa Marcano")


def hand_out_link(desk: Screen) -> str:
    """Made on the tab of the agreement; the coordinator passes it on."""
    desk.tab("agreement")
    desk.sees(NOT_CONFIRMED)
    desk.send("form[action$='/enlaces']")
    return str(desk.page.locator("p.code a").get_attribute("href"))


def confirm_agreement(delegate: Screen, link: str) -> None:
    delegate.open(link)
    delegate.sees("Sardinera La Perla", "Luisa Vera, gerenta", "En el comedor de la planta", NOT_CONFIRMED)
    delegate.follow("Para imprimir y firmar")
    delegate.sees("1 × Soldadura, nivel 2", "1 × Electricidad, nivel 2", "1 × Mecánica, nivel 2", "Firma y fecha")

    delegate.open(link)
    delegate.send("form[action$='/acuerdo']", said_by=POST)
    delegate.sees("El acuerdo quedó confirmado. Gracias.", f"Confirmado por la planta: {POST}, {say.day(today())}.")
    expect(delegate.button("/acuerdo")).to_have_count(0)


def see_my_plant(member: Screen) -> None:
    """Management, signed in, while the battle is under way."""
    member.open("/entrar")
    member.send("main form", username=plant.MEMBER, password=plant.PASSWORD)
    member.open("/mi-planta")
    assert re.fullmatch(r"/plantas/\d+", member.path)
    for machine in ("Horno de cocción", "Moledora vieja", "Cerradora de latas"):
        expect(member.row(machine).first).to_contain_text("parada")
    expect(member.row("Batalla de La Perla")).to_contain_text("en marcha")
    member.follow("Batalla de La Perla")
    member.sees("Batalla de La Perla", "en marcha")


def after_the_battle(delegate: Screen, member: Screen, link: str, battle: str) -> None:
    confirm_output(delegate, link)
    plant.let_days_pass(10)
    write_a_day(delegate, link)
    plant.let_days_pass(20)
    answer_what_is_asked(delegate, plant.DELEGATE)
    paste_a_table(delegate, link)
    tell_own_repair(delegate, link, battle)
    see_what_became_of_it(member)


def confirm_output(delegate: Screen, link: str) -> None:
    delegate.open(link)
    delegate.sees("harina de pescado", "0 → 14 t al día")
    delegate.send("form[action*='/produccion/']", said_by=POST)
    delegate.sees("Las cifras quedaron confirmadas. Gracias.", f"confirma: {POST}")


def write_a_day(delegate: Screen, link: str) -> None:
    delegate.open(link)
    delegate.follow("Anotar la producción")
    delegate.sees("Lo que escribas aquí cuenta como confirmado por los trabajadores de la planta.")
    line = str(delegate.page.locator("[name^='line-']").get_attribute("name"))
    delegate.send("form:has([name=day])", **{line: 15, "said_by": POST})
    delegate.sees("Las lecturas quedaron anotadas. Gracias.")
    expect(delegate.row("15 t")).to_contain_text(f"{say.day(today())} · {POST} · confirmada por los trabajadores")


def answer_what_is_asked(delegate: Screen, address: str) -> None:
    """The thirtieth day has come: beat's message is sent, a worker asks, and the letter holds a link of its own."""
    ask_for_readings.delay()
    asked = Notification.objects.filter(kind="battle.reading_due")
    stack.wait_until(asked.exists)
    asked.update(is_urgent=True, not_before=None)  # notices rest at night; this one goes whenever the tests run
    stack.wait_until(lambda: _reading_links(address))

    [link] = _reading_links(address)
    delegate.open(link)
    delegate.sees("¿Cuánto hace la planta en un día de harina de pescado (t) ahora, 30 días después de la batalla?")
    delegate.send("main form", amount=18, said_by=POST, is_confirmed=True)
    delegate.sees(f"harina de pescado: 18 t, {say.day(today())}", "Está anotado. Gracias.")


def _reading_links(address: str) -> list[str]:
    found = []
    for file in (stack.data_folder() / "mail").glob("*.log"):
        letter = message_from_bytes(file.read_bytes())
        if letter["To"] == address:
            parts = [part.get_payload(decode=True) for part in letter.walk() if not part.is_multipart()]
            found += re.findall(r"https?://\S+/lectura/[\w:.-]+", b"\n".join(parts).decode())  # type: ignore[arg-type]
    return sorted(set(found))


def paste_a_table(delegate: Screen, link: str) -> None:
    """Looked at first, then stored as a whole."""
    told = [(today() - timedelta(days=1), "17,5"), (today() - timedelta(days=2), "16")]
    table = "\n".join(f"{day:%d/%m/%Y}\t{amount}" for day, amount in told)
    delegate.open(f"{link}/lecturas")
    delegate.send("form:has(textarea[name=table])", table=table, said_by=POST)
    shown = [cell for day, amount in told for cell in (say.day(day), "harina de pescado", f"{amount} t")]
    expect(delegate.page.locator("#preview tbody tr > *")).to_have_text(shown)
    delegate.send("#preview form")
    delegate.sees("Las lecturas quedaron anotadas. Gracias.")
    for amount in ("18 t", "17,5 t", "16 t", "15 t", "14 t"):
        expect(delegate.row(amount)).to_have_count(1)


def tell_own_repair(delegate: Screen, link: str, battle: str) -> None:
    delegate.open(link)
    delegate.follow("Reparamos algo nosotros mismos")
    expect(delegate.page.locator("[name=learned_from]")).to_have_value(battle.rsplit("/", 1)[1])
    delegate.send("main form", what=OWN_REPAIR, machine="Moledora vieja", said_by=POST)
    delegate.sees("La reparación quedó anotada. Gracias.")
    expect(delegate.row(OWN_REPAIR)).to_contain_text(f"Moledora vieja · {say.day(today())}")


def see_what_became_of_it(member: Screen) -> None:
    member.open("/mi-planta")
    for machine in ("Horno de cocción", "Moledora vieja"):
        expect(member.row(machine).first).to_contain_text("funciona")
    member.sees("+18 t", "5 lecturas")
    member.follow("Moledora vieja")
    member.sees(OWN_REPAIR, "lo aprendieron en Batalla de La Perla")
    member.open("/mi-planta")
    member.follow("Horno de cocción")
    member.sees("días parada en los últimos doce meses", "Batalla de La Perla")


def see_what_was_achieved(visitor: Screen) -> None:
    """Nobody in particular, on the front page and behind each of its numbers; no name of a person.

    Beat has the figures made every two minutes; here a worker is asked for them now.
    """
    since = now()
    keep_figures.delay()
    stack.wait_until(PublicFigures.objects.filter(made_at__gte=since).exists)
    for where, (_figure, rows) in ACHIEVED.items():
        visitor.open("/")
        expect(visitor.page.locator(".figures b")).to_have_text([figure for figure, _rows in ACHIEVED.values()])
        visitor.follow(visitor.page.locator(f".figures a[href$='/{where}']"))
        expect(visitor.page.locator("main tbody tr")).to_have_text([re.compile(row, re.DOTALL) for row in rows])
        for name in NAMES:
            expect(visitor.page.locator("main")).not_to_contain_text(name)
