"""A small photo that no other phone takes."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def picture(word: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), f"#{word[:6]}").save(out, "JPEG", comment=word.encode())
    return out.getvalue()
