from __future__ import annotations

import logging
from typing import Any

from bench.fire.without import taken_out


@taken_out("discreet-logs")
def logs_say_everything() -> None:
    from epo.core import logs

    logs.RouteInsteadOfPath.filter = lambda _self, _record: True  # type: ignore[method-assign]
    logs.WithoutRowValues.format = logging.Formatter.format  # type: ignore[method-assign]


@taken_out("ids-only")
def notices_and_tasks_carry_phones() -> None:
    """The notice is named by the phone that it goes to, and the message to the workers carries it."""
    from django.db import transaction

    from epo.notifications.models import Notification
    from epo.notifications.tasks import deliver

    queue = Notification.objects.get_or_create

    def keep(*, key: str, defaults: dict[str, Any]) -> Any:
        phone = defaults["contact"].phone
        transaction.on_commit(lambda: deliver.apply_async((0,), headers={"phone": phone}), robust=True)
        return queue(key=f"{key}:{phone}", defaults=defaults)

    Notification.objects.get_or_create = keep  # type: ignore[method-assign, assignment]
