"""Certificates: added with or without a photo, checked by a coordinator, replaced by a newer one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from epo.accounts.models import coordinators_of
from epo.audit.actions import move, record
from epo.core.clock import today
from epo.core.errors import Refused, refuse_if
from epo.notifications.actions import notify, notify_all
from volunteers import rules, scans
from volunteers.models import Certificate, Qualification, Trade, Volunteer
from volunteers.states import CERTIFICATE_MOVES, Basis, CertificateState

if TYPE_CHECKING:
    from django.core.files import File

    from epo.core.types import Actor


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on it."""

    trade: Trade
    level: int
    number: str
    issuer: str
    issued_on: date
    valid_until: date | None


def add_certificate(*, volunteer: Volunteer, paper: Paper, scan: File[bytes] | None = None, by: Actor) -> Certificate:
    """Waits for a coordinator; one that a coordinator in charge adds has been seen by them already.

    The picture is written anew before the transaction, and goes again if the row is refused.
    """
    refuse_if(rules.why_not_add_certificate(volunteer, paper.issued_on, paper.valid_until, by=by))
    key = uuid4()
    name = scans.keep(key=key, file=scan) if scan else ""
    try:
        with transaction.atomic():
            return _add(volunteer, paper, Certificate(key=key, scan=name), by=by)
    except IntegrityError:
        scans.forget(name)
        raise Refused(rules.SAME_PAPER) from None
    except BaseException:
        scans.forget(name)
        raise


def _add(volunteer: Volunteer, paper: Paper, certificate: Certificate, *, by: Actor) -> Certificate:
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True).select_related("home__state")
    certificate.volunteer = rows.get(pk=volunteer.pk)
    refuse_if(rules.why_not_add_certificate(certificate.volunteer, paper.issued_on, paper.valid_until, by=by))
    for name in ("trade", "level", "number", "issuer", "issued_on", "valid_until"):
        setattr(certificate, name, getattr(paper, name))
    certificate.added_by = by
    certificate.save()
    record("volunteer.certificate_added", certificate.volunteer, by=by, trade=paper.trade.code, now=paper.level)
    if rules.why_not_check_certificate(certificate, by=by) is None:
        _confirm(certificate, by=by)
    else:
        region = certificate.volunteer.home.state.region_id
        notify_all(
            users=coordinators_of(region), kind="certificate.to_check", key=f"certificate.to_check:{region}:{today()}"
        )
    return certificate


def _locked(certificate: Certificate) -> Certificate:
    Volunteer.objects.select_for_update(of=("self",), no_key=True).get(pk=certificate.volunteer_id)
    rows = Certificate.objects.select_related("volunteer__home__state", "volunteer__contact", "trade")
    return rows.get(pk=certificate.pk)


@transaction.atomic
def confirm_certificate(*, certificate: Certificate, by: Actor) -> Certificate:
    certificate = _locked(certificate)
    refuse_if(rules.why_not_confirm_certificate(certificate, by=by))
    _confirm(certificate, by=by)
    _tell(certificate)
    return certificate


def _confirm(certificate: Certificate, *, by: Actor) -> None:
    """From now on it says how the level is known, and until when; the one before it is replaced."""
    others = Certificate.objects.in_force().filter(volunteer=certificate.volunteer, trade=certificate.trade)
    for older in others:
        move(older, CertificateState.REPLACED, CERTIFICATE_MOVES, by=by)
    certificate.checked_at, certificate.checked_by = now(), by
    move(certificate, CertificateState.CONFIRMED, CERTIFICATE_MOVES, by=by, also=("checked_at", "checked_by"))
    certified = {"level": certificate.level, "basis": Basis.CERTIFIED, "valid_until": certificate.valid_until}
    Qualification.objects.update_or_create(volunteer=certificate.volunteer, trade=certificate.trade, defaults=certified)
    record(
        "volunteer.trade_certified", certificate.volunteer, by=by, trade=certificate.trade.code, now=certificate.level,
        until=certificate.valid_until.isoformat() if certificate.valid_until else None,
    )  # fmt: skip


@transaction.atomic
def refuse_certificate(*, certificate: Certificate, reason: str, by: Actor) -> Certificate:
    """They are told why. Its photo goes."""
    certificate = _locked(certificate)
    refuse_if(rules.why_not_refuse_certificate(certificate, reason, by=by))
    transaction.on_commit(partial(scans.forget, certificate.scan.name))
    certificate.scan.name = ""
    certificate.reason, certificate.checked_at, certificate.checked_by = reason, now(), by
    also = ("scan", "reason", "checked_at", "checked_by")
    move(certificate, CertificateState.REFUSED, CERTIFICATE_MOVES, by=by, also=also)
    record("volunteer.certificate_refused", certificate.volunteer, by=by, trade=certificate.trade.code, reason=reason)
    _tell(certificate)
    return certificate


def _tell(certificate: Certificate) -> None:
    notify(
        contact=certificate.volunteer.contact, kind="certificate.checked",
        key=f"certificate.checked:{certificate.pk}", about=certificate,
    )  # fmt: skip
