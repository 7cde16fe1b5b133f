"""A new password for who forgot the old one. The second step stays as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from epo.accounts.actions.sessions import end_sessions
from epo.accounts.models import PasswordLink, User
from epo.accounts.password_links import FRESH_BY_MAIL, address_of_link, is_good
from epo.accounts.tasks import mail_password_link
from epo.audit.actions import record
from epo.contacts.actions import contact_of
from epo.contacts.models import Contact
from epo.core.errors import Refusal, Refused
from epo.core.leases import hold
from epo.notifications.actions import notify
from epo.notifications.models import language_of
from epo.work.nudge import nudge

if TYPE_CHECKING:
    from epo.core.leases import Lease

STALE = Refusal("stale", "")
FORGET_LINKS_AFTER = timedelta(days=7)


@transaction.atomic
def ask_for_password_link(*, name: str) -> None:
    """`name` to sign in, or e-mail. The same is written whether anybody has it or not; a worker finds out the rest."""
    link = PasswordLink.objects.create(user=_named(name))
    nudge(mail_password_link, link.pk)


def _named(name: str) -> User | None:
    """The same questions whether there is somebody or not."""
    by_mail = Contact.objects.filter(email__iexact=name, user__is_active=True).exclude(email="")
    ids = list(by_mail.values_list("user", flat=True)[:2])
    by_name = User.objects.filter(username=name, is_active=True).first()
    found = User.objects.filter(pk=ids[0] if len(ids) == 1 else 0).first()
    return by_name or found


@transaction.atomic
def hand_out_password_link(*, user: User, by: User) -> PasswordLink:
    """Links of before are of no use any more. The person is told that somebody has one."""
    PasswordLink.objects.filter(user=user, ended_at=None).update(ended_at=now())
    link = PasswordLink.objects.create(user=user, by=by)
    record("user.password_link_handed_out", user, by=by)
    notify(contact=contact_of(user=user), kind="account.password_link", key=f"account.password_link:{link.pk}")
    return link


def send_password_link(*, link_id: int) -> None:
    with hold(PasswordLink.objects.all(), link_id) as lease:
        if lease is not None:
            _send_under(lease)


def _send_under(lease: Lease[PasswordLink]) -> None:
    """By e-mail only, whatever the person wishes of notices: this one was asked for."""
    link = PasswordLink.objects.select_related("user__contact__preference").get(pk=lease.pk)
    contact = getattr(link.user, "contact", None)
    if contact is None or not contact.email or not is_good(link):
        _write(lease, "ended_at")
        return
    with translation.override(language_of(contact)):
        EmailMessage(
            subject=_("Choose a new password"),
            body=_(
                "Somebody, most likely you, asked for a new password. Open this link within %(hours)s hours:\n\n"
                "%(link)s\n\nIf it was not you, do nothing: your password stays as it is."
            )
            % {"hours": FRESH_BY_MAIL // timedelta(hours=1), "link": address_of_link(link)},
            to=[contact.email],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()
    _write(lease, "sent_at")


@transaction.atomic
def _write(lease: Lease[PasswordLink], field: str) -> None:
    link = lease.row()
    setattr(link, field, now())
    link.save(update_fields=[field])


@transaction.atomic
def choose_password(*, link: PasswordLink, password: str) -> User:
    """Every session ends, on every device. Who comes second with the same link is refused."""
    taken = PasswordLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=now())
    if not taken or link.user_id is None:
        raise Refused(STALE)
    user = User.objects.select_for_update(no_key=True).get(pk=link.user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    PasswordLink.objects.filter(user=user, ended_at=None).update(ended_at=now())
    end_sessions(user=user, by=None)
    record("user.password_chosen", user, by=None, link=link.pk)
    _tell_changed(user, f"link:{link.pk}")
    return user


@transaction.atomic
def tell_password_changed(*, user: User) -> None:
    """After somebody changed it on the page for that."""
    event = record("user.password_changed", user, by=user)
    _tell_changed(user, f"event:{event.pk}")


def _tell_changed(user: User, key: str) -> None:
    notify(contact=contact_of(user=user), kind="account.password_changed", key=f"account.password_changed:{key}")


def forget_password_links() -> None:
    PasswordLink.objects.filter(made_at__lt=now() - FORGET_LINKS_AFTER).delete()
