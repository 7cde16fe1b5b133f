from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.fire.checks import Checks, most_in_a_minute

TRY = """
from django.conf import settings
settings.configure()
from django.contrib.auth.hashers import check_password, make_password
kept = make_password("caldera")
print([check_password(said, kept) for said in ("horno", "caldera", "bomba")])
"""


def test_each_wrong_password_that_is_looked_at_is_counted_once(tmp_path: Path) -> None:
    checks = Checks.under(tmp_path)
    env = os.environ | checks.env

    done = subprocess.run([sys.executable, "-c", TRY], env=env, capture_output=True, text=True, check=True)

    assert (done.stdout.strip(), len(checks.wrong())) == ("[False, True, False]", 2)
    assert len(checks.file.read_text().splitlines()) == 3


def test_nothing_looked_at_is_nothing_counted(tmp_path: Path) -> None:
    assert Checks.under(tmp_path).wrong() == []


def test_the_fullest_minute_is_counted() -> None:
    assert [most_in_a_minute(times) for times in ([], [0.0, 59.0, 61.0, 62.0, 118.0], [1.0, 61.0])] == [0, 4, 1]
