from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from epo.core.pictures import PictureProblem, UnusableError, reencode
from tests.factories import images


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def test_photo_is_shrunk_to_two_sizes() -> None:
    picture = reencode(BytesIO(images.jpeg((4000, 3000))))

    assert [(opened(data).size, opened(data).format) for data in (picture.large, picture.small)] == [
        ((1600, 1200), "JPEG"),
        ((320, 240), "JPEG"),
    ]


def test_small_photo_keeps_its_size() -> None:
    assert opened(reencode(BytesIO(images.jpeg((200, 100)))).large).size == (200, 100)


def test_metadata_does_not_survive() -> None:
    data = images.jpeg()

    picture = reencode(BytesIO(data))

    assert b"CamaraSecreta" in data
    for each in (picture.large, picture.small):
        assert dict(opened(each).getexif()) == {}
        assert set(opened(each).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"ecret" not in each


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [
        (1, (640, 480), "red"),
        (2, (640, 480), "blue"),
        (3, (640, 480), "blue"),
        (4, (640, 480), "red"),
        (5, (480, 640), "red"),
        (6, (480, 640), "red"),
        (7, (480, 640), "blue"),
        (8, (480, 640), "blue"),
        (77, (640, 480), "red"),
    ],
)
def test_photo_stands_upright(orientation: int, size: tuple[int, int], corner: str) -> None:
    image = opened(reencode(BytesIO(images.jpeg(orientation=orientation))).large)

    red, _green, blue = image.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert image.size == size
    assert ("red" if red > blue else "blue") == corner


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_photo(mode: str) -> None:
    assert opened(reencode(BytesIO(images.png(mode))).large).size == (100, 80)


def test_webp_and_cmyk_are_read() -> None:
    out = {"WEBP": BytesIO(), "JPEG": BytesIO()}
    Image.new("RGB", (30, 20)).save(out["WEBP"], "WEBP")
    Image.new("CMYK", (30, 20)).save(out["JPEG"], "JPEG")

    assert [opened(reencode(file).large).size for file in out.values()] == [(30, 20), (30, 20)]


GIF = BytesIO()
Image.new("P", (9, 9)).save(GIF, "GIF")
UNUSABLE = {
    "text": (b"esto no es una foto", PictureProblem.NOT_A_PICTURE),
    "empty": (b"", PictureProblem.NOT_A_PICTURE),
    "svg": (images.SVG, PictureProblem.NOT_A_PICTURE),
    "gif": (GIF.getvalue(), PictureProblem.NOT_A_PICTURE),
    "truncated": (images.jpeg((1200, 900), quality=95)[:4000], PictureProblem.BROKEN),
    "header only": (images.jpeg()[:20], PictureProblem.NOT_A_PICTURE),
    "144 megapixels": (images.bomb(), PictureProblem.TOO_MANY_PIXELS),
    "800 megapixels": (images.bomb(40_000, 20_000), PictureProblem.TOO_MANY_PIXELS),
    "just too many": (images.bomb(5001, 5000), PictureProblem.TOO_MANY_PIXELS),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_unusable_file_is_named(name: str) -> None:
    data, problem = UNUSABLE[name]

    with pytest.raises(UnusableError) as refused:
        reencode(BytesIO(data))

    assert refused.value.problem == problem


def test_bomb_is_small_and_not_decoded() -> None:
    data = images.bomb()

    assert len(data) < 20_000
    assert opened(images.bomb(5000, 5000)).size == (5000, 5000)


def test_twenty_five_megapixels_are_read() -> None:
    assert opened(reencode(BytesIO(images.bomb(5000, 5000))).large).size == (1600, 1600)


def colour(image: Image.Image, at: tuple[int, int] = (50, 40)) -> tuple[int, int, int]:
    """A pixel after the way through, in steps of 16, which is as exact as JPEG is."""
    out = BytesIO()
    image.save(out, "PNG")
    red, green, blue = opened(reencode(BytesIO(out.getvalue())).large).convert("RGB").getpixel(at)  # type: ignore[misc]
    return round(red / 16), round(green / 16), round(blue / 16)


def test_colours_survive_and_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (100, 80), (0, 0, 0, 0))
    half = Image.new("RGBA", (100, 80), (255, 0, 0, 128))

    assert colour(Image.new("RGB", (100, 80), (160, 80, 16))) == (10, 5, 1)
    assert colour(Image.new("L", (100, 80), 128)) == (8, 8, 8)
    assert colour(Image.new("I;16", (100, 80), 0x8000)) == (8, 8, 8)
    assert colour(Image.new("RGB", (100, 80), "red").convert("P")) == (16, 0, 0)
    assert (colour(clear), colour(half)) == ((16, 16, 16), (16, 8, 8))


def test_strips_leave_no_seam_and_no_edge() -> None:
    image = Image.new("RGB", (3333, 4999), (160, 80, 16))

    places = [(0, 0), (500, 511), (500, 512), (500, 513), (1065, 1599)]

    assert {colour(image, at) for at in places} == {(10, 5, 1)}


def test_progressive_photo_of_a_phone_is_read_and_a_huge_one_is_not() -> None:
    size = opened(reencode(BytesIO(images.jpeg((1200, 900), progressive=True))).large).size
    with pytest.raises(UnusableError) as refused:
        reencode(BytesIO(images.jpeg((5000, 4000), progressive=True)))

    assert (size, refused.value.problem) == ((1200, 900), PictureProblem.TOO_MANY_PIXELS)


def test_scan_that_is_sent_again_and_again_is_not_walked_through() -> None:
    data = images.jpeg(progressive=True)
    last, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    with pytest.raises(UnusableError) as refused:
        reencode(BytesIO(data[:end] + data[last:end] * 40 + data[end:]))

    assert refused.value.problem == PictureProblem.BROKEN


def test_endless_row_is_refused_and_a_panorama_is_read() -> None:
    with pytest.raises(UnusableError) as refused:
        reencode(BytesIO(images.bomb(1_000_000, 25)))

    assert refused.value.problem == PictureProblem.TOO_MANY_PIXELS
    assert opened(reencode(BytesIO(images.bomb(16_000, 1_500))).large).size == (1600, 150)
