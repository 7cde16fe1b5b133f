"""Why something about a volunteer may not be changed or seen. Each rule reads; none writes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from epo.accounts.models import coordinates
from epo.core.clock import today
from epo.core.errors import Refusal
from volunteers.models import Absence, Application, Certificate, Endorsement, Qualification, Trade, Volunteer
from volunteers.states import ApplicationState, Basis, CertificateState, EndorsementState, Standing

if TYPE_CHECKING:
    from epo.accounts.models import User

LONGEST_ABSENCE = timedelta(days=2 * 366)

NOT_YOURS = Refusal("not_yours", _("Only the volunteer or a coordinator of their region may change this."))
COORDINATORS_ONLY = Refusal("coordinators_only", _("Only a coordinator of the volunteer's region may do this."))
RAISE_NEEDS_COORDINATOR = Refusal(
    "raise_needs_coordinator",
    _("This level was confirmed by others. To raise it, ask the coordinator of your region."),
)
NOT_QUALIFIED = Refusal("not_qualified", _("This trade is not on the list."))
EXPIRED_ON_ARRIVAL = Refusal("valid_until_past", _("The last day of validity lies in the past."))
END_BEFORE_START = Refusal("end_before_start", _("The last day is before the first. Check both dates."))
OVER_ALREADY = Refusal("over_already", _("These days are over already."))
ABSENCE_TOO_LONG = Refusal(
    "absence_too_long", _("An absence lasts two years at most. For longer, take a pause instead.")
)
ALREADY_SO = Refusal("already_so", _("It is like this already."))
DECIDED_ALREADY = Refusal("decided_already", _("Somebody has decided this application already."))
NEEDS_REASON = Refusal("needs_reason", _("Say why, in a few words: they are told."))
CONTACT_ERASED = Refusal("contact_erased", _("Name and phone were erased meanwhile. They can apply again."))
NOT_YOURS_TO_TAKE = Refusal("export_not_allowed", _("You have no right to download contact details."))
NEEDS_REASON_TO_TAKE = Refusal("export_needs_reason", _("Say what the list is for."))
HAS_ACCOUNT = Refusal("has_account", _("This person has an account already."))
NAME_TAKEN = Refusal("name_taken", _("Somebody else signs in with this name. Choose another one."))
NO_VOLUNTEER = Refusal("no_volunteer", _("Only volunteers can say this of each other."))
NOT_ONESELF = Refusal(
    "not_oneself", _("Nobody can say this of themselves. Send the link to somebody who has seen you work.")
)
PEER_LEVEL_TOO_LOW = Refusal(
    "peer_level_too_low", _("Only who has this trade at this level or a higher one can say this.")
)
ENDORSED_ALREADY = Refusal("endorsed_already", _("You have said this already. Thank you."))
KNOWN_ALREADY = Refusal("known_already", _("This level is known already; nobody needs to vouch for it."))
LEVEL_CHANGED = Refusal("level_changed", _("The level has changed meanwhile. Open the list again."))
PROVEN_ALREADY = Refusal("proven_already", _("This level is proven by work already."))
DECLARES_MORE = Refusal(
    "declares_more", _("A higher level stands on their list. The coordinator of their region can change that.")
)
ISSUED_LATER = Refusal("issued_later", _("The day of issue lies in the future."))
ENDS_BEFORE_ISSUED = Refusal("ends_before_issued", _("It ends before it was issued. Check both dates."))
EXPIRED_PAPER = Refusal("expired_paper", _("This certificate has expired."))
SAME_PAPER = Refusal("same_paper", _("This certificate is on the list already."))
CHECKED_ALREADY = Refusal("checked_already", _("Somebody has checked this certificate already."))
OWN_PAPER = Refusal("own_paper", _("Another coordinator must check your own certificate."))


def may_change(volunteer: Volunteer, *, by: User) -> bool:
    """Themselves, and the coordinators of their home region or of the nation."""
    return is_own(volunteer, by=by) or in_charge_of(volunteer, by=by)


def is_own(volunteer: Volunteer, *, by: User) -> bool:
    return volunteer.user_id is not None and volunteer.user_id == by.pk


def in_charge_of(volunteer: Volunteer, *, by: User) -> bool:
    return coordinates(by, volunteer.home.state.region_id)


def why_not_change(volunteer: Volunteer, *, by: User) -> Refusal | None:
    return None if may_change(volunteer, by=by) else NOT_YOURS


def why_not_declare(volunteer: Volunteer, trade: Trade, level: int, *, by: User) -> Refusal | None:
    """Anyone may say their own level; one that others have confirmed is raised by coordinators only."""
    if refusal := why_not_change(volunteer, by=by):
        return refusal
    known = Qualification.objects.filter(volunteer=volunteer, trade=trade).first()
    if known is None or known.basis == Basis.DECLARED or level <= known.level:
        return None
    return None if in_charge_of(volunteer, by=by) else RAISE_NEEDS_COORDINATOR


def why_not_confirm(volunteer: Volunteer, valid_until: date | None, *, by: User) -> Refusal | None:
    if not in_charge_of(volunteer, by=by):
        return COORDINATORS_ONLY
    return EXPIRED_ON_ARRIVAL if valid_until is not None and valid_until < today() else None


def why_not_be_absent(volunteer: Volunteer, first: date, last: date, *, by: User) -> Refusal | None:
    if refusal := why_not_change(volunteer, by=by):
        return refusal
    if last < first:
        return END_BEFORE_START
    if last < today():
        return OVER_ALREADY
    return ABSENCE_TOO_LONG if last - first > LONGEST_ABSENCE else None


def why_not_remove_absence(absence: Absence, *, by: User) -> Refusal | None:
    if refusal := why_not_change(absence.volunteer, by=by):
        return refusal
    return OVER_ALREADY if absence.last_day < today() else None


def why_not_set_standing(volunteer: Volunteer, to: Standing, *, by: User) -> Refusal | None:
    """People pause and come back by themselves; leaving and returning from it is a coordinator's to note."""
    if refusal := why_not_change(volunteer, by=by):
        return refusal
    if volunteer.standing == to:
        return ALREADY_SO
    needs_coordinator = Standing.LEFT in (volunteer.standing, to)
    return COORDINATORS_ONLY if needs_coordinator and not in_charge_of(volunteer, by=by) else None


