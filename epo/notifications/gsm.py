"""The alphabet of text messages (GSM 03.38): what fits into one, and how other signs are written in it."""

from __future__ import annotations

import unicodedata

MOST = 160
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
WRITTEN = str.maketrans({
    "–": "-", "—": "-", "−": "-", "‑": "-", "·": "-", "•": "-", "→": "->", "…": "...", "“": '"', "”": '"', "«": '"',
    "»": '"', "’": "'", "‘": "'", "´": "'", "`": "'", "º": "o", "ª": "a", "°": "o", "\u00a0": " ", "×": "x",
})  # fmt: skip


def as_gsm7(text: str) -> str:
    """ "mañana a las dos, Mérida: sí" keeps ñ and é; í becomes i. What has no way of being written becomes "?"."""
    return "".join(_sign(sign) for sign in unicodedata.normalize("NFC", text.translate(WRITTEN)))


def _sign(sign: str) -> str:
    if sign in BASIC or sign in EXTENDED:
        return sign
    plain = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return plain if plain and all(part in BASIC or part in EXTENDED for part in plain) else "?"


def septets(text: str) -> int:
    return sum(2 if sign in EXTENDED else 1 for sign in as_gsm7(text))


def fits(text: str, most: int = MOST) -> bool:
    return septets(text) <= most


def shorten(text: str, most: int = MOST) -> str:
    """Cut at a word, with dots where something is missing."""
    text = as_gsm7(text)
    if fits(text, most):
        return text
    while not fits(f"{text}...", most):
        text = text[:-1]
    words, _space, rest = text.rpartition(" ")
    return f"{words if words and len(rest) < len(words) else text}...".replace(" ...", "...")
