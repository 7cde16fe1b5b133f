"""Labels, reports that wait for photos, and a volunteer with an offer."""

from __future__ import annotations

from typing import Any

PASSWORD = "epo-fire-2026"  # noqa: S105 -- a database of its own


def plants(labels: int, reports: int = 0) -> dict[str, Any]:
    """Tokens of labels on machines of ten plants, and ids of `reports` reports."""
    from tests import make

    make.make_coordinator(username="rosa", password=PASSWORD)
    plants = [make.make_factory() for _ in range(10)]
    tokens = [make.make_label(make.make_machine(plants[n % 10])).token for n in range(labels)]
    return {"labels": tokens, "reports": [str(make.make_report().pk) for _ in range(reports)]}


def plants_and_offers(labels: int, offers: int) -> dict[str, Any]:
    """Beside the plants: names of volunteers who can sign in, each with the key of an offer that waits for an answer."""
    from tests import make

    asked = []
    for number in range(offers):
        user = make.make_user(f"voluntario-{number}", password=PASSWORD)
        volunteer = make.make_volunteer("welding", user=user)
        asked.append([user.username, make.make_offer(volunteer=volunteer).pk])
    return plants(labels) | {"offers": asked, "password": PASSWORD}


def ground_of_the_corpus() -> dict[str, Any]:
    """What stands in braces in `bench/fire/corpus`."""
    from datetime import timedelta

    from django.utils.timezone import now

    from tests import make

    oven = make.make_machine_kind("oven")
    plant = make.make_factory()
    machine = make.make_machine(plant, kind=oven)
    if not oven.faults.filter(code="no-heat").exists():
        make.make_common_fault(oven, code="no-heat")
    renewed = make.make_label(machine, retired_at=now() - timedelta(days=1))
    return {
        "label": make.make_label(machine).token,
        "retired": renewed.token,
        "plant_label": make.make_label(factory=plant).token,
        "machine": machine.pk,
        "factory": plant.pk,
        "municipality": plant.municipality.code,
        "open": make.make_report(machine).number,
    }
