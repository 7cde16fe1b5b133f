"""What `bench.pages` asks for: who, which address, and what it may take. Rows are those of the demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from battles.models import Battle, Offer

NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Budget:
    """Milliseconds that 19 of 20 answers keep to, and thousands of bytes as they go over the line, packed."""

    ms: int
    kb: int
    share: int = 1
    """Asked for as often as others, divided by this."""


PHONE, DESK, API = Budget(100, 10), Budget(250, 20), Budget(250, 20)
CSV, XLSX = Budget(1000, 200, share=5), Budget(2000, 400, share=5)


@dataclass(frozen=True, slots=True)
class Asked:
    who: str
    path: str
    budget: Budget

    @property
    def shown(self) -> str:
        """Without what is signed in it: that is long, and another one each time."""
        return "/".join("…" if len(part) > SIGNED and "?" not in part else part for part in self.path.split("/"))


SIGNED = 20


def addresses() -> Iterator[Asked]:
    from battles.models import Battle, Offer

    offer = Offer.objects.filter(volunteer__user__username="voluntaria").latest("pk")
    over = Battle.objects.filter(state="closed", factory__name__icontains="gaviota").latest("pk")
    yield from _each(NOBODY, PHONE, _public(offer))
    yield from _each(NOBODY, PHONE, _by_link(over))
    yield from _each("voluntaria", PHONE, _volunteers_own(offer))
    yield from _each("obrero", PHONE, _plants_own(over))
    yield from _each("nacional", DESK, _desk())
    yield from _each("nacional", DESK, _people())
    yield from _each("admin", DESK, ("/sistema/", "/voluntarios/contactos", *_imports()))
    yield from _each("nacional", CSV, _lists("csv"))
    yield from _each("nacional", XLSX, _lists("xlsx"))
    yield from _each(NOBODY, CSV, ("/datos-abiertos/reparaciones.csv", "/datos-abiertos/reparaciones.json"))
    yield from _each("nacional", API, _api())
    yield from _each("voluntaria", API, ("/api/v1/offers", f"/api/v1/offers/{offer.pk}", "/api/v1/me/volunteer"))


def _each(who: str, budget: Budget, paths: Iterable[str]) -> Iterator[Asked]:
    return (Asked(who, path, budget) for path in paths)


def _public(offer: Offer) -> Iterator[str]:
    from battles.links import offer_link
    from epo.places.models import Municipality
    from factories.models import Label

    home = Municipality.objects.get(pk=offer.volunteer.home_id)
    label = Label.objects.filter(machine__isnull=False, retired_at=None).earliest("pk").token
    yield from ("/", "/entrar", "/acerca", "/logros", "/datos-abiertos")
    yield from (
        f"/logros/{what}" for what in ("produccion", "batallas", "reparaciones", "reparaciones-propias", "jornadas")
    )
    yield from (f"/r/{label}", "/reportar", "/voluntariado", "/voluntariado/recibida")
    yield f"/voluntariado?municipality={home.code}"
    yield f"/voluntariado?municipality={home.code}&trade={offer.trade.pk}&next=1"
    yield _path(str(offer_link(offer)))


def _by_link(over: Battle) -> Iterator[str]:
    """What the delegate of a plant sees without an account."""
    from django.utils.timezone import now

    from battles.actions.plant_links import make_plant_link
    from battles.models import FollowUp
    from battles.plant_links import plant_path
    from battles.reading_links import reading_path

    link = plant_path(make_plant_link(battle=over, by=None))
    yield from (link, f"{link}/acuerdo/imprimir", f"{link}/lecturas", f"{link}/reparacion")
    due = FollowUp.objects.filter(reading=None).earliest("pk")
    FollowUp.objects.filter(pk=due.pk).update(asked_at=now())
    yield reading_path(due)


def _volunteers_own(offer: Offer) -> Iterator[str]:
    yield from ("/mis-batallas", f"/convocatorias/{offer.pk}", "/mi-mes", "/avisos", "/avisos/ajustes", "/cuenta")
    yield from ("/yo", "/yo/datos", "/yo/oficios", "/yo/ausencias", "/yo/avales", "/yo/certificados")


def _plants_own(over: Battle) -> Iterator[str]:
    from factories.models import Machine

    plant = over.factory_id
    machine = Machine.objects.filter(factory=plant).earliest("pk").pk
    yield from (f"/plantas/{plant}", f"/maquinas/{machine}", f"/batallas/{over.pk}", f"/etiquetas/{plant}")
    yield from (f"/plantas/{plant}/lecturas", f"/plantas/{plant}/reparacion", f"/batallas/{over.pk}/acuerdo/imprimir")


def _desk() -> Iterator[str]:
    from battles.models import Battle, RepairRequest
    from factories.models import BreakdownReport, Factory, Machine

    report = BreakdownReport.objects.filter(state="new", machine__isnull=False).latest("received_at").pk
    request = RepairRequest.objects.filter(state="open").earliest("pk").pk
    battle = Battle.objects.filter(state="under_way").earliest("pk").pk
    plant = Factory.objects.get(name__icontains="gaviota").pk
    machine = Machine.objects.filter(factory=plant).earliest("pk").pk
    yield from ("/hoy", "/panorama", "/mesa", "/mesa?q=valvula", f"/mesa/{report}")
    yield from ("/solicitudes", f"/solicitudes/{request}", "/plantas", f"/plantas/{plant}", f"/maquinas/{machine}")
    yield from ("/batallas", f"/batallas/{battle}", f"/batallas/nueva?request={request}")
    yield from (f"/batallas/{battle}?tab={tab}" for tab in ("seats", "crew", "agreement", "jobs", "result"))
    yield from ("/propuestas", "/propuestas/1", "/propuestas/pesos", "/por-llamar", "/equidad")


def _people() -> Iterator[str]:
    from volunteers.models import Volunteer

    person = Volunteer.objects.earliest("pk").pk
    yield from ("/voluntarios", "/voluntarios?q=perez", f"/voluntarios/{person}", f"/voluntarios/{person}/certificados")
    yield from ("/postulaciones", f"/postulaciones/{_apply()}", "/certificados", "/cuentas", "/avisos")


def _apply() -> Any:
    """Somebody who would like to join and waits to be taken on."""
    from epo.places.models import Municipality
    from volunteers.actions import Applicant, receive_application
    from volunteers.models import Trade

    trades = dict.fromkeys(Trade.objects.order_by("pk")[:3], 2)
    said = Applicant(Municipality.objects.earliest("pk"), "Ana Pérez", "+584120000001", trades=trades)
    return receive_application(application_id=uuid4(), said=said, sender="bench").pk


def _imports() -> Iterator[str]:
    for model in ("factories/factory", "factories/machine", "volunteers/volunteer"):
        yield f"/admin/{model}/import/"


def _lists(kind: str) -> Iterator[str]:
    """Every list as a file, with all its rows."""
    lists = ("mesa", "solicitudes", "batallas", "plantas", "maquinas", "equidad", "propuestas", "por-llamar")
    yield from (f"/{each}/lista.{kind}" for each in (*lists, "voluntarios", "postulaciones", "certificados"))


def _api() -> Iterator[str]:
    from battles.models import Battle, RepairRequest

    request = RepairRequest.objects.filter(state="open").earliest("pk").pk
    battle = Battle.objects.filter(state="under_way").earliest("pk").pk
    for path in ("reports", "requests", f"requests/{request}", "battles", f"battles/{battle}", "runs", "runs/1"):
        yield f"/api/v1/{path}"
    yield from (f"/api/v1/{path}" for path in ("volunteers", "trades", "fairness"))


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]
