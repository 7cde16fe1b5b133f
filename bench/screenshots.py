"""Pictures for the documents, taken of a demonstration that runs: `make run`, then `make screenshots` beside it.

python -m bench.screenshots [--url http://127.0.0.1:8000] [--only mesa,oferta] [--to docs/img]
"""

from __future__ import annotations

import argparse
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.services import CHROMIUM

PASSWORD = "epo-demo-2026"  # noqa: S105 -- of the demonstration, told in the README
HOME = Path(__file__).resolve().parent.parent / "docs" / "img"
DESK, PHONE = {"width": 1120, "height": 760}, {"width": 390, "height": 760}
LARGEST = 150 * 1024
COLOURS = 64


@dataclass(frozen=True)
class Shot:
    """`follow` is a link on the page at `path`, to the page that is meant."""

    name: str
    who: str
    path: str
    follow: str = ""
    is_phone: bool = False


PLANT, REPAIR, FIRST = "main a[href^='/plantas/']", "main .rows a[href^='/batallas/']", "main .rows a"
SHOTS = (
    Shot("hoy", "oriente", "/hoy"),
    Shot("mesa", "oriente", "/mesa"),
    Shot("desk", "oriente", "/mesa", FIRST),
    Shot("plantas", "nacional", "/plantas"),
    Shot("planta", "nacional", "/plantas", PLANT),
    Shot("batalla", "nacional", "/batallas", REPAIR),
    Shot("cuadrillas", "nacional", "/propuestas"),
    Shot("por-llamar", "oriente", "/por-llamar"),
    Shot("panorama", "nacional", "/panorama"),
    Shot("logros", "", "/logros"),
    Shot("reportar", "", "/reportar", is_phone=True),
    Shot("oferta", "voluntaria", "/mis-batallas", "main a[href^='/convocatorias/']", is_phone=True),
    Shot("mi-planta", "obrero", "/mi-planta", is_phone=True),
    Shot("sumarse", "", "/voluntariado", is_phone=True),
)


def take(browser: Browser, url: str, shot: Shot, session: StorageState | None) -> bytes:
    context = browser.new_context(
        storage_state=session,
        viewport=PHONE if shot.is_phone else DESK,  # type: ignore[arg-type]
        locale="es-VE",
        color_scheme="light",
        device_scale_factor=1.5 if shot.is_phone else 1,
    )
    page = context.new_page()
    answer = page.goto(url + shot.path)
    if answer is None or not answer.ok:
        raise SystemExit(f"{shot.path} answers {answer and answer.status}")
    if shot.follow:
        page.goto(url + (page.locator(shot.follow).first.get_attribute("href") or ""))
    picture = page.screenshot()
    context.close()
    return _small(picture)


def sign_in(browser: Browser, url: str, who: str) -> StorageState:
    """Once for each person: passwords are tried at a pace."""
    page = browser.new_page()
    page.goto(f"{url}/entrar")
    page.fill("#id_username", who)
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda address: not address.startswith(f"{url}/entrar"))
    session = page.context.storage_state()
    page.close()
    return session


def _small(picture: bytes) -> bytes:
    """Pages have few colours: a palette keeps them sharp at a third of the size."""
    kept = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.screenshots")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--to", type=Path, default=HOME)
    asked = parser.parse_args()
    wanted = [shot for shot in SHOTS if not asked.only or shot.name in asked.only.split(",")]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM)
        url = asked.url.rstrip("/")
        sessions = {who: sign_in(browser, url, who) for who in {shot.who for shot in wanted} if who}
        for shot in wanted:
            picture = take(browser, url, shot, sessions.get(shot.who))
            if len(picture) > LARGEST:
                raise SystemExit(f"{shot.name} is larger than {LARGEST // 1024} KB")
            (asked.to / f"{shot.name}.png").write_bytes(picture)
            print(f"{shot.name}.png  {len(picture) / 1024:.0f} KB")


if __name__ == "__main__":
    main()
