"""The words of what happens to volunteers; see `epo.audit.trail`. Imported by the app's config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from epo.audit.trail import register
from volunteers.models import Trade, Volunteer
from volunteers.states import Basis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epo.audit.models import AuditEvent
    from epo.audit.trail import Words

OURS = "volunteers."
WORDS: Words = {
    "application.received": ("info", gettext_lazy("Application received")),
    "application.confirmed": ("good", pgettext_lazy("history", "confirmed")),
    "application.rejected": ("bad", pgettext_lazy("history", "not taken on")),
    "application.waiting": ("wait", pgettext_lazy("history", "opened again")),
    "application.forgotten": ("", gettext_lazy("Name and phone erased")),
    "volunteer.joined": ("good", gettext_lazy("Joined")),
    "volunteer.applied_again": ("info", gettext_lazy("Applied again")),
    "volunteer.imported": ("info", gettext_lazy("Read from a file")),
    "volunteer.invited": ("wait", gettext_lazy("Invited to make an account")),
    "volunteer.account_made": ("good", gettext_lazy("Account made")),
    "volunteer.profile_changed": ("", gettext_lazy("Profile changed")),
    "volunteer.contact_changed": ("", gettext_lazy("Contact details changed")),
    "volunteer.trade_declared": ("", gettext_lazy("Trade declared")),
    "volunteer.trade_confirmed": ("good", gettext_lazy("Trade confirmed")),
    "volunteer.trade_removed": ("", gettext_lazy("Trade taken off the list")),
    "volunteer.endorsed": ("info", gettext_lazy("A peer vouched")),
    "volunteer.trade_endorsed": ("good", gettext_lazy("Level endorsed by peers")),
    "volunteer.trade_proven": ("good", gettext_lazy("Level proven by work")),
    "volunteer.certificate_added": ("info", gettext_lazy("Certificate added")),
    "volunteer.trade_certified": ("good", gettext_lazy("Certificate in force")),
    "volunteer.certificate_refused": ("bad", gettext_lazy("Certificate not accepted")),
    "volunteer.absence_added": ("", gettext_lazy("Absence noted")),
    "volunteer.absence_removed": ("", gettext_lazy("Absence taken off")),
    "volunteer.active": ("good", gettext_lazy("Active again")),
    "volunteer.paused": ("wait", gettext_lazy("Paused")),
    "volunteer.left": ("bad", gettext_lazy("Left the Army")),
}


def details(events: list[AuditEvent]) -> Mapping[int, str]:
    """The trade with its levels, the names of the fields, the days."""
    ours = [event for event in events if event.about_type.startswith(OURS)]
    codes = {event.data["trade"] for event in ours if "trade" in event.data}
    codes |= {code for event in ours for code in _several(event)}
    names = {trade.code: trade.name for trade in Trade.objects.filter(code__in=codes)} if codes else {}
    return {event.pk: text for event in ours if (text := _text(event, names))}


def _several(event: AuditEvent) -> list[str]:
    trades = event.data.get("trades")
    return [str(code) for code in trades] if isinstance(trades, list) else []


def _text(event: AuditEvent, names: dict[str, str]) -> str:
    said = event.data
    if "trade" in said:
        return _trade(event, names)
    if "fields" in said:
        return ", ".join(_field(name) for name in said["fields"])
    if "first" in said:
        return f"{said['first']} – {said['last']}"
    return ", ".join(names.get(code, code) for code in _several(event))


def _trade(event: AuditEvent, names: dict[str, str]) -> str:
    """ "Soldadura · 2 → 3 · certificada"."""
    said = event.data
    levels = " → ".join(str(level) for level in (said.get("was"), said.get("now")) if level)
    basis = str(Basis(said["basis"]).label) if said.get("basis") in Basis.values else ""
    parts = [names.get(said["trade"], said["trade"]), levels, basis, said.get("reason", "")]
    if said.get("until"):
        parts.append(_("until %(day)s") % {"day": said["until"]})
    return " · ".join(part for part in parts if part)


def _field(name: str) -> str:
    known = {field.name: field for field in Volunteer._meta.concrete_fields}
    known |= {field.name: field for field in Volunteer.contact.field.related_model._meta.concrete_fields}
    return str(known[name].verbose_name) if name in known else name


register(WORDS, details)
