"""What the files for deployment name exists, and starts the product as the launcher does."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from jsonschema import Draft201909Validator

from epo.launcher import commands
from epo.launcher.reception import BIGGEST_REQUEST
from epo.upkeep.version import version

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((Path(__file__).parent / "data" / "compose_spec.json").read_text())
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
IMAGES_OWN = {"postgres", "redis-server"}


def _without_warnings(argv: list[str]) -> list[str]:
    """The launcher silences a word about superusers, whom there are none in the image or the units."""
    found = list(argv)
    if "-W" in found:
        del found[found.index("-W") : found.index("-W") + 2]
    return found


WEB = _without_warnings(list(commands.web_command("python", bind="0.0.0.0:8000")))
WORKER = _without_warnings(list(commands.worker_command("python", concurrency=2)))
BEAT = _without_warnings(list(commands.beat_command("python")))


def _dockerfile() -> list[str]:
    """Its instructions, each in one line."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [re.sub(r"\s+", " ", line).strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _instruction(name: str) -> list[str]:
    return [line.removeprefix(f"{name} ") for line in _dockerfile() if line.startswith(f"{name} ")]


# docker-compose.yml --------------------------------------------------------------------------------------


def test_compose_file_follows_its_schema() -> None:
    found = [
        f"{list(error.absolute_path)}: {error.message}" for error in Draft201909Validator(SCHEMA).iter_errors(COMPOSE)
    ]

    assert found == []


def test_schema_finds_a_mistake() -> None:
    broken = COMPOSE | {"services": SERVICES | {"web": SERVICES["web"] | {"dependson": ["redis"]}}}

    assert [error.path[-1] for error in Draft201909Validator(SCHEMA).iter_errors(broken)] == ["web"]


def test_all_that_services_wait_for_is_there_and_can_be_healthy() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            if how["condition"] == "service_healthy":
                assert other == "web" or "test" in SERVICES[other]["healthcheck"]


def test_whatever_ends_is_started_again() -> None:
    restarts = {name: service["restart"] for name, service in SERVICES.items()}

    assert restarts == dict.fromkeys(SERVICES, "always") | {"migrate": "on-failure"}


def test_volumes_and_mounted_files_are_there() -> None:
    for name, service in SERVICES.items():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], name


def test_variables_of_the_product_are_known() -> None:
    known = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert set(SERVICES["web"]["environment"]) - known == set()


def test_services_run_what_the_launcher_runs() -> None:
    assert SERVICES["worker"]["command"] == WORKER
    assert SERVICES["beat"]["command"][: len(BEAT)] == BEAT
    assert "command" not in SERVICES["web"]
    assert json.loads(_instruction("CMD")[-1]) == WEB


@pytest.mark.parametrize("name", SERVICES)
def test_commands_exist(name: str) -> None:
    service = SERVICES[name]
    words = (
        " ".join(map(str, service.get("command", [])))
        + " "
        + " ".join(map(str, service.get("healthcheck", {}).get("test", [])))
    )
    for command in re.findall(r"manage\.py (\w+)", words):
        assert command in get_commands()
    for module in re.findall(r"-m (\w+)", words):
        assert find_spec(module) is not None
    program = service["command"][0] if "command" in service else ""
    assert program in {"", "python", "sh"} | IMAGES_OWN


