"""Machines from a CSV or XLSX file: all of them, or none."""

from epo.core.sheets.command import ImportCommand
from factories.importing import MACHINES


class Command(ImportCommand):
    help = "Takes in machines from a CSV or XLSX file: all of them, or none (docs/import-export.md)."
    importer = MACHINES
