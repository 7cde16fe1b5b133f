"""How the processes of the product are started."""

from __future__ import annotations

from collections.abc import Sequence


def worker_command(python: str, *, concurrency: int) -> Sequence[str]:
    return [
        *(python, "-m", "celery", "-A", "epo.celery", "worker", "--loglevel", "WARNING"),
        *("--concurrency", str(concurrency), "--without-gossip", "--without-mingle"),
    ]


def beat_command(python: str) -> Sequence[str]:
    return [python, "-m", "celery", "-A", "epo.celery", "beat", "--loglevel", "WARNING", "--pidfile="]


def web_command(python: str, *, bind: str, workers: int = 2, threads: int = 8) -> Sequence[str]:
    """Threads, because slow phones upload for a long time and must not keep others waiting."""
    return [
        *(python, "-m", "gunicorn", "epo.wsgi:application", "--bind", bind, "--worker-class", "gthread"),
        *("--workers", str(workers), "--threads", str(threads), "--timeout", "120", "--graceful-timeout", "8"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
