from __future__ import annotations

import unicodedata


def fold(*parts: str) -> str:
    """Lower case, no accents, single spaces: what a search compares ("valvula" finds "Válvula")."""
    text = unicodedata.normalize("NFKD", " ".join(part for part in parts if part).casefold())
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())
