from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from epo.core.env import EXIT_CODE, Environment

ROOT = Path(__file__).resolve().parents[3]
STRONG = "v8Qz1xKpW0rYt5LmN3cJ7bHfG2dSaE9uTiOyRqXwZkVnMhBgFj64"


def _problems(name: str, read: str, value: str, *arguments: object, **options: object) -> list[str]:
    env = Environment({name: value})
    getattr(env, read)(name, *arguments, **options)
    return [problem.split(":")[0] for problem in env.problems]


@pytest.mark.parametrize("value", ["true", "FALSE", "1", "off", "", "  yes "])
def test_flag_takes_the_usual_words(value: str) -> None:
    problems = _problems("DEBUG", "flag", value)

    assert problems == []


@pytest.mark.parametrize("value", ["maybe", "2", "verdadero"])
def test_flag_refuses_other_words(value: str) -> None:
    problems = _problems("DEBUG", "flag", value)

    assert problems == ["DEBUG"]


@pytest.mark.parametrize("value", ["-1", "70000", "8000x", "٨٠", "1.5"])
def test_number_refuses_what_is_outside_or_none(value: str) -> None:
    problems = _problems("PORT", "number", value, 8000, low=1, high=65535)

    assert problems == ["PORT"]


@pytest.mark.parametrize(
    "value",
    ["https://epo.example.org", "http://localhost:8000", "http://192.168.1.20", "http://[::1]:8000"],
)
def test_site_url_takes_https_and_private_addresses(value: str) -> None:
    problems = _problems("SITE_URL", "site_url", value, "http://localhost")

    assert problems == []


@pytest.mark.parametrize(
    "value",
    [
        "http://epo.example.org",
        "ftp://epo",
        "epo.example.org",
        "https://a/b",
        "https://a:port",
        "http://8.8.8.8",
    ],
)
def test_site_url_refuses_open_http_and_nonsense(value: str) -> None:
    problems = _problems("SITE_URL", "site_url", value, "http://localhost")

    assert problems == ["SITE_URL"]


@pytest.mark.parametrize("value", ["short", "a" * 80, f"django-insecure-{STRONG}", "", f"changeme{STRONG}"])
def test_secret_refuses_weak_and_missing(value: str) -> None:
    problems = _problems("SECRET_KEY", "secret", value, kept_in=None)

    assert problems == ["SECRET_KEY"]


def test_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "secret"

    first = Environment({}).secret("SECRET_KEY", kept_in=file)
    second = Environment({}).secret("SECRET_KEY", kept_in=file)

    assert first == second
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_secret_refuses_a_spoiled_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    env = Environment({})

    env.secret("SECRET_KEY", kept_in=tmp_path / "secret")

    assert [problem.split(":")[0] for problem in env.problems] == ["SECRET_KEY"]


@pytest.mark.parametrize("value", ["mysql://u@h/d", "postgres://u@h", "nonsense", "postgres://h:port/d"])
def test_database_refuses_others_and_none(value: str) -> None:
    problems = _problems("DATABASE_URL", "database", value, "sqlite:////tmp/x.sqlite3")

    assert problems == ["DATABASE_URL"]


@pytest.mark.parametrize("value", ["amqp://h", "redis://", "redis://h:port", "localhost:6379"])
def test_redis_url_refuses_others_and_none(value: str) -> None:
    problems = _problems("REDIS_URL", "redis_url", value)

    assert problems == ["REDIS_URL"]


def test_folder_refuses_what_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    problems = _problems("DATA_DIR", "folder", str(tmp_path / "file" / "below"), tmp_path)

    assert problems == ["DATA_DIR"]


def _check(**environ: str) -> subprocess.CompletedProcess[str]:
    base = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=base | {"ENV_FILE": ""} | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_start_tells_everything_that_is_wrong_at_once_and_without_traceback(tmp_path: Path) -> None:
    done = _check(DATA_DIR=str(tmp_path), SECRET_KEY="weak", SITE_URL="http://epo.example.org", REDIS_URL="amqp://x")

    assert done.returncode == EXIT_CODE
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "SITE_URL",
        "SECRET_KEY",
        "REDIS_URL",
    ]


@pytest.mark.parametrize("switch", ["DEBUG", "TESTING"])
def test_start_refuses_switches_of_development_on_a_public_site(tmp_path: Path, switch: str) -> None:
    done = _check(DATA_DIR=str(tmp_path), SITE_URL="https://epo.example.org", SECRET_KEY=STRONG, **{switch: "true"})

    assert (done.returncode, done.stderr.split(":")[0]) == (EXIT_CODE, switch)


def test_start_with_postgres_asks_for_a_secret(tmp_path: Path) -> None:
    done = _check(DATA_DIR=str(tmp_path), DATABASE_URL="postgres://epo@localhost/epo")

    assert (done.returncode, done.stderr.split(":")[0]) == (EXIT_CODE, "SECRET_KEY")


def test_start_needs_nothing_at_all(tmp_path: Path) -> None:
    done = _check(DATA_DIR=str(tmp_path))

    assert (done.returncode, done.stderr) == (0, "")


def test_example_lists_every_variable_that_settings_read() -> None:
    settings = (ROOT / "epo" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()
    read = {part.split('"')[1] for part in settings.split("env.")[1:] if '("' in part[:12]}

    assert sorted(name for name in read if f"#{name}=" not in example) == []


@pytest.mark.parametrize(
    ("more", "starts"),
    [
        ({}, True),
        ({"DATABASE_URL": "postgres://epo@127.0.0.1/epo", "SECRET_KEY": STRONG}, True),
        ({"SITE_URL": "https://epo.example.org", "SECRET_KEY": STRONG}, False),
        ({"SITE_URL": "http://192.168.1.20"}, False),
        ({"HOST": "192.168.1.20"}, False),
        ({"DATABASE_URL": "postgres://epo@db.example.org/epo", "SECRET_KEY": STRONG}, False),
    ],
)
def test_second_step_can_be_off_on_this_machine_only(tmp_path: Path, more: dict[str, str], starts: bool) -> None:
    done = _check(DATA_DIR=str(tmp_path), SECOND_FACTOR="off", **more)

    assert done.returncode == (0 if starts else EXIT_CODE), done.stderr
    assert done.stderr.startswith("SECOND_FACTOR: solo se puede quitar") != starts
