"""What the launcher says, in Spanish and English: the catalogues are not there yet when it speaks."""

from __future__ import annotations

import sys

EXIT_CODE = 3


class Stop(Exception):
    """Something that a person must mend first; its text is one plain sentence in each language."""

    def __init__(self, es: str, en: str) -> None:
        super().__init__(f"{es}\n{en}")


def say(es: str, en: str) -> None:
    sys.stdout.write(f"{es}  /  {en}\n")
    sys.stdout.flush()
