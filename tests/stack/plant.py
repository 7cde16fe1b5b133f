"""The starting situation of the story: a plant that stands still, and people of several trades around it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import DateField

from epo.core.text import fold
from epo.places.models import Municipality
from factories.models import Label, MachineKind
from factories.states import MemberRole, Running
from tests.make import (
    make_common_fault,
    make_contact,
    make_coordinator,
    make_factory,
    make_label,
    make_line,
    make_machine,
    make_machine_kind,
    make_membership,
    make_municipality,
    make_region,
    make_sector,
    make_state,
    make_trade,
    make_user,
    make_usual_demand,
    make_volunteer,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

COORDINATOR, MEMBER, PASSWORD = "rosa", "luisa", "secret-word"
DELEGATE = "delegada@example.org"
TOWNS = {
    "Cumaná": (10.46, -64.18),
    "Cumanacoa": (10.25, -63.92),
    "Barcelona": (10.14, -64.69),
    "Maturín": (9.75, -63.18),
}


def start() -> Label:
    make_coordinator(username=COORDINATOR, password=PASSWORD, name="Rosa Marcano")
    places = _places()
    oven, mincer = _kinds()
    plant = make_factory(
        name="Sardinera La Perla",
        municipality=places["Cumaná"],
        sector=make_sector("food", name_es="Alimentos", name_en="Food"),
        running=Running.STANDS,
        people_depend=120,
        contact=make_contact(name="Nora Rivas", email=DELEGATE),
    )
    member = make_user(MEMBER, password=PASSWORD, name="Luisa Vera")
    make_membership(plant, member, role=MemberRole.MANAGER)
    line = make_line(plant, product="harina de pescado", unit="t", nominal=20, current=0)
    machine = make_machine(plant, name="Horno de cocción", kind=oven, line=line)
    make_machine(plant, name="Moledora vieja", kind=mincer, line=line)
    make_machine(plant, name="Cerradora de latas", kind=make_machine_kind("seamer", name_es="Cerradora"))
    _volunteers(places)
    return make_label(machine)


def _places() -> dict[str, Municipality]:
    state = make_state(make_region("oriental"), name="Sucre")
    return {
        name: make_municipality(state, name=name, seat=name, lat=lat, lon=lon) for name, (lat, lon) in TOWNS.items()
    }


def _kinds() -> tuple[MachineKind, MachineKind]:
    """The oven needs a welder and an electrician, the mincer a mechanic: three seats for both together."""
    oven = make_machine_kind("oven", name_es="Horno industrial", folded="horno industrial")
    mincer = make_machine_kind("mincer", name_es="Moledora", folded="moledora")
    for fault in ("No calienta", "Pierde vapor"):
        make_common_fault(oven, name_es=fault)
    for kind, code, name in (
        (oven, "welding", "Soldadura"),
        (oven, "electricity", "Electricidad"),
        (mincer, "mechanics", "Mecánica"),
    ):
        make_usual_demand(kind, make_trade(code, name_es=name))
    return oven, mincer


def _volunteers(places: dict[str, Municipality]) -> None:
    """The nearest of each trade is asked first; who lives farther is the next best."""
    for name, trade, home in (
        ("Ana Salazar", "welding", "Cumaná"),
        ("Beto Rojas", "welding", "Maturín"),
        ("Carmen Díaz", "electricity", "Cumaná"),
        ("Diego Luna", "electricity", "Cumanacoa"),
        ("Elena Mata", "electricity", "Maturín"),
        ("Félix Bravo", "mechanics", "Cumaná"),
        ("Gladys Peña", "mechanics", "Cumanacoa"),
        ("Hugo Rivas", "mechanics", "Barcelona"),
    ):
        user = make_user(fold(name).split()[0], password=PASSWORD, name=name)
        make_volunteer(trade, name=name, home=places[home], user=user)


def let_days_pass(days: int) -> None:
    """Everything that happened in plants and battles is so many days older, and what is due is so much nearer."""
    for app in ("factories", "battles"):
        for model in apps.get_app_config(app).get_models():
            dated = [field.name for field in model._meta.concrete_fields if isinstance(field, DateField)]
            if dated:
                _make_older(model._base_manager.order_by(*dated, "pk"), dated, timedelta(days=days))


def _make_older(rows: QuerySet[Any], dated: list[str], by: timedelta) -> None:
    """The oldest first: no row may pass over the day of another."""
    for pk, *moments in list(rows.values_list("pk", *dated)):
        older = {name: moment and moment - by for name, moment in zip(dated, moments, strict=True)}
        rows.order_by().filter(pk=pk).update(**older)
