"""Everything that changes a volunteer. Nothing else writes these tables."""

from volunteers.actions.people import (
    PROFILE,
    add_absence,
    confirm_trade,
    declare_trade,
    remove_absence,
    remove_trade,
    set_standing,
    update_contact,
    update_profile,
)

__all__ = [
    "PROFILE",
    "add_absence",
    "confirm_trade",
    "declare_trade",
    "remove_absence",
    "remove_trade",
    "set_standing",
    "update_contact",
    "update_profile",
]
