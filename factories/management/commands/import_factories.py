"""Plants with their lines from a CSV or XLSX file: all of them, or none."""

from epo.core.sheets.command import ImportCommand
from factories.importing import PLANTS


class Command(ImportCommand):
    help = "Takes in plants with their lines from a CSV or XLSX file: all of them, or none (docs/import-export.md)."
    importer = PLANTS
