"""Pictures as hostile people make them, and what must not be found in what is served afterwards."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

SECRET = b"CamaraSecreta"
SIDE_OF_THE_BOMB = 13_558
"""Pixels: 17 KiB of one bit each become 701 MiB once each has its four bytes."""
MOST_SIDE, PROGRESSIVE_SIDE = 5_000, 3_870
SCRIPT = b"<html><script>alert('CamaraSecreta')</script></html>"
PHP = b"<?php system('CamaraSecreta'); ?>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert("CamaraSecreta")</script></svg>'
SOS = b"\xff\xda"


def _noise(size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    return Image.effect_noise(size, 40).convert(mode)


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET.decode()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (10.0, 30.0, 0.0)
    return exif


def saved(image: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def jpeg(**how: Any) -> bytes:
    return saved(_noise(), exif=_exif(), comment=SECRET, **how)


def png_of_ones_own(width: int, height: int, depth: int, colours: int, *more: tuple[bytes, bytes]) -> bytes:
    """All black, written without ever being in memory; `more` are chunks before the pixels."""
    bits = {0: 1, 2: 3, 6: 4}[colours] * depth
    packer = zlib.compressobj(9)
    row = b"\0" + bytes((width * bits + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    chunks = [(b"IHDR", header), *more, (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def full_bomb() -> bytes:
    """In full colour, so that it takes its 701 MiB as soon as it is decoded."""
    return png_of_ones_own(SIDE_OF_THE_BOMB, SIDE_OF_THE_BOMB, 8, 2)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _many_frames(kind: str, count: int, **how: Any) -> bytes:
    frames = [Image.new("RGB", (64, 64), (n % 256, n // 256, 0)) for n in range(count)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], **how)


def _mpo() -> bytes:
    return saved(_noise(), "MPO", save_all=True, append_images=[_noise()], exif=_exif())


def _zip_behind() -> bytes:
    out = BytesIO(jpeg())
    out.seek(0, 2)
    with ZipFile(out, "a") as archive:
        archive.writestr("../../evil.php", PHP * 100)
    return out.getvalue()


def _scans(times: int) -> bytes:
    """A progressive picture whose last scan is sent again and again: each costs a walk over all its pixels."""
    data = saved(Image.new("RGB", (PROGRESSIVE_SIDE, PROGRESSIVE_SIDE)), progressive=True, quality=30)
    last, end = data.rindex(SOS), data.rindex(b"\xff\xd9")
    return data[:end] + data[last:end] * times + data[end:]


def _progressive(mode: str, side: int) -> bytes:
    return saved(Image.new(mode, (side, side)), progressive=True, subsampling=0, quality=30)


def _texts() -> bytes:
    info = PngImagePlugin.PngInfo()
    for n in range(60):
        info.add_text(f"note {n}", "CamaraSecreta" * 70_000, zip=True)
    return saved(_noise(), "PNG", pnginfo=info)


def _profile_bomb() -> bytes:
    profile = b"bomb\0\0" + zlib.compress(bytes(400_000_000), 9)
    return png_of_ones_own(64, 64, 8, 2, (b"iCCP", profile))


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


PICTURES: dict[str, Callable[[], bytes]] = {
    "bomb of 701 MiB in 17 KiB": lambda: png_of_ones_own(SIDE_OF_THE_BOMB, SIDE_OF_THE_BOMB, 1, 0),
    "bomb of 701 MiB in full colour": full_bomb,
    "bomb just within the limit": lambda: png_of_ones_own(MOST_SIDE, MOST_SIDE, 1, 0),
    "16 bits and 25 megapixels": lambda: png_of_ones_own(MOST_SIDE, MOST_SIDE, 16, 6),
    "16 bits grey": lambda: png_of_ones_own(MOST_SIDE, MOST_SIDE, 16, 0),
    "one row of a million": lambda: png_of_ones_own(1_000_000, 25, 8, 2),
    "progressive, 25 megapixels": lambda: _progressive("RGB", MOST_SIDE),
    "progressive, 15 megapixels": lambda: _progressive("RGB", PROGRESSIVE_SIDE),
    "progressive CMYK, 15 megapixels": lambda: _progressive("CMYK", PROGRESSIVE_SIDE),
    "progressive noise, 15 megapixels": lambda: saved(
        _noise((PROGRESSIVE_SIDE, PROGRESSIVE_SIDE)), progressive=True, subsampling=0, quality=60
    ),
    "noise, 25 megapixels": lambda: saved(_noise((MOST_SIDE, MOST_SIDE)), subsampling=0, quality=60),
    "progressive, 30 scans": lambda: _scans(20),
    "CMYK, 25 megapixels": lambda: saved(Image.new("CMYK", (MOST_SIDE, MOST_SIDE)), quality=30),
    "progressive, 400 scans": lambda: _scans(400),
    "webp of 8 megapixels": lambda: saved(Image.new("RGB", (2_828, 2_828)), "WEBP", lossless=True, method=0),
    "webp of 10 megapixels": lambda: saved(Image.new("RGB", (3_162, 3_162)), "WEBP", lossless=True, method=0),
    "webp of 100 megapixels": lambda: saved(Image.new("RGB", (10_000, 10_000)), "WEBP", quality=1, method=0),
    "colour profile of 400 MB": _profile_bomb,
    "colour profile": lambda: jpeg(icc_profile=_profile()),
    "sixty long texts": _texts,
    "huge exif": lambda: png_of_ones_own(64, 64, 8, 2, (b"eXIf", b"MM\0*" + SECRET * 700_000)),
    "places and cameras": jpeg,
    "places and cameras, webp": lambda: saved(_noise(), "WEBP", exif=_exif()),
    "places and cameras, png": lambda: saved(_noise(), "PNG", exif=_exif()),
    "two pictures in one": _mpo,
    "png of 2,000 frames": lambda: _many_frames("PNG", 2_000),
    "webp of 2,000 frames": lambda: _many_frames("WEBP", 2_000, method=0),
    "gif of 2,000 frames": lambda: _many_frames("GIF", 2_000),
    "jpeg and page": lambda: jpeg() + SCRIPT,
    "jpeg and program": lambda: jpeg() + PHP,
    "jpeg and archive": _zip_behind,
    "page that begins as gif": lambda: b"GIF89a/*" + SCRIPT,
    "svg": lambda: SVG,
    "program": lambda: PHP,
    "cut off": lambda: jpeg()[:9_000],
    "head alone": lambda: jpeg()[:20],
    "nothing": lambda: b"",
}
