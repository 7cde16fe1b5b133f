"""Volunteers with their trades from a CSV or XLSX file: all of them, or none."""

from epo.core.sheets.command import ImportCommand
from volunteers.importing import VOLUNTEERS


class Command(ImportCommand):
    help = "Takes in volunteers and their trades from a CSV or XLSX file: all of them, or none (docs/import-export.md)."
    importer = VOLUNTEERS
