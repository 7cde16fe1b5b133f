from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from epo.accounts.models import User


class Passwords(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        """Whom a session names, with all that decides what it is still good for, in one query."""
        user = User.objects.with_standing().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
