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

    from epo.notifications.actions import Wanted
    from epo.notifications.tasks import deliver

    as_it_is = Wanted.row

    def row(wanted: Wanted) -> Any:
        phone = wanted.contact.phone
        transaction.on_commit(lambda: deliver.apply_async((0,), headers={"phone": phone}), robust=True)
        note = as_it_is(wanted)
        note.key = f"{note.key}:{phone}"
        return note

    Wanted.row = row  # type: ignore[method-assign]
