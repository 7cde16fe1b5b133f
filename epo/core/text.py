from __future__ import annotations

import unicodedata


def fold(*parts: str) -> str:
    """Lower case, no accents, single spaces, no NUL: what a search compares ("valvula" finds "Válvula")."""
    text = unicodedata.normalize("NFKD", " ".join(part for part in parts if part).replace("\x00", "").casefold())
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


def refold(known: str, *names: str) -> str:
    """After a new name: the names come first, since lists are sorted by this; other words that were known stay."""
    said = fold(*names)
    words = said.split()
    return " ".join([said, *(word for word in known.split() if word not in words)])
