"""Where sessions are kept (SESSION_ENGINE): rows that know whose they are, so that they can be listed and ended.

A row is written when a session changes, and `seen_at` alone at most once in five minutes. A session that was ended
while a request ran is not brought back by what that request saves.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from epo.accounts.models import OpenSession

DEVICE = "device"
BEGUN = "begun"
SEEN_EVERY = timedelta(minutes=5)


def hashed(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(SessionBase):
    seen_at: datetime | None = None

    def _rows(self, session_key: str | None) -> Any:
        return OpenSession.objects.filter(hashed=hashed(session_key or ""))

    def exists(self, session_key: str) -> bool:
        return bool(self._rows(session_key).exists())

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 -- Django's signature
        if self.session_key is None:
            self.create()
            return
        said = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        fields = self._fields(said)
        if not must_create:
            if not self._rows(self.session_key).update(**fields):
                raise UpdateError
            return
        try:
            with transaction.atomic():
                OpenSession.objects.create(hashed=hashed(self.session_key), **fields)
        except IntegrityError:
            raise CreateError from None

    def _fields(self, said: dict[str, Any]) -> dict[str, Any]:
        user_id = said.get(SESSION_KEY)
        self.seen_at = now()
        fields: dict[str, Any] = {"data": self.encode(said), "expires_at": self.get_expiry_date()}
        fields |= {"user_id": int(user_id) if user_id else None, "seen_at": self.seen_at}
        if BEGUN in said:
            fields |= {"begun_at": datetime.fromisoformat(said[BEGUN]), "device": said.get(DEVICE, "")}
        return fields

    def delete(self, session_key: str | None = None) -> None:
        self._rows(session_key or self.session_key).delete()

    def load(self) -> dict[str, Any]:
        row = self._rows(self.session_key).filter(expires_at__gt=now()).first()
        if row is None:
            self._session_key = None
            return {}
        self.seen_at = row.seen_at
        return self.decode(row.data)

    def note_seen(self) -> None:
        """Once the session is known to be good. Many requests at once write it once."""
        if self.session_key and self.seen_at and self.seen_at < now() - SEEN_EVERY:
            self._rows(self.session_key).filter(seen_at=self.seen_at).update(seen_at=now())

    @property
    def row_hash(self) -> str:
        return hashed(self.session_key or "")

    @classmethod
    def clear_expired(cls) -> None:
        OpenSession.objects.filter(expires_at__lt=now()).delete()
