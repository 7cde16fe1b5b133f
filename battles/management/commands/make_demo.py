from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.timezone import now

from battles.demo.logins import LOGINS
from battles.demo.make import SEED, make
from battles.demo.wipe import there_is_data, wipe


class Command(BaseCommand):
    help = "Loads the demonstration organisation: invented people, plants, battles of the past and of today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--wipe", action="store_true", help="empty everything first, reference data excepted")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is a plant already")
        parser.add_argument("--public-site", action="store_true", help="yes, on an https site too")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_HTTPS and not options["public_site"]:
            raise CommandError(
                "This is a public site, and the demonstration's passwords are known to everyone. "
                "To load it all the same, add --public-site."
            )
        has_data = there_is_data()
        if has_data and options["if_empty"]:
            return
        if has_data and not options["wipe"]:
            raise CommandError("There is data already. --wipe empties it first, --if-empty leaves it as it is.")
        with transaction.atomic():
            if options["wipe"]:
                wipe()
            call_command("load_reference", verbosity=0)
            make(now=now(), seed=options["seed"])
        if options["verbosity"]:
            self._tell_logins()

    def _tell_logins(self) -> None:
        for login in LOGINS:
            self.stdout.write(f"{login.username:<12} {login.password:<16} {login.what}")
