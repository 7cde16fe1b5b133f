"""Labels whose numbers people write in text messages."""

from __future__ import annotations


def labels(count: int) -> list[int]:
    """Numbers of `count` labels on machines of ten plants, and a coordinator to be told of what is dangerous."""
    from tests import make

    make.make_coordinator(username="rosa", password="secret-word")  # noqa: S106 -- a database of its own
    plants = [make.make_factory() for _ in range(10)]
    return [make.make_label(make.make_machine(plants[n % 10])).number for n in range(count)]
