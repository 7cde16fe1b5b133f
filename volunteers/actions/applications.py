"""Somebody would like to join: kept as said, then confirmed or rejected by a coordinator of their region."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from epo.accounts.models import coordinators_of
from epo.audit.actions import move, record
from epo.contacts.actions import add_contact, erase_contact, update_contact
from epo.core.clock import today
from epo.core.errors import TooMany, refuse_if
from epo.core.text import fold
from epo.notifications.actions import notify, notify_all
from epo.work.allowances import Pace, take
from volunteers import rules
from volunteers.models import Application, ApplicationTrade, Qualification, Volunteer
from volunteers.states import APPLICATION_MOVES, ApplicationState, Basis

if TYPE_CHECKING:
    from uuid import UUID

    from epo.accounts.models import User
    from epo.contacts.models import Contact
    from epo.places.models import Municipality
    from volunteers.models import Trade

CONSENT = "2026-11"
"""Which wording of the consent the form shows."""
SENDER = Pace(burst=20, seconds=180)
"""A whole assembly may sign up over one mobile carrier's address."""
EVERYBODY = Pace(burst=300, seconds=15)
OWN_PLACES = Pace(burst=2, seconds=1800)
"""What each address still has when everybody together is too much: a flood from elsewhere keeps nobody out."""
FORGET_REJECTED_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Applicant:
    """What somebody says of themselves, in shape."""

    home: Municipality
    name: str
    phone: str
    email: str = ""
    birth_year: int | None = None
    trades: dict[Trade, int] = field(default_factory=dict)


def receive_application(*, application_id: UUID, said: Applicant, sender: str) -> Application:
    """Stored once per id, whoever else has the same phone: nothing here looks for people who are known already."""
    stored = Application.objects.filter(pk=application_id).first()
    if stored is not None:
        return stored
    _make_room(sender)
    try:
        return _store(application_id, said)
    except IntegrityError:
        return Application.objects.get(pk=application_id)


def _make_room(sender: str) -> None:
    """Counted outside the transaction: what was tried stays tried."""
    wait = take(f"join sender {sender}", SENDER)
    if not wait and take("join everybody", EVERYBODY):
        wait = take(f"join own {sender}", OWN_PLACES)
    if wait:
        raise TooMany(wait)


@transaction.atomic(durable=True)
def _store(application_id: UUID, said: Applicant) -> Application:
    contact = add_contact(name=said.name, phone=said.phone)
    update_contact(contact=contact, email=said.email, birth_year=said.birth_year)
    application = Application.objects.create(pk=application_id, contact=contact, home=said.home, consent=CONSENT)
    ApplicationTrade.objects.bulk_create(
        [ApplicationTrade(application=application, trade=trade, level=level) for trade, level in said.trades.items()]
    )
    record("application.received", application, by=None, trades=len(said.trades))
    region = said.home.state.region_id
    notify_all(users=coordinators_of(region), kind="application.waiting", key=f"application.waiting:{region}:{today()}")
    return application


def _locked(application: Application) -> Application:
    rows = Application.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("home__state", "contact").get(pk=application.pk)


@transaction.atomic
def confirm_application(*, application: Application, by: User) -> Volunteer:
    """A volunteer from now on, with the trades as declared; the invitation to an account goes out by e-mail if there is one."""
    application = _locked(application)
    refuse_if(rules.why_not_decide(application, by=by))
    contact: Contact = application.contact  # type: ignore[assignment]  # only what is rejected is ever erased
    volunteer = Volunteer.objects.create(
        contact=contact, name=contact.name, folded=fold(contact.name), home=application.home, joined_on=today()
    )
    declared = list(application.trades.select_related("trade"))
    _declare(volunteer, declared)
    application.volunteer = volunteer
    _decide(application, ApplicationState.CONFIRMED, by=by)
    record("volunteer.joined", volunteer, by=by, trades=[one.trade.code for one in declared])
    return volunteer


def _declare(volunteer: Volunteer, trades: list[ApplicationTrade]) -> None:
    """One by one, since what is written in bulk has no history."""
    for one in trades:
        Qualification.objects.create(volunteer=volunteer, trade=one.trade, level=one.level, basis=Basis.DECLARED)


@transaction.atomic
def add_to_known(*, application: Application, volunteer: Volunteer, by: User) -> Volunteer:
    """They were here already: what is new of their trades is added, and the application's contact details go."""
    application = _locked(application)
    refuse_if(rules.why_not_decide(application, by=by) or rules.why_not_change(volunteer, by=by))
    known = set(volunteer.qualifications.values_list("trade", flat=True))
    fresh = [one for one in application.trades.select_related("trade") if one.trade_id not in known]
    _declare(volunteer, fresh)
    application.volunteer = volunteer
    _decide(application, ApplicationState.CONFIRMED, by=by)
    _forget(application)
    record("volunteer.applied_again", volunteer, by=by, trades=[one.trade.code for one in fresh])
    return volunteer


@transaction.atomic
def reject_application(*, application: Application, reason: str, by: User) -> Application:
    """They are told why; their contact details are erased some time later."""
    application = _locked(application)
    refuse_if(rules.why_not_reject(application, reason, by=by))
    application.reason = reason
    _decide(application, ApplicationState.REJECTED, by=by, also=("reason",))
    if application.contact is not None:
        notify(
            contact=application.contact, kind="application.rejected",
            key=f"application.rejected:{application.pk}:{application.version}", about=application,
        )  # fmt: skip
    return application


@transaction.atomic
def reopen_application(*, application: Application, by: User) -> Application:
    application = _locked(application)
    refuse_if(rules.why_not_reopen(application, by=by))
    application.decided_at = application.decided_by = None
    application.reason = ""
    move(application, ApplicationState.WAITING, APPLICATION_MOVES, by=by, also=("decided_at", "decided_by", "reason"))
    return application


def _decide(application: Application, to: ApplicationState, *, by: User, also: tuple[str, ...] = ()) -> None:
    application.decided_at, application.decided_by = now(), by
    move(application, to, APPLICATION_MOVES, by=by, also=("decided_at", "decided_by", "volunteer", *also))


def forget_rejected() -> int:
    """Names and phones of those who were not taken on; what was decided stays, about nobody."""
    old = Application.objects.filter(
        state=ApplicationState.REJECTED, decided_at__lt=now() - FORGET_REJECTED_AFTER, contact__isnull=False
    )
    return sum(_forget_one(pk) for pk in list(old.values_list("pk", flat=True)[:500]))


@transaction.atomic
def _forget_one(pk: UUID) -> int:
    application = Application.objects.select_for_update(of=("self",), no_key=True).select_related("contact").get(pk=pk)
    if application.state != ApplicationState.REJECTED or application.contact is None:
        return 0
    _forget(application)
    record("application.forgotten", application, by=None)
    return 1


def _forget(application: Application) -> None:
    contact, application.contact = application.contact, None
    application.save(update_fields=["contact"])
    if contact is not None:
        erase_contact(contact=contact)
