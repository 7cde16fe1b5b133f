"""The second step: set up, used, taken away. A code is taken once, by one conditional UPDATE."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.timezone import now

from epo.accounts import factor as numbers
from epo.accounts import rules
from epo.accounts.actions.sessions import end_sessions
from epo.accounts.guessing import seconds_until_code
from epo.accounts.models import Factor, RecoveryCode, User
from epo.audit.actions import record
from epo.contacts.actions import contact_of
from epo.core.clock import today
from epo.core.errors import Refused, TooMany, refuse_if
from epo.notifications.actions import notify


def set_up_factor(*, user: User, seed: str, code: str) -> tuple[Factor, list[str]]:
    """The first code shows that the phone took the secret. Gives the recovery codes, which are never to be seen again."""
    _count_guess(user)
    step = numbers.step_of(seed, code)
    if step is None:
        raise Refused(rules.WRONG_CODE)
    with transaction.atomic():
        owner = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        refuse_if(rules.why_not_set_up(owner))
        factor = Factor.objects.create(user=owner, seed=seed, last_step=step)
        codes = _new_recovery_codes(owner)
        record("user.second_step_set_up", owner, by=owner)
        _tell(owner, "account.second_step_set_up", f"{factor.pk}")
    return factor, codes


def take_code(*, user: User, code: str) -> Factor:
    """Call it outside a transaction: what was tried stays tried."""
    _count_guess(user)
    factor = Factor.objects.filter(user=user).first()
    step = numbers.step_of(factor.seed, code) if factor else None
    if factor is None or step is None:
        raise Refused(rules.WRONG_CODE)
    if not Factor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step):
        raise Refused(rules.USED_CODE)
    return factor


def take_recovery_code(*, user: User, code: str) -> Factor:
    _count_guess(user)
    with transaction.atomic():
        factor = Factor.objects.filter(user=user).first()
        unused = RecoveryCode.objects.filter(user=user, hashed=numbers.recovery_hash(user.pk, code), used_at=None)
        if factor is None or not unused.update(used_at=now()):
            raise Refused(rules.WRONG_RECOVERY)
        left = RecoveryCode.objects.filter(user=user, used_at=None).count()
        record("user.recovery_code_used", user, by=user, left=left)
        _tell(user, "account.recovery_code_used", f"{left}:{factor.pk}", left=left)
    return factor


@transaction.atomic
def renew_recovery_codes(*, user: User) -> list[str]:
    """The old ones are worth nothing from now on."""
    owner = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    refuse_if(None if Factor.objects.filter(user=owner).exists() else rules.NO_FACTOR)
    codes = _new_recovery_codes(owner)
    record("user.recovery_codes_renewed", owner, by=owner)
    return codes


@transaction.atomic
def remove_factor(*, user: User) -> None:
    owner = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    refuse_if(rules.why_not_remove(owner))
    _forget(owner)
    event = record("user.second_step_removed", owner, by=owner)
    _tell(owner, "account.second_step_removed", f"{event.pk}")


@transaction.atomic
def reset_factor(*, user: User, reason: str, by: User | None) -> None:
    """For who lost the phone and the recovery codes. All their sessions end; their password stays."""
    owner = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    refuse_if(rules.why_not_reset(owner, by=by, reason=reason))
    _forget(owner)
    end_sessions(user=owner, by=by)
    event = record("user.second_step_reset", owner, by=by, reason=reason.strip()[:200])
    _tell(owner, "account.second_step_reset", f"{event.pk}")


def _forget(owner: User) -> None:
    Factor.objects.filter(user=owner).delete()
    RecoveryCode.objects.filter(user=owner).delete()


def _new_recovery_codes(owner: User) -> list[str]:
    codes = numbers.new_recovery_codes()
    RecoveryCode.objects.filter(user=owner).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=owner, hashed=numbers.recovery_hash(owner.pk, code)) for code in codes
    )
    return codes


def _count_guess(user: User) -> None:
    """Whoever is stopped here has the right password: its owner should know, once a day."""
    if wait := seconds_until_code(user):
        _tell(user, "account.codes_tried", f"{today()}")
        raise TooMany(wait)


def _tell(user: User, kind: str, key: str, **ids: Any) -> None:
    notify(contact=contact_of(user=user), kind=kind, key=f"{kind}:{user.pk}:{key}", urgent=True, **ids)
