from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from epo.accounts.models import OpenSession
from epo.audit.actions import record

if TYPE_CHECKING:
    from epo.accounts.models import User


@transaction.atomic
def end_session(*, session: OpenSession, by: User) -> None:
    """The next request of that browser finds nobody there."""
    session.delete()
    record("user.session_ended", by, by=by)


@transaction.atomic
def end_sessions(*, user: User, by: User | None) -> int:
    """Signed out everywhere."""
    count, _of_what = OpenSession.objects.filter(user=user).delete()
    record("user.sessions_ended", user, by=by, count=count)
    return count


def end_other_sessions(*, user: User, keep: str) -> None:
    """After a new password: the others would end with their next request anyhow; now they are not listed either."""
    OpenSession.objects.filter(user=user).exclude(hashed=keep).delete()
