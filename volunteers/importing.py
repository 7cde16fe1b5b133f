"""Volunteers from a file, as the administration and the command line take them in."""

from django.utils.translation import gettext_lazy as _

from epo.core.sheets.importer import Importer
from volunteers.actions import import_people
from volunteers.imports import fields
from volunteers.known import plan_of

VOLUNTEERS = Importer(
    name="voluntarios",
    title=_("Import volunteers"),
    key=_(
        "A volunteer is known by the number; without it by the phone; without both by name and municipality. The same"
        " file twice changes nothing the second time. Empty cells change nothing."
    ),
    fields=fields,
    plan=lambda read: plan_of(read).summary(),
    write=import_people,
)
