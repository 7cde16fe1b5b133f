"""The look: every state has its pill, templates hold no style or script, pages stay light."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.template import engines
from django.template.loader import get_template
from django.test import Client

from battles.states import BattleState, NeedState, OfferState, RequestState, RunState
from epo.core.pills import PILLS, pill_of
from factories.states import Condition, PhotoState, ReportState, Running
from volunteers.states import ApplicationState, CertificateState, EndorsementState, Standing

MACHINES = {
    "report": ReportState,
    "request": RequestState,
    "battle": BattleState,
    "offer": OfferState,
    "run": RunState,
    "machine": Condition,
    "factory": Running,
    "need": NeedState,
    "photo": PhotoState,
    "volunteer": Standing,
    "application": ApplicationState,
    "certificate": CertificateState,
    "endorsement": EndorsementState,
}
WORDS = ("ink", "quiet", "act", "good", "wait", "bad", "info")
BASE_DIR = Path(settings.BASE_DIR)
TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html")) + sorted(BASE_DIR.glob("*/templates/**/*.html"))
INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\ssrc=)|\shx-on|[\"']js:", re.IGNORECASE
)


def light(*files: str) -> int:
    return sum(len(gzip.compress((BASE_DIR / "static" / file).read_bytes())) for file in files)


@pytest.mark.parametrize(("machine", "states"), MACHINES.items(), ids=MACHINES)
def test_every_state_has_a_pill_of_its_own(machine: str, states: type[TextChoices]) -> None:
    pills = {state.value: pill_of(machine, state.value) for state in states}

    assert list(pills) == states.values


def test_every_pill_belongs_to_a_state() -> None:
    known = {f"{machine}.{state}" for machine, states in MACHINES.items() for state in states.values}

    assert set(PILLS) - known == set()


def test_every_kind_and_shape_of_pill_is_drawn_by_the_stylesheet() -> None:
    sheet = (BASE_DIR / "static/css/epo.css").read_text(encoding="utf-8")
    plain = {"square"}

    missing = {p.kind for p in PILLS.values() if f".{p.kind} {{" not in sheet} | {
        p.shape for p in PILLS.values() if f".pill.{p.shape}::before" not in sheet
    }
    assert missing == plain


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(BASE_DIR).as_posix())
def test_template_has_no_inline_style_or_script(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(BASE_DIR).as_posix())
def test_template_can_be_read(path: Path) -> None:
    if path.is_relative_to(BASE_DIR / "templates"):
        get_template(path.relative_to(BASE_DIR / "templates").as_posix())
    else:
        engines["django"].from_string(path.read_text(encoding="utf-8"))


def test_styles_and_script_leave_room_for_the_page() -> None:
    assert light("css/epo.css") <= 7_500
    assert light("css/epo.css", "js/epo.js") <= 10_500


@pytest.mark.django_db
def test_front_page_carries_its_title_language_and_way_past_the_menu(client: Client) -> None:
    html = client.get("/", headers={"Accept-Language": "es"}).content.decode()

    assert '<html lang="es">' in html
    assert '<a class="skip" href="#main">' in html
    assert '<main id="main"' in html


@pytest.mark.django_db
def test_address_that_is_none_gets_a_page_in_words(client: Client) -> None:
    response = client.get("/no/hay/tal/cosa")

    assert (response.status_code, "Aquí no hay nada" in response.content.decode()) == (404, True)


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(scheme: int) -> None:
    sheet = (BASE_DIR / "static/css/epo.css").read_text(encoding="utf-8")
    colours = tokens(re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[scheme])
    pairs = [(word, behind) for word in WORDS for behind in ("paper", "card")] + [("on-act", "act")]

    faint = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in faint.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_edges_of_fields_and_buttons_can_be_seen(scheme: int) -> None:
    sheet = (BASE_DIR / "static/css/epo.css").read_text(encoding="utf-8")
    colours = tokens(re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[scheme])

    assert min(contrast(colours["edge"], colours[behind]) for behind in ("paper", "card")) >= 3
