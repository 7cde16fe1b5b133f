"""How the processes of the product are started, here and in the tests."""

from __future__ import annotations

from collections.abc import Sequence

# In a container or a test the worker may be root; it takes JSON only, so that the advice does not apply.
QUIET_CELERY = ["-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "epo.celery"]


def worker_command(python: str, *, concurrency: int) -> Sequence[str]:
    return [
        *(python, *QUIET_CELERY, "worker", "--loglevel", "WARNING"),
        *("--concurrency", str(concurrency), "--without-gossip", "--without-mingle"),
    ]


def beat_command(python: str) -> Sequence[str]:
    return [python, *QUIET_CELERY, "beat", "--loglevel", "WARNING", "--pidfile="]


def web_command(python: str, *, bind: str, workers: int = 2, threads: int = 8) -> Sequence[str]:
    """`threads` answer requests that have arrived whole; slow phones wait elsewhere (`reception`).

    The product is loaded before the processes part, so that one that died is replaced in an instant.
    """
    return [
        *(python, "-m", "gunicorn", "epo.wsgi:application", "--preload", "--bind", bind),
        *("--worker-class", "epo.launcher.reception.Reception", "--workers", str(workers), "--threads", str(threads)),
        *("--timeout", "120", "--graceful-timeout", "8", "--no-control-socket", "--log-level", "warning"),
    ]
