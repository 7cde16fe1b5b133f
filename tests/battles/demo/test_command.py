from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from battles.demo.logins import LOGINS
from battles.models import Battle, CrewDay
from epo.accounts.models import User
from epo.contacts.models import Contact
from factories.models import Factory, MachineKind, Sector
from tests.make import make_factory, make_user
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


def run(**options):
    out = StringIO()
    call_command("make_demo", stdout=out, **options)
    return out.getvalue()


def told():
    """What the organisation is, apart from keys."""
    return (
        list(Volunteer.objects.order_by("pk").values_list("name", "home__code", "gender", "max_km", "joined_on")),
        list(Factory.objects.order_by("pk").values_list("name", "lat", "lon")),
        list(CrewDay.objects.order_by("day", "volunteer__folded").values_list("volunteer__name", "day", "kind")),
        list(Battle.objects.order_by("first_day", "title").values_list("title", "state", "responsible__name")),
    )


def test_make_demo_prints_every_login():
    said = run(wipe=True)

    assert [login.username for login in LOGINS if login.username not in said or login.password not in said] == []


def test_make_demo_if_empty_leaves_a_plant_in_peace():
    make_factory()
    before = Factory.objects.count()

    said = run(if_empty=True)

    assert (said, Factory.objects.count(), Volunteer.objects.count()) == ("", before, 0)


def test_make_demo_refuses_to_mix_with_data():
    make_factory()

    with pytest.raises(CommandError, match="--wipe"):
        run()


def test_make_demo_wipe_gives_the_same_organisation_again():
    run(wipe=True, verbosity=0)
    first = told()

    run(wipe=True, verbosity=0)

    assert told() == first


def test_make_demo_wipe_takes_what_was_there_and_keeps_administrators_and_reference_data():
    make_factory(name="Planta vieja")
    own = User.objects.create_superuser("yo", "una-clave-larga")
    stranger = make_user()
    call_command("load_reference")
    Sector.objects.filter(code="textile").update(weight=9)
    kinds = MachineKind.objects.count()

    run(wipe=True, verbosity=0)

    assert not Factory.objects.filter(name="Planta vieja").exists()
    assert not User.objects.filter(pk=stranger.pk).exists()
    assert User.objects.filter(pk=own.pk).exists()
    assert MachineKind.objects.count() == kinds
    assert Sector.objects.get(code="textile").weight == 9


def test_make_demo_another_seed_gives_other_people():
    run(wipe=True, verbosity=0)
    first = told()

    run(wipe=True, verbosity=0, seed=7)

    assert told()[0] != first[0]
    assert Contact.objects.filter(volunteer__isnull=False).count() == 2270


def test_make_demo_refuses_a_public_site(settings):
    settings.IS_HTTPS = True

    with pytest.raises(CommandError, match="--public-site"):
        run(wipe=True)
