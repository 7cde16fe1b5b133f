"""Forms check shape (numbers, dates, choices); rules check meaning."""

from volunteers.forms.people import (
    FARTHEST_KM,
    LONGEST_DAYS,
    MOST_PLACES,
    AbsenceForm,
    ConfirmForm,
    PlaceField,
    ProfileForm,
    TradeForm,
    level_choices,
)

__all__ = [
    "FARTHEST_KM",
    "LONGEST_DAYS",
    "MOST_PLACES",
    "AbsenceForm",
    "ConfirmForm",
    "PlaceField",
    "ProfileForm",
    "TradeForm",
    "level_choices",
]