def why_not_decide(application: Application, *, by: User) -> Refusal | None:
    if not coordinates(by, application.home.state.region_id):
        return COORDINATORS_ONLY
    if application.state != ApplicationState.WAITING:
        return DECIDED_ALREADY
    return None if application.contact_id else CONTACT_ERASED


def why_not_reject(application: Application, reason: str, *, by: User) -> Refusal | None:
    return why_not_decide(application, by=by) or (None if reason else NEEDS_REASON)


def why_not_reopen(application: Application, *, by: User) -> Refusal | None:
    if not coordinates(by, application.home.state.region_id):
        return COORDINATORS_ONLY
    if application.state != ApplicationState.REJECTED:
        return ALREADY_SO
    return None if application.contact_id else CONTACT_ERASED


def why_not_have_account(volunteer: Volunteer) -> Refusal | None:
    """Their contact details may have an account already, made some other way."""
    return HAS_ACCOUNT if volunteer.user_id or volunteer.contact.user_id else None


def may_export_contacts(user: User) -> bool:
    """A right of its own, given in the administration; coordinating alone does not give it."""
    return user.has_perm("contacts.export_contact")


def why_not_export_contacts(reason: str, *, by: User) -> Refusal | None:
    if not may_export_contacts(by):
        return NOT_YOURS_TO_TAKE
    return None if reason.strip() else NEEDS_REASON_TO_TAKE


def why_not_invite(volunteer: Volunteer, *, by: User) -> Refusal | None:
    return why_not_have_account(volunteer) if in_charge_of(volunteer, by=by) else COORDINATORS_ONLY


def why_not_endorse(qualification: Qualification, peer: Volunteer | None) -> Refusal | None:
    """Peers have the trade at this level or above, valid today; nobody vouches twice, or for themselves."""
    if peer is None or peer.standing == Standing.LEFT:
        return NO_VOLUNTEER
    if peer.pk == qualification.volunteer_id:
        return NOT_ONESELF
    if qualification.basis != Basis.DECLARED:
        return KNOWN_ALREADY
    own = peer.qualifications.valid_on(today()).filter(trade=qualification.trade_id, level__gte=qualification.level)
    if not own.exists():
        return PEER_LEVEL_TOO_LOW
    said = Endorsement.objects.given().filter(
        volunteer=qualification.volunteer_id, trade=qualification.trade_id, level__gte=qualification.level, peer=peer
    )
    return ENDORSED_ALREADY if said.exists() else None


def why_not_ask_peer(qualification: Qualification, peer: Volunteer, *, by: User) -> Refusal | None:
    if not is_own(qualification.volunteer, by=by):
        return NOT_YOURS
    if refusal := why_not_endorse(qualification, peer):
        return refusal
    asked = Endorsement.objects.filter(
        volunteer=qualification.volunteer_id, trade=qualification.trade_id, level=qualification.level, peer=peer
    )
    return ALREADY_SO if asked.exists() else None


def why_not_answer_peer(endorsement: Endorsement, *, by: User) -> Refusal | None:
    if not is_own(endorsement.peer, by=by):
        return NOT_YOURS
    return ENDORSED_ALREADY if endorsement.state == EndorsementState.GIVEN else None


def why_not_prove(known: Qualification | None, level: int) -> Refusal | None:
    """Who signs the work off has been asked by the app that knows of the work."""
    if known is None or known.level < level:
        return None
    if known.level > level:
        return DECLARES_MORE
    return PROVEN_ALREADY if known.basis == Basis.PROVEN and known.valid_until is None else None


def why_not_add_certificate(
    volunteer: Volunteer, issued_on: date, valid_until: date | None, *, by: User
) -> Refusal | None:
    if refusal := why_not_change(volunteer, by=by):
        return refusal
    if issued_on > today():
        return ISSUED_LATER
    if valid_until is None:
        return None
    if valid_until < issued_on:
        return ENDS_BEFORE_ISSUED
    return EXPIRED_PAPER if valid_until < today() else None


def why_not_check_certificate(certificate: Certificate, *, by: User) -> Refusal | None:
    if not in_charge_of(certificate.volunteer, by=by):
        return COORDINATORS_ONLY
    if is_own(certificate.volunteer, by=by):
        return OWN_PAPER
    return None if certificate.state == CertificateState.WAITING else CHECKED_ALREADY


def why_not_confirm_certificate(certificate: Certificate, *, by: User) -> Refusal | None:
    is_over = certificate.valid_until is not None and certificate.valid_until < today()
    return why_not_check_certificate(certificate, by=by) or (EXPIRED_PAPER if is_over else None)


def why_not_refuse_certificate(certificate: Certificate, reason: str, *, by: User) -> Refusal | None:
    return why_not_check_certificate(certificate, by=by) or (None if reason else NEEDS_REASON)
