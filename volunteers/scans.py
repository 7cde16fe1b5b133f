"""The photo of a certificate: the file is checked and written anew before any row is, and one at a time in each process."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from epo.core.errors import Refusal, Refused
from epo.core.pictures import PictureProblem, UnusableError, reencode

if TYPE_CHECKING:
    from uuid import UUID

    from django.core.files import File

MOST_BYTES = 12 * 1024 * 1024
_one_at_a_time = Lock()
"""A picture takes up to 200 MB while it is written anew; a web process has many threads."""


def keep(*, key: UUID, file: File[bytes]) -> str:
    """The name under which the picture is kept, without anything of the file that was sent but its pixels."""
    if file.size > MOST_BYTES:
        raise Refused(_refusal(PictureProblem.TOO_BIG))
    try:
        with _one_at_a_time:
            picture = reencode(file)
    except UnusableError as error:
        raise Refused(_refusal(error.problem)) from None
    return default_storage.save(f"certificates/{key}.jpg", ContentFile(picture.large))


def _refusal(problem: PictureProblem) -> Refusal:
    return Refusal(problem.value, problem.label)


def forget(name: str | None) -> None:
    if name:
        with suppress(OSError):
            default_storage.delete(name)
