"""For health checks of containers: is the worker of this machine alive? Exit codes: 0 yes, 1 no."""

from __future__ import annotations

import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from epo.work.models import Heartbeat


class Command(BaseCommand):
    help = "Ends with 0 if a Celery worker of this machine said within half a minute that it lives."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_said: Any) -> None:
        if not Heartbeat.objects.fresh().filter(name__endswith=f"@{socket.gethostname()}").exists():
            raise CommandError("No worker of this machine has a fresh heartbeat.")
