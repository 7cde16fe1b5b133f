"""What a report says, before it is a row: the same for the page, the API and whatever comes later."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.crypto import salted_hmac

LONGEST_TEXT = 5_000
LONGEST_NAME = 120


def draft_key(*, label: int | None, factory: int | None, machine: int | None, municipality: int | None = None) -> str:
    """Names the draft that a phone keeps: one for each place, since its hidden id names one report."""
    place = f"{factory}" if factory else f"m{municipality}" if municipality else "nowhere"
    return f"report-{label or 'anywhere'}-{place}-{machine or 'other'}"


def tidy(text: str) -> str:
    """Browsers send line ends as two characters; the same words must give the same hash."""
    return text.replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Rows are named by public keys: label by token, place, kind, faults by code, other report by number."""

    condition: str = ""
    faults: tuple[str, ...] = ()
    text: str = ""
    label: str = ""
    machine: int | None = None
    factory: int | None = None
    municipality: str = ""
    plant_name: str = ""
    machine_name: str = ""
    kind: str = ""
    same_as: int | None = None
    name: str = ""
    phone: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.faults or self.same_as)

    @property
    def has_contact(self) -> bool:
        return bool(self.name or self.phone)

    def without_contact(self) -> dict[str, Any]:
        """For rows that are kept: name and phone stand in the contact details alone."""
        return {key: value for key, value in asdict(self).items() if value and key not in {"name", "phone"}}

    @property
    def hash(self) -> str:
        """Keyed with the installation's secret, so that an erased phone number cannot be guessed from it."""
        said = sorted((asdict(self) | {"faults": sorted(self.faults)}).items())
        return salted_hmac("factories.content", repr(said), algorithm="sha256").hexdigest()
