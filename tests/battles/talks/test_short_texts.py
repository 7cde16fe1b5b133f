"""Every notice as one text message: 160 signs, whatever the names are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from battles.rules.battles import NEW_DATES
from battles.states import BattleState, OfferState
from epo.core import say
from epo.core.clock import today
from epo.notifications import gsm
from epo.notifications.kinds import KINDS
from epo.notifications.models import DIGEST
from epo.notifications.short import short
from factories.states import Condition
from tests import make
from volunteers.states import CertificateState

pytestmark = pytest.mark.django_db
PLANT = "Empresa Mixta Socialista Procesadora de Productos del Mar «La Gaviota», núcleo Península"
PLACE = "Francisco Linares Alcántara y Península de Macanao"
TRADE = "Mecánica de motores diésel y maquinaria pesada «móvil»"
PERSON = "María de los Ángeles Hernández-Villanueva Rodríguez de Etxeberría"
WITH_LINK = ("offer.plan", "battle.plant_link", "volunteer.invited")
"""Of no use without it."""
REASON = "La gerencia pidió otra fecha: falta el gasoil, y la asamblea decide el próximo día 14 qué hacer " * 3


@pytest.fixture(autouse=True)
def _at_its_address(settings):
    settings.SITE_URL = "https://epo.ejercitoproductivo.org.ve"


def _offer(state=OfferState.ASKED, battle_state=BattleState.ASKING, **fields):
    trade = make.make_trade("diesel", name_es=TRADE, name_en=TRADE)
    factory = make.make_factory(name=PLANT, municipality=make.make_municipality(name=PLACE))
    first = {"first_day": today() + timedelta(25), "end_reason": REASON[:200]}
    battle = make.make_battle(factory, state=battle_state, title=f"{PLANT}: horno", **first)
    volunteer = make.make_volunteer("diesel", name=PERSON)
    return make.make_offer(
        make.make_seat(battle, trade=trade), volunteer, state, **{"end_reason": REASON[:200]} | fields
    )


def _offer_kinds():
    offer = _offer()
    held = _offer(OfferState.ACCEPTED)
    gone = _offer(OfferState.WITHDRAWN, BattleState.CALLED_OFF)
    yield "offer.asked", {"offer": offer}
    yield "offer.reminder", {"offer": offer}
    yield "offer.expired", {"offer": offer}
    yield "offer.withdrawn", {"offer": gone}
    yield "offer.withdrawn", {"offer": _offer(OfferState.WITHDRAWN, end_reason="full")}
    given_back = _offer(OfferState.WITHDRAWN)
    given_back.seat = held.seat
    yield "offer.withdrawn", {"offer": given_back}
    yield "offer.withdrawn", {"offer": _offer(OfferState.WITHDRAWN, end_reason=NEW_DATES)}
    yield "offer.released", {"offer": held}
    yield "offer.left", {"offer": held}
    yield "offer.plan", {"offer": held}
    for said in ("accepted", "declined", "released"):
        yield "offer.answered", {"offer": offer, "battle": offer.battle, "said": said}
    yield "crew.left", {"offer": held, "battle": held.battle}
    yield "battle.ready", {"battle": offer.battle}
    yield "line.nobody_left", {"battle": offer.battle, "trade": offer.trade_id}
    departure = make.make_departure(held.battle, place=f"Plaza Bolívar de {PLACE}", vehicle="camión NPR de la alcaldía")
    yield "battle.departure", {"about": held, "departure": departure}
    yield "battle.called_off", {"about": gone.battle}
    yield "battle.closed", {"about": gone.battle}


def _plant_kinds():
    factory = make.make_factory(name=PLANT, municipality=make.make_municipality(name=PLACE))
    battle = make.make_battle(factory, state=BattleState.CLOSED)
    line = make.make_line(factory, product="Harina de pescado prensada en sacos", unit="toneladas métricas")
    labelled = make.make_label(factory=factory)
    bare = make.make_line(make.make_factory(name=PLANT), product=line.product, unit=line.unit)
    yield "battle.reading_due", {"about": make.make_follow_up(battle, line)}
    yield "battle.reading_due", {"about": make.make_follow_up(make.make_battle(bare.factory), bare)}
    yield "battle.plant_link", {"about": make.make_plant_link(battle)}
    result = make.make_line_result(battle, line, before=0, after=123456)
    correction = make.make_output_correction(result, answer=REASON[:300])
    yield "battle.output_disputed", {"battle": battle, "correction": correction}
    yield "battle.correction_answered", {"about": correction}
    yield "sync.conflict", {"missed": make.make_missed_action(factory=factory, battle=battle), "battle": battle}
    machine = make.make_machine(factory, name="Horno rotativo de secado número dos, línea de harina")
    assert labelled.factory == factory
    yield "report.dangerous", {"about": make.make_report(machine, condition=Condition.DANGEROUS)}


def _people_kinds():
    trade = make.make_trade("diesel", name_es=TRADE, name_en=TRADE)
    person = make.make_volunteer("diesel", name=PERSON)
    qualification = person.qualifications.get()
    qualification.valid_until = today() + timedelta(400)
    qualification.save()
    refused = make.make_certificate(person, trade, state=CertificateState.REFUSED, reason=REASON[:200])
    yield "application.waiting", {}
    yield "application.rejected", {"about": make.make_application(state="rejected", reason=REASON[:200])}
    yield "volunteer.invited", {"about": make.make_volunteer(user=None, name=PERSON)}
    yield "endorsement.asked", {"about": make.make_endorsement(qualification)}
    yield "qualification.endorsed", {"about": qualification}
    yield "certificate.to_check", {}
    yield "certificate.checked", {"about": refused}
    yield "certificate.checked", {"about": make.make_certificate(person, trade, state=CertificateState.CONFIRMED)}
    yield "qualification.expiring", {"about": qualification}
    yield "qualification.expiring_here", {"count": 1}
    yield "qualification.expiring_here", {"count": 120}
    for kind in (
        "codes_tried",
        "second_step_set_up",
        "second_step_removed",
        "second_step_reset",
        "password_link",
        "password_changed",
    ):
        yield f"account.{kind}", {}
    yield "account.recovery_code_used", {"left": 3}
    yield _digest()


def _digest():
    contact = make.make_contact()
    digest = make.make_notification(contact, kind=DIGEST, key=f"{DIGEST}:{contact.pk}:2026-03-03")
    for _n in range(120):
        make.make_notification(contact, kind="account.password_changed", told_in=digest)
    return DIGEST, {"who": contact.pk, "day": "2026-03-03"}


def every_notice():
    return [*_offer_kinds(), *_plant_kinds(), *_people_kinds()]


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_notice_fits_into_one_message_with_the_longest_names(language):
    told = every_notice()
    with translation.override(language):
        texts = [(kind, KINDS[kind].render(**facts).short) for kind, facts in told]

    assert [(kind, text) for kind, text in texts if not text or not gsm.fits(text)] == []
    assert [
        (kind, text) for kind, text in texts if gsm.as_gsm7(text) != text or "%" in text or text.endswith("...")
    ] == []
    assert {kind for kind, _text in texts} == {kind for kind in KINDS if not kind.startswith("test")}


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_call_says_code_days_deadline_plant_and_place(language):
    offer = _offer()
    with translation.override(language):
        texts = [KINDS[f"offer.{kind}"].render(offer=offer).short for kind in ("asked", "reminder")]
        days, until = say.short_days(offer.leaves_on, offer.back_on), say.short_moment(offer.deadline)

    for text in texts:
        wanted = (f"SI {offer.code}", f"NO {offer.code}", days, gsm.as_gsm7(until), "Empresa", "Franci", "Mec")
        assert [part for part in wanted if part not in text] == []


def test_a_call_to_a_plant_with_a_short_name_says_all_of_it(settings):
    settings.SITE_URL = "https://epo.example.org"
    factory = make.make_factory(name="La Gaviota", municipality=make.make_municipality(name="Cariaco"))
    battle = make.make_battle(factory, state=BattleState.ASKING, first_day=today() + timedelta(25))
    trade = make.make_trade("welding", name_en="welder")
    offer = make.make_offer(make.make_seat(battle, trade=trade), make.make_volunteer("welding"))

    with translation.override("en"):
        text = KINDS["offer.asked"].render(offer=offer).short
        days, until = say.short_days(offer.leaves_on, offer.back_on), say.short_moment(offer.deadline)

    code = offer.code
    assert text == (
        f"You are needed: welder, {days}, La Gaviota, Cariaco. Answer SI {code} or NO {code} before {until}."
    )


def test_plans_and_links_go_along_whole():
    offer = _offer(OfferState.ACCEPTED)

    with translation.override("es"):
        told = KINDS["offer.plan"].render(offer=offer)

    link = told.short.rpartition(" ")[2]
    assert link.startswith("https://epo.ejercitoproductivo.org.ve/p/")
    assert len(link) == len("https://epo.ejercitoproductivo.org.ve" + told.url)


def test_readings_ask_for_output_and_own_repairs_with_the_number_of_the_label():
    factory = make.make_factory(name="La Gaviota")
    make.make_label(factory=factory, number=1234)
    line = make.make_line(factory, product="harina", unit="t")
    follow_up = make.make_follow_up(make.make_battle(factory), line)

    with translation.override("en"):
        text = KINDS["battle.reading_due"].render(about=follow_up).short

    assert text == (
        "La Gaviota: how much harina a day now? Answer PRODUCCION 1234 and how much (t). "
        "Repaired by yourselves: REPARAMOS 1234 and what."
    )


def test_readings_of_a_plant_without_labels_go_along_with_their_link():
    line = make.make_line(
        make.make_factory(name=PLANT), product="Harina de pescado prensada", unit="toneladas métricas"
    )
    follow_up = make.make_follow_up(make.make_battle(line.factory), line)

    told = KINDS["battle.reading_due"].render(about=follow_up)

    assert told.short.endswith(f"https://epo.ejercitoproductivo.org.ve{told.url}")
    assert gsm.fits(told.short)


def test_long_names_are_cut_evenly_and_the_rest_stays():
    text = short("A %(first)s B %(second)s C %(code)s", keep={"code": "K7Q2"}, first="x" * 200, second="y" * 200)

    assert gsm.fits(text)
    assert abs(text.count("x") - text.count("y")) <= 2
    assert text.endswith("y C K7Q2")
