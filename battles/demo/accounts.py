"""Who signs in: the documented logins, and a coordinator without a password for each other region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from battles.demo.logins import LOGINS, PASSWORD
from battles.demo.names import full_name, mobile
from epo.accounts.models import CoordinatorPost, User
from epo.contacts.models import Contact
from epo.places.models import Region
from factories.models import Membership
from factories.states import MemberRole

if TYPE_CHECKING:
    from random import Random

    from battles.demo.people import Person
    from battles.demo.plants import Plants

SINCE = date(2016, 2, 1)
ORIENTE = "oriental"


@dataclass(frozen=True, slots=True)
class Accounts:
    national: User
    coordinators: dict[int, User]
    """By the region's key."""


def create(rng: Random, voluntaria: Person, plants: Plants) -> Accounts:
    users = _logins(voluntaria)
    regions = list(Region.objects.order_by("code"))
    coordinators = {
        region.pk: users["oriente"] if region.code == ORIENTE else _coordinator(rng, region, number)
        for number, region in enumerate(regions)
    }
    posts = [CoordinatorPost(user=users["nacional"], region=None, since=SINCE)]
    posts += [CoordinatorPost(user=coordinators[region.pk], region=region, since=SINCE) for region in regions]
    CoordinatorPost.objects.bulk_create(posts)
    Membership.objects.create(factory=plants.factories["gaviota"], user=users["obrero"], role=MemberRole.DELEGATE)
    return Accounts(users["nacional"], coordinators)


def _logins(voluntaria: Person) -> dict[str, User]:
    hashed = make_password(PASSWORD)
    users = {}
    for number, login in enumerate(LOGINS):
        is_admin = login.username == "admin"
        user, _made = User.objects.update_or_create(
            username=login.username,
            defaults={
                "name": login.name, "password": hashed, "is_active": True,
                "is_staff": is_admin, "is_superuser": is_admin,
            },
        )  # fmt: skip
        users[login.username] = user
        if login.username == "voluntaria":
            voluntaria.contact.user = voluntaria.volunteer.user = user
            voluntaria.contact.save(update_fields=["user"])
            voluntaria.volunteer.save(update_fields=["user"])
        else:
            _contact(user, 9100 + number)
    return users


def _coordinator(rng: Random, region: Region, number: int) -> User:
    user = User.objects.create(
        username=f"coordina-{region.code}",
        name=full_name(rng, rng.choice(["woman", "man"])),
        password=make_password(None),
    )
    _contact(user, 9200 + number)
    return user


def _contact(user: User, number: int) -> None:
    Contact.objects.create(user=user, name=user.name, phone=mobile(number), email=f"{user.username}@example.org")
