"""Plants and machines from files, as the administration and the command line take them in."""

from django.utils.translation import gettext_lazy as _

from epo.core.sheets.importer import Importer
from factories import known_machines, known_plants
from factories.actions import import_machines, import_plants
from factories.imports import machine_fields, plant_fields

PLANTS = Importer(
    name="plantas",
    title=_("Import work units"),
    key=_(
        "A plant is known by the number; without it by name and municipality. Further lines of production stand in"
        " “Línea 2”, or on further lines of the same plant. Empty cells change nothing."
    ),
    fields=plant_fields,
    plan=lambda read: known_plants.plan_of(read).summary(),
    write=import_plants,
)
MACHINES = Importer(
    name="maquinas",
    title=_("Import machines"),
    key=_(
        "A machine is known by the number; without it by its plant and its name there. The plants come first."
        " Empty cells change nothing."
    ),
    fields=machine_fields,
    plan=lambda read: known_machines.plan_of(read).summary(),
    write=import_machines,
)
