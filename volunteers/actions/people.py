"""What volunteers, and the coordinators in charge, keep up to date about them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from epo.audit.actions import record
from epo.contacts.actions import update_contact as write_contact
from epo.core.errors import Refused, refuse_if
from volunteers import rules
from volunteers.models import Absence, Qualification, Trade, Volunteer
from volunteers.states import Basis, Standing

if TYPE_CHECKING:
    from epo.accounts.models import User

PROFILE = ("home", "max_km", "max_days", "brings", "vehicle_places", "is_adviser_only")


def _locked(volunteer: Volunteer) -> Volunteer:
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("home__state", "contact").get(pk=volunteer.pk)


@transaction.atomic
def update_profile(*, volunteer: Volunteer, by: User, **wishes: Any) -> Volunteer:
    """Where they live, how far and how long they go, what they bring. Only what is named changes."""
    volunteer = _locked(volunteer)
    refuse_if(rules.why_not_change(volunteer, by=by))
    if unknown := set(wishes) - set(PROFILE):
        raise ValueError(f"not part of a profile: {sorted(unknown)}")

    changed = [name for name, value in wishes.items() if getattr(volunteer, name) != value]
    for name in changed:
        setattr(volunteer, name, wishes[name])
    if changed:
        volunteer.save(update_fields=changed)
        record("volunteer.profile_changed", volunteer, by=by, fields=changed)
    return volunteer


@transaction.atomic
def update_contact(*, volunteer: Volunteer, by: User, **details: Any) -> Volunteer:
    """The audit names the fields, never their values."""
    volunteer = _locked(volunteer)
    refuse_if(rules.why_not_change(volunteer, by=by))
    changed = write_contact(contact=volunteer.contact, **details)
    if changed:
        record("volunteer.contact_changed", volunteer, by=by, fields=changed)
    return volunteer


@transaction.atomic
def declare_trade(*, volunteer: Volunteer, trade: Trade, level: int, by: User) -> Qualification:
    """What somebody says of themselves. A level below a confirmed one is covered by what confirmed it."""
    volunteer = _locked(volunteer)
    refuse_if(rules.why_not_declare(volunteer, trade, level, by=by))
    known, is_new = Qualification.objects.get_or_create(
        volunteer=volunteer, trade=trade, defaults={"level": level, "basis": Basis.DECLARED}
    )
    was = None if is_new else known.level
    if was == level:
        return known

    if was is not None:
        if level > was:
            known.basis, known.valid_until = Basis.DECLARED, None
        known.level = level
        known.save(update_fields=["level", "basis", "valid_until"])
    record("volunteer.trade_declared", volunteer, by=by, trade=trade.code, was=was, now=level)
    return known


@transaction.atomic
def confirm_trade(
    *, volunteer: Volunteer, trade: Trade, level: int, basis: Basis, valid_until: date | None = None, by: User
) -> Qualification:
    """A coordinator writes down how a level is known, and until when it is valid."""
    volunteer = _locked(volunteer)
    refuse_if(rules.why_not_confirm(volunteer, valid_until, by=by))
    qualification, _created = Qualification.objects.update_or_create(
        volunteer=volunteer,
        trade=trade,
        defaults={"level": level, "basis": basis, "valid_until": valid_until},
    )
    record("volunteer.trade_confirmed", volunteer, by=by, trade=trade.code, now=int(level), basis=str(basis))
    return qualification


@transaction.atomic
def remove_trade(*, volunteer: Volunteer, trade: Trade, by: User) -> None:
    volunteer = _locked(volunteer)
    refuse_if(rules.why_not_change(volunteer, by=by))
    known = Qualification.objects.filter(volunteer=volunteer, trade=trade).first()
    if known is None:
        raise Refused(rules.NOT_QUALIFIED)
    record("volunteer.trade_removed", volunteer, by=by, trade=trade.code, was=known.level, basis=known.basis)
    known.delete()


@transaction.atomic
def add_absence(*, volunteer: Volunteer, first_day: date, last_day: date, note: str = "", by: User) -> Absence:
    """One that overlaps with others becomes one absence with them."""
    volunteer = _locked(volunteer)
    refuse_if(rules.why_not_be_absent(volunteer, first_day, last_day, by=by))
    overlapping = list(volunteer.absences.touching(first_day, last_day))
    first = min([first_day, *(other.first_day for other in overlapping)])
    last = max([last_day, *(other.last_day for other in overlapping)])
    notes = dict.fromkeys(text for text in [*(other.note for other in overlapping), note] if text)

    absence = overlapping[0] if overlapping else Absence(volunteer=volunteer)
    absence.first_day, absence.last_day = first, last
    absence.note = "; ".join(notes)[:120]
    absence.save()
    volunteer.absences.filter(pk__in=[other.pk for other in overlapping[1:]]).delete()
    record("volunteer.absence_added", volunteer, by=by, first=first_day.isoformat(), last=last_day.isoformat())
    return absence


@transaction.atomic
def remove_absence(*, absence: Absence, by: User) -> None:
    volunteer = _locked(absence.volunteer)
    absence = volunteer.absences.get(pk=absence.pk)
    refuse_if(rules.why_not_remove_absence(absence, by=by))
    record(
        "volunteer.absence_removed", volunteer, by=by,
        first=absence.first_day.isoformat(), last=absence.last_day.isoformat(),
    )  # fmt: skip
    absence.delete()


@transaction.atomic
def set_standing(*, volunteer: Volunteer, to: Standing, by: User) -> Volunteer:
    """Days that are given already stay given; who pauses is only not asked any more."""
    volunteer = _locked(volunteer)
    refuse_if(rules.why_not_set_standing(volunteer, to, by=by))
    was = volunteer.standing
    volunteer.standing = to
    volunteer.save(update_fields=["standing"])
    record(f"volunteer.{to}", volunteer, by=by, was=was)
    return volunteer
