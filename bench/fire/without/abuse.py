from __future__ import annotations

import resource
import sys
from io import BytesIO
from typing import IO, Any

from bench.fire.without import taken_out

ROOM_FOR_A_BOMB = 3 * 1024**3
"""Bytes: the machine is to survive what the worker may not."""


@taken_out("lock-of-the-pair")
def nobody_is_locked_out() -> None:
    from django.conf import settings

    settings.AXES_ENABLED = False


@taken_out("pace-of-the-account")
def as_many_passwords_as_one_likes() -> None:
    from epo.accounts import guessing

    guessing.take = lambda *_said: 0  # type: ignore[assignment]


@taken_out("known-devices")
def every_device_is_a_stranger() -> None:
    from epo.accounts import guessing

    guessing.is_known_device = lambda *_said: False  # type: ignore[assignment]


@taken_out("most-pixels")
def pictures_of_any_size() -> None:
    from PIL import Image

    from epo.core import pictures

    pictures.MOST_PIXELS = pictures.MOST_WEBP_PIXELS = 10**12
    Image.MAX_IMAGE_PIXELS = None
    if "worker" in sys.argv:
        resource.setrlimit(resource.RLIMIT_AS, (ROOM_FOR_A_BOMB, ROOM_FOR_A_BOMB))


@taken_out("pixels-alone")
def photos_are_served_as_sent() -> None:
    from epo.core import pictures

    anew = pictures.reencode

    def as_sent(file: IO[bytes]) -> Any:
        data = file.read()
        picture = anew(BytesIO(data))
        return pictures.Picture(large=data, small=picture.small)

    pictures.reencode = as_sent


@taken_out("quota-of-the-label")
def labels_take_everything() -> None:
    from factories.actions import reports

    reports.make_room = lambda _report: None


@taken_out("places-of-ones-own")
def first_come_first_served() -> None:
    from factories.actions import floods

    floods.OWN_PLACES = 0
