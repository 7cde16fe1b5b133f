"""Accounts to guess at, and labels to flood."""

from __future__ import annotations

PASSWORD = "caldera-y-horno-9"  # noqa: S105 -- a database of its own


def people(count: int) -> dict[str, object]:
    """`ana`, whom the guessing is about, and `count` people of one plant; one password for all of them."""
    from django.contrib.auth.hashers import make_password

    from epo.accounts.models import User

    hashed = make_password(PASSWORD)
    names = ["ana", *(f"person-{n}" for n in range(count))]
    User.objects.bulk_create(User(username=name, password=hashed) for name in names)
    return {"names": names[1:], "password": PASSWORD}


def labels(count: int) -> list[str]:
    """On machines of one plant; a coordinator to be told of what is dangerous."""
    from tests import make

    make.make_coordinator(username="rosa", password=PASSWORD)
    plant = make.make_factory()
    return [make.make_label(make.make_machine(plant)).token for _ in range(count)]