def test_proxy_names_a_service_that_there_is() -> None:
    said = (ROOT / "deploy" / "Caddyfile").read_text()

    assert re.findall(r"dynamic a (\w+) (\d+)", said) == [("web", "8000")]
    assert re.findall(r"max_size (\d+)MiB", said) == [str(BIGGEST_REQUEST // 1024**2)]
    assert said.count("{") == said.count("}")
    if caddy := shutil.which("caddy"):
        argv = [caddy, "validate", "--config", str(ROOT / "deploy" / "Caddyfile")]
        subprocess.run(argv, env=os.environ | {"SITE_URL": "https://epo.example.org"}, check=True)


# Dockerfile ----------------------------------------------------------------------------------------------


def test_image_is_built_in_stages_and_does_not_run_as_root() -> None:
    stages = _instruction("FROM")
    last = _dockerfile()[max(n for n, line in enumerate(_dockerfile()) if line.startswith("FROM")) :]

    assert len(stages) == 3
    assert [line for line in last if line.startswith("USER")] == ["USER epo"]
    assert last.index("USER epo") < next(n for n, line in enumerate(last) if line.startswith("CMD"))


def test_what_is_copied_is_there() -> None:
    names = {line.rpartition(" AS ")[2] for line in _instruction("FROM") if " AS " in line}
    for line in _instruction("COPY"):
        *options, source, _target = line.split()
        stage = [option.removeprefix("--from=") for option in options if option.startswith("--from=")]
        assert set(stage) <= names
        assert stage or (ROOT / source).exists()


def test_image_looks_after_its_health_and_keeps_its_folders() -> None:
    (health,) = _instruction("HEALTHCHECK")

    assert "http://localhost:8000/healthz" in health
    assert json.loads(_instruction("VOLUME")[0]) == ["/data", "/backups"]
    assert any("DATA_DIR=/data" in line for line in _instruction("ENV"))
    assert any("collectstatic" in line for line in _instruction("RUN"))


def test_programs_for_backups_have_the_version_of_the_server() -> None:
    server = re.match(r"postgres:(\d+)", SERVICES["postgres"]["image"])
    (client,) = [line.partition("=")[2] for line in _instruction("ARG") if line.startswith("POSTGRES=")]

    assert server is not None
    assert client == server[1]


# systemd -------------------------------------------------------------------------------------------------


def _unit(path: Path) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for line in re.sub(r"\\\n", " ", path.read_text()).splitlines():
        name, is_set, value = line.partition("=")
        if is_set and not line.startswith("#"):
            said.setdefault(name, []).append(value)
    return said


def test_units_run_what_the_launcher_runs() -> None:
    runs = {path.name: shlex.split(_unit(path)["ExecStart"][0]) for path in UNITS}

    assert {argv[0] for argv in runs.values()} == {"/opt/epo/.venv/bin/python"}
    bind = [word if word != "0.0.0.0:8000" else "127.0.0.1:8000" for word in WEB]
    assert runs["epo-web.service"][1:] == bind[1:]
    assert runs["epo-worker@.service"][1:] == [*WORKER[1:], "--hostname", "%i@%H"]
    assert runs["epo-beat.service"][1:] == [*BEAT[1:], "--schedule", "/var/lib/epo/beat-schedule"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_unit_starts_again_and_not_as_root(path: Path) -> None:
    said = _unit(path)

    assert (said["Restart"], said["User"]) == (["always"], ["epo"])
    assert said["EnvironmentFile"] == ["/etc/epo/epo.env"]
    assert said["StartLimitIntervalSec"] == ["0"]


def test_target_wants_units_that_there_are() -> None:
    wanted = _unit(ROOT / "deploy" / "systemd" / "epo.target")["Wants"][0].split()

    assert {re.sub(r"@\d+", "@", name) for name in wanted} == {path.name for path in UNITS}


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """On a copy whose paths are those of this machine."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("NO SYSTEMD-ANALYZE FOUND")
    (tmp_path / "epo.env").touch()
    for path in (*UNITS, ROOT / "deploy" / "systemd" / "epo.target"):
        said = path.read_text().replace("/opt/epo", str(ROOT)).replace("/etc/epo/epo.env", str(tmp_path / "epo.env"))
        (tmp_path / path.name.replace("@.", "@1.")).write_text(re.sub(r"epo-worker@2.service ", "", said))

    done = subprocess.run(
        [analyze, "verify", "--man=no", *map(str, sorted(tmp_path.glob("epo*.service")))],
        capture_output=True,
        text=True,
        check=False,
    )

    complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "epo" in line]
    assert [line for line in complaints if "Unknown" in line or "not executable" in line or "Failed" in line] == []


# make upgrade --------------------------------------------------------------------------------------------


def test_upgrade_backs_up_before_anything_changes() -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("NO MAKE FOUND")
    steps = [
        line.strip()
        for target in ("upgrade", "upgraded")
        for line in re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)[
            1
        ].splitlines()
    ]
    commands_run = [found[1] for step in steps if (found := re.search(r"manage\.py (\w+)", step))]

    assert commands_run == ["backup", "migrate", "load_reference", "collectstatic", "check", "sanity"]
    assert "git" in steps[1]
    subprocess.run(
        [make, "--dry-run", "--assume-old=.venv/product", "upgraded"], cwd=ROOT, check=True, capture_output=True
    )


def test_upgrading_names_the_version_that_this_is() -> None:
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \|", (ROOT / "UPGRADING.md").read_text(), re.MULTILINE)

    assert version() in rows
