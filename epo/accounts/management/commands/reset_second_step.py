from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from epo.accounts import actions
from epo.accounts.models import User
from epo.core.errors import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Takes away somebody's second step: for the only administrator, who lost the phone and the recovery codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="written down, and told to the person")

    def handle(self, *args: Any, username: str, reason: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {username}.")
        try:
            actions.reset_factor(user=user, reason=reason, by=None)
        except Refused as refused:
            raise CommandError(str(refused.refusal)) from None
        self.stdout.write(f"{username} has no second step any more, and is signed out everywhere.")
