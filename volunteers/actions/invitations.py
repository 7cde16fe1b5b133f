"""From a volunteer without an account to one who signs in: invited by a coordinator, made by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from epo.accounts.models import User
from epo.audit.actions import record
from epo.contacts.actions import give_contact_to
from epo.core.clock import today
from epo.core.errors import Refused, refuse_if
from epo.notifications.actions import notify
from volunteers import rules
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from epo.core.types import Actor


def _locked(volunteer: Volunteer) -> Volunteer:
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("home__state", "contact").get(pk=volunteer.pk)


@transaction.atomic
def invite(*, volunteer: Volunteer, by: Actor) -> Volunteer:
    """By e-mail where there is one, once a day; the coordinator also has the link to send by other ways."""
    volunteer = _locked(volunteer)
    refuse_if(rules.why_not_invite(volunteer, by=by))
    record("volunteer.invited", volunteer, by=by)
    notify(
        contact=volunteer.contact, kind="volunteer.invited", key=f"volunteer.invited:{volunteer.pk}:{today()}",
        about=volunteer,
    )  # fmt: skip
    return volunteer


def accept_invitation(*, volunteer: Volunteer, username: str, password: str) -> User:
    """Once: whoever opens the link again finds it used. The slow hash is made before anything is locked."""
    user = User(username=User.normalize_username(username), name=volunteer.name, password=make_password(password))
    try:
        return _make_account(volunteer, user)
    except IntegrityError:
        raise Refused(rules.NAME_TAKEN) from None


@transaction.atomic
def _make_account(volunteer: Volunteer, user: User) -> User:
    volunteer = _locked(volunteer)
    refuse_if(rules.why_not_have_account(volunteer))
    user.save()
    give_contact_to(contact=volunteer.contact, user=user)
    volunteer.user = user
    volunteer.save(update_fields=["user"])
    record("volunteer.account_made", volunteer, by=user)
    return user
