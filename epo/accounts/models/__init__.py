from epo.accounts.models.people import (
    EVERYTHING,
    CoordinatorPost,
    User,
    UserManager,
    coordinated_by,
    coordinates,
    coordinates_nation,
    coordinators_of,
    is_coordinator,
)
from epo.accounts.models.sign_in import Factor, KnownDevice, OpenSession, PasswordLink, RecoveryCode
from epo.accounts.models.tokens import AccessToken, CalendarKey

__all__ = [
    "EVERYTHING",
    "AccessToken",
    "CalendarKey",
    "CoordinatorPost",
    "Factor",
    "KnownDevice",
    "OpenSession",
    "PasswordLink",
    "RecoveryCode",
    "User",
    "UserManager",
    "coordinated_by",
    "coordinates",
    "coordinates_nation",
    "coordinators_of",
    "is_coordinator",
]
