from volunteers.models.applications import Application, ApplicationTrade
from volunteers.models.certificates import Certificate
from volunteers.models.endorsements import Endorsement
from volunteers.models.people import Absence, Qualification, QualificationQuerySet, Trade, Volunteer, VolunteerQuerySet

__all__ = [
    "Absence",
    "Application",
    "ApplicationTrade",
    "Certificate",
    "Endorsement",
    "Qualification",
    "QualificationQuerySet",
    "Trade",
    "Volunteer",
    "VolunteerQuerySet",
]
