"""Photos from strangers: measured before they are decoded, turned upright, written anew as pixels alone."""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, UnidentifiedImageError

MOST_PIXELS = 25_000_000
MOST_WEBP_PIXELS = 8_000_000  # its decoder takes four times the memory of the others
MOST_PROGRESSIVE_PIXELS = 15_000_000  # all of it must be in memory before the first row can be had
LONGEST_SIDE = 20_000
MOST_SCANS = 30
"""A progressive photo has ten; each costs a walk over all of its pixels, however few bytes it takes."""
FORMATS = ("JPEG", "PNG", "WEBP")
LARGE, SMALL = 1600, 320
PIXELS_AT_ONCE = 4_000_000
START_OF_SCAN = b"\xff\xda"
QUALITY = 80
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class PictureProblem(TextChoices):
    """Why a picture is not taken, told to who sent it."""

    NOT_A_PICTURE = "not_a_picture", _("This file is not a photo that we can read (JPEG, PNG or WebP).")
    BROKEN = "broken", _("This photo arrived damaged or cut off. Send it again.")
    TOO_MANY_PIXELS = "too_many_pixels", _("This picture is too large: at most 25 megapixels, or 8 as WebP.")
    TOO_BIG = "too_big", _("This file is too large: at most 12 MB.")


class UnusableError(Exception):
    def __init__(self, problem: PictureProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Picture:
    large: bytes
    small: bytes


def reencode(file: IO[bytes]) -> Picture:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _reencode(file)
    except (UnusableError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise UnusableError(PictureProblem.NOT_A_PICTURE) from None
    except Image.DecompressionBombError:
        raise UnusableError(PictureProblem.TOO_MANY_PIXELS) from None
    except Exception as error:  # whatever a hostile file makes a decoder raise
        raise UnusableError(PictureProblem.BROKEN) from error


def _reencode(file: IO[bytes]) -> Picture:
    with Image.open(file, formats=FORMATS) as picture:
        if picture.width * picture.height > _most_pixels(picture) or max(picture.size) > LONGEST_SIDE:
            raise UnusableError(PictureProblem.TOO_MANY_PIXELS)
        if picture.format not in {"PNG", "WEBP"} and _scans(file) > MOST_SCANS:
            raise UnusableError(PictureProblem.BROKEN)
        turn = _turn(picture)
        image = _flat(picture)
    if turn is not None:
        image = image.transpose(turn)
    small = image.copy()
    small.thumbnail((SMALL, SMALL))
    return Picture(large=_jpeg(image), small=_jpeg(small))


def _most_pixels(picture: Image.Image) -> int:
    if picture.format == "WEBP":
        return MOST_WEBP_PIXELS
    return MOST_PROGRESSIVE_PIXELS if "progressive" in picture.info else MOST_PIXELS


def _scans(file: IO[bytes]) -> int:
    """Of a JPEG, thumbnails and second pictures included."""
    at = file.tell()
    file.seek(0)
    count = file.read().count(START_OF_SCAN)
    file.seek(at)
    return count


def _turn(picture: Image.Image) -> Image.Transpose | None:
    with suppress(Exception):  # damaged metadata must not cost the photo
        return UPRIGHT.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return None


def _flat(picture: Image.Image) -> Image.Image:
    """At most 1600 px, on white. Shrunk in strips, so that no second picture of full size is in memory."""
    picture.draft("RGB", (LARGE, LARGE))
    factor = max(max(picture.size) // LARGE, 1)
    width, height = (-(-side // factor) for side in picture.size)
    flat = Image.new("RGB", (width, height), "white")
    rows = max(PIXELS_AT_ONCE // (picture.width * factor), 1) * factor
    for top in range(0, picture.height, rows):
        bottom = min(top + rows, picture.height)
        strip = _with_alpha(picture.crop((0, top, picture.width, bottom))).reduce(factor)
        flat.paste(strip, (0, top // factor), strip)
    flat.thumbnail((LARGE, LARGE))
    return flat


def _with_alpha(strip: Image.Image) -> Image.Image:
    if strip.mode == "I;16":
        strip = strip.point(lambda value: value / 256).convert("L")
    return strip.convert("RGBA")


def _jpeg(image: Image.Image) -> bytes:
    image.info.clear()
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
