from battles.models.agreements import Agreement
from battles.models.battles import Battle, BattleRequest, Departure, Seat
from battles.models.checklists import ChecklistStep
from battles.models.corrections import OutputCorrection
from battles.models.crew import CrewDay, Offer
from battles.models.diagnosis import Finding, VoiceHeard
from battles.models.figures import PublicFigures
from battles.models.missed import MissedAction
from battles.models.pins import Pin
from battles.models.plant_links import PlantLink
from battles.models.requests import Demand, Need, PlantDecision, RepairRequest, RequestReport, UsualDemand
from battles.models.results import DiaryEntry, FollowUp, LineResult, OwnRepair
from battles.models.runs import MatchingRun, MatchingSettings
from battles.models.talks import Talk
from battles.models.work_photos import WorkPhoto

__all__ = [
    "Agreement",
    "Battle",
    "BattleRequest",
    "ChecklistStep",
    "CrewDay",
    "Demand",
    "Departure",
    "DiaryEntry",
    "Finding",
    "FollowUp",
    "LineResult",
    "MatchingRun",
    "MatchingSettings",
    "MissedAction",
    "Need",
    "Offer",
    "OutputCorrection",
    "OwnRepair",
    "Pin",
    "PlantDecision",
    "PlantLink",
    "PublicFigures",
    "RepairRequest",
    "RequestReport",
    "Seat",
    "Talk",
    "UsualDemand",
    "VoiceHeard",
    "WorkPhoto",
]
