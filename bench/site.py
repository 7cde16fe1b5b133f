"""The product in a fresh temporary folder, for measurements: as in production, with the embedded broker."""

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from statistics import quantiles

folder = Path(tempfile.mkdtemp(prefix="epo-bench-"))


def prepare(**more: str) -> None:
    """Sets Django up on an empty database; the folder goes with the process."""
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    own = {
        "ENV_FILE": "",
        "DEBUG": "",
        "TESTING": "",
        "DATA_DIR": str(folder),
        "NUMBA_CACHE_DIR": str(Path(__file__).parents[1] / "data" / "kernels"),  # compiled once for all measurements
        "STATIC_ROOT": str(folder / "static"),
        "SITE_URL": "http://localhost",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "SECOND_FACTOR": "off",
        "DJANGO_SETTINGS_MODULE": "epo.settings",
    }
    os.environ |= own | more

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_reference", verbosity=0, stdout=StringIO())


def prepare_on(backend: str, **more: str) -> None:
    """The same on `sqlite`, or on a PostgreSQL of this machine that is started for it and ends with the process."""
    if backend == "sqlite":
        prepare(**more)
        return
    from tests import services

    started = services.start("postgres")
    atexit.register(started.stop)
    address = os.environ["EPO_TEST_DATABASE_URL"]
    if not address.startswith("postgres"):
        raise SystemExit("There is no PostgreSQL on this machine.")
    prepare(DATABASE_URL=address, **more)


def empty() -> None:
    """All rows gone, reference data back."""
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)
    call_command("load_reference", verbosity=0, stdout=StringIO())


def p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    print(f"\n## {title}\n\n| {' | '.join(head)} |\n|{' --- |' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")
