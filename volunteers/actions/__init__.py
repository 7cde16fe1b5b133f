"""Everything that changes a volunteer. Nothing else writes these tables."""

from volunteers.actions.applications import (
    Applicant,
    add_to_known,
    confirm_application,
    forget_rejected,
    receive_application,
    reject_application,
    reopen_application,
)
from volunteers.actions.certificates import Paper, add_certificate, confirm_certificate, refuse_certificate
from volunteers.actions.endorsements import ask_peer, decline_to_endorse, endorse, prove_by_work
from volunteers.actions.expiry import mind_the_people, warn_of_expiry
from volunteers.actions.exporting import note_contacts_exported
from volunteers.actions.importing import import_people
from volunteers.actions.invitations import accept_invitation, invite
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
    "Applicant",
    "Paper",
    "accept_invitation",
    "add_absence",
    "add_certificate",
    "add_to_known",
    "ask_peer",
    "confirm_application",
    "confirm_certificate",
    "confirm_trade",
    "declare_trade",
    "decline_to_endorse",
    "endorse",
    "forget_rejected",
    "import_people",
    "invite",
    "mind_the_people",
    "note_contacts_exported",
    "prove_by_work",
    "receive_application",
    "refuse_certificate",
    "reject_application",
    "remove_absence",
    "remove_trade",
    "reopen_application",
    "set_standing",
    "update_contact",
    "update_profile",
    "warn_of_expiry",
]
