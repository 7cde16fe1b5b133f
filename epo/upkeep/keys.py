"""How commands are told the key of a backup: in files, since arguments show in the list of processes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from epo.upkeep import backups, sealing
from epo.upkeep.sealing import Opener, SealError

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


def add_key_arguments(parser: CommandParser) -> None:
    parser.add_argument("--passphrase-file", default="", help="instead of BACKUP_PASSPHRASE_FILE")
    parser.add_argument("--identity", type=Path, help="file with the secret key, as age-keygen writes it")


def opener_from(said: dict[str, Any]) -> Opener | None:
    if said["identity"]:
        try:
            return sealing.opener_of_identities(said["identity"].read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            raise SealError(f"No secret key can be read from {said['identity']}.") from None
    file = said["passphrase_file"] or settings.BACKUP_PASSPHRASE_FILE
    return Opener(passphrase=backups.passphrase_in(file)) if file else None
