"""Everything that changes plants, machines, labels, reports and photos. Nothing else writes these tables."""

from factories.actions.importing import import_machines, import_plants
from factories.actions.machines import (
    add_output_reading,
    create_factory,
    create_machine,
    folded_factory,
    folded_machine,
    label_all,
    lock_machines,
    new_label,
    note_condition,
    rename,
    renew_label,
    retire_label,
    set_machine_status,
)
from factories.actions.photos import add_photo, keep_photo, photo_id_for, prepare
from factories.actions.raw import handle_raw, keep_raw
from factories.actions.reports import (
    Outcome,
    Receipt,
    keep_variant,
    mark_variant_seen,
    receive_report,
    receive_within,
)
from factories.actions.triage import (
    close_report,
    lock_families,
    lock_report,
    move_report,
    place_report,
    say_broken_again,
    take_in_hand,
)

__all__ = [
    "Outcome",
    "Receipt",
    "add_output_reading",
    "add_photo",
    "close_report",
    "create_factory",
    "create_machine",
    "folded_factory",
    "folded_machine",
    "handle_raw",
    "import_machines",
    "import_plants",
    "keep_photo",
    "keep_raw",
    "keep_variant",
    "label_all",
    "lock_families",
    "lock_machines",
    "lock_report",
    "mark_variant_seen",
    "move_report",
    "new_label",
    "note_condition",
    "photo_id_for",
    "place_report",
    "prepare",
    "receive_report",
    "receive_within",
    "rename",
    "renew_label",
    "retire_label",
    "say_broken_again",
    "set_machine_status",
    "take_in_hand",
]
