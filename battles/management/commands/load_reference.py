from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from battles import reference as usual_demands
from epo.places import reference as places
from factories import reference as machines
from volunteers import reference as trades


class Command(BaseCommand):
    help = "Loads places, trades, sectors and kinds of machines, or brings them up to date. Deletes nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for source in (places, trades, machines, usual_demands):
            source.load()
