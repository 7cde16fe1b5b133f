from factories.models.machines import CommonFault, Label, Machine, MachineKind, MachineModel, MachineStatus
from factories.models.plants import Factory, Line, Membership, OutputReading, Sector
from factories.models.reports import BreakdownReport, Photo, RawIntake, ReportVariant

__all__ = [
    "BreakdownReport",
    "CommonFault",
    "Factory",
    "Label",
    "Line",
    "Machine",
    "MachineKind",
    "MachineModel",
    "MachineStatus",
    "Membership",
    "OutputReading",
    "Photo",
    "RawIntake",
    "ReportVariant",
    "Sector",
]
