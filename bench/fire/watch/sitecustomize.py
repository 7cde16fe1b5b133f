"""Read by every Python that starts with this folder on its path, which only the harness arranges: passwords looked at.

One line for each, in the file PASSWORD_CHECKS: when it was, and whether it was the right one. The product has no part in it.
"""

from __future__ import annotations

import os
import time

from django.contrib.auth import hashers


def _count(hasher: type[hashers.BasePasswordHasher]) -> None:
    verify = hasher.verify

    def counted(self: hashers.BasePasswordHasher, password: str, encoded: str) -> bool:
        is_right = verify(self, password, encoded)
        file = os.open(os.environ["PASSWORD_CHECKS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(file, f"{time.monotonic()} {is_right:d}\n".encode())
        finally:
            os.close(file)
        return is_right

    hasher.verify = counted  # type: ignore[method-assign]


_count(hashers.PBKDF2PasswordHasher)
_count(hashers.MD5PasswordHasher)
