from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from battles.models import CrewDay, Offer
from battles.states import AnsweredBy, BattleState, DeclineReason, OfferState
from epo.core import say
from epo.core.clock import today
from epo.notifications.models import Preference
from epo.work.models import ReceivedAction
from tests.battles.talks.phones import Phone, phone_of
from tests.make import (
    make_battle,
    make_contact,
    make_factory,
    make_municipality,
    make_offer,
    make_preference,
    make_seat,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
UNKNOWN = "We do not know this code from this phone. Look at it again in our message."


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"
    settings.SITE_URL = "https://epo.example.org"


def asked(volunteer=None, *, plant="La Gaviota", place="Cariaco", in_days=20, **fields):
    municipality = make_municipality(name=place)
    battle = make_battle(
        make_factory(name=plant, municipality=municipality),
        state=BattleState.ASKING, first_day=today() + timedelta(days=in_days),
    )  # fmt: skip
    volunteer = volunteer or make_volunteer("welding")
    return make_offer(make_seat(battle), volunteer, **fields)


def now_of(offer):
    offer = Offer.objects.get(pk=offer.pk)
    return offer.state, offer.answered_by


def test_a_yes_with_the_code_is_the_same_as_on_the_web():
    offer = asked()
    phone = phone_of(offer.volunteer.contact)

    told = phone(f"Sí voy {offer.code.lower()}")
    again = phone(f"si {offer.code}")

    days = say.short_days(offer.leaves_on, offer.back_on)
    assert told.startswith(
        f"Noted: you go to La Gaviota, Cariaco, {days}, travel included. Your plan: https://epo.example.org/p/"
    )
    assert now_of(offer) == (OfferState.ACCEPTED, AnsweredBy.SMS)
    assert again.startswith("Noted: you go to La Gaviota")
    assert CrewDay.objects.filter(offer=offer).count() == (offer.last_day - offer.first_day).days + 1


def test_a_yes_without_a_code_goes_to_the_only_open_ask():
    offer = asked()
    asked()

    phone_of(offer.volunteer.contact, way="telegram")("sí voy")

    assert now_of(offer) == (OfferState.ACCEPTED, AnsweredBy.TELEGRAM)


def test_several_open_asks_are_asked_back_and_none_is_answered():
    first = asked(place="Cariaco")
    other = asked(first.volunteer, plant="El Molino", place="Mérida", in_days=40)
    phone = phone_of(first.volunteer.contact)

    told = phone("si")
    refused = phone("no puedo")
    taken = phone(f"no {other.code} enfermo")

    days = [say.short_day(offer.first_day) for offer in (first, other)]
    assert told == f"Which one? SI {first.code} Cariaco {days[0]} or SI {other.code} Mérida {days[1]}".replace(
        "Merida", "Mérida"
    )
    assert refused.startswith(f"Which one? NO {first.code}")
    assert taken.startswith("Noted: you cannot come to El Molino.")
    assert [now_of(offer) for offer in (first, other)] == [
        (OfferState.ASKED, ""),
        (OfferState.DECLINED, AnsweredBy.SMS),
    ]


def test_one_text_with_the_codes_of_two_asks_is_asked_back_and_none_is_answered():
    first = asked(place="Cariaco")
    other = asked(first.volunteer, plant="El Molino", place="Mérida", in_days=40)
    phone = phone_of(first.volunteer.contact)

    told = [phone(f"SI {first.code} {other.code}"), phone(f"si {other.code.lower()} y {first.code.lower()}")]
    refused = phone(f"NO {first.code} {other.code} enfermo")

    choices = f"SI {first.code} Cariaco {say.short_day(first.first_day)} or SI {other.code} Mérida"
    assert [text.startswith(f"Which one? {choices}") for text in told] == [True, True]
    assert refused.startswith(f"Which one? NO {first.code}")
    assert [now_of(offer) for offer in (first, other)] == [(OfferState.ASKED, "")] * 2


def test_a_code_of_somebody_else_is_unknown_and_reveals_nothing():
    offer, mine = asked(), asked()
    told = {
        phone_of(mine.volunteer.contact)(f"SI {offer.code}"),
        phone_of(mine.volunteer.contact)("SI 7777777"),
        phone_of(mine.volunteer.contact)("si WXYZ"),
        Phone("+584140000000")(f"SI {offer.code}"),
        Phone("+584140000000")(f"NO {offer.code}"),
    }

    assert told == {UNKNOWN}
    assert [now_of(one) for one in (offer, mine)] == [(OfferState.ASKED, "")] * 2


def test_a_proposal_that_was_not_sent_is_unknown():
    offer = asked(state=OfferState.PROPOSED)

    assert phone_of(offer.volunteer.contact)(f"SI {offer.code}") == UNKNOWN
    assert now_of(offer) == (OfferState.PROPOSED, "")


def test_signs_mistaken_for_others_find_the_own_offer_only():
    offer = asked()
    while not set(offer.code) & set("QDUJ7T"):
        offer = asked()
    misread = offer.code.translate(str.maketrans("QDUJ7T", "000111"))

    stranger = phone_of(asked().volunteer.contact)(f"SI {misread}")
    phone_of(offer.volunteer.contact)(f"SI {misread}")

    assert stranger == UNKNOWN
    assert now_of(offer)[0] == OfferState.ACCEPTED


@pytest.mark.parametrize("has_digit", [True, False])
def test_a_no_keeps_reason_and_words(has_digit):
    offer = asked()
    while any(sign.isdigit() for sign in offer.code) is not has_digit:
        offer = asked()

    phone_of(offer.volunteer.contact)(f"NO {offer.code} tengo un hijo enfermo")

    offer.refresh_from_db()
    assert (offer.state, offer.decline_reason, offer.note) == (
        OfferState.DECLINED, DeclineReason.FAMILY, "tengo un hijo enfermo",
    )  # fmt: skip


def test_a_part_of_the_stay_is_accepted_by_its_days():
    offer = asked()
    first = offer.first_day + timedelta(days=1)

    phone_of(offer.volunteer.contact)(f"SI {offer.code} DESDE {first.day}/{first.month}")

    offer.refresh_from_db()
    assert (offer.state, offer.first_day, offer.wants_from) == (OfferState.ACCEPTED, first, first)


def test_days_that_are_none_of_the_offer_are_said_and_the_wish_is_kept():
    offer = asked()
    day = offer.last_day + timedelta(days=3)

    told = phone_of(offer.volunteer.contact)(f"SI {offer.code} DESDE {day.day}/{day.month}")

    wish = ReceivedAction.objects.get()
    assert told.startswith("These days are not among those of La Gaviota:")
    assert now_of(offer) == (OfferState.ASKED, "")
    assert (wish.kind, wish.intent, wish.answer["code"]) == (
        "offer.accept", {"offer": offer.pk, "first": f"{day.day}/{day.month}"}, "days_outside",
    )  # fmt: skip


def test_a_yes_that_is_no_plain_yes_is_asked_back():
    offer = asked()
    phone = phone_of(offer.volunteer.contact)

    told = {
        phone(text)
        for text in (
            f"SI {offer.code} pero solo dos días",
            f"{offer.code}",
            "hola buenas",
            f"si {offer.code} el jueves",
        )
    }

    first, last = say.short_day(offer.first_day), say.short_day(offer.last_day)
    part = f"Part of the stay: SI {offer.code} DESDE {first} HASTA {last}."
    assert told == {f"La Gaviota: answer SI {offer.code} or NO {offer.code}. {part}"}
    assert now_of(offer) == (OfferState.ASKED, "")


def test_a_late_yes_is_still_good():
    offer = asked(state=OfferState.EXPIRED, deadline=now() - timedelta(hours=3))

    phone_of(offer.volunteer.contact)("si")

    assert now_of(offer) == (OfferState.ACCEPTED, AnsweredBy.SMS)


def test_a_refusal_is_told_in_its_words_and_the_wish_is_kept_once():
    offer = asked(state=OfferState.DECLINED)
    phone = phone_of(offer.volunteer.contact)

    told = [phone(f"SI {offer.code}") for _ in "ab"]

    assert told == ["La Gaviota: The answer was already no. To change it, talk to the coordinator."] * 2
    assert list(ReceivedAction.objects.values_list("kind", "intent")) == [("offer.accept", {"offer": offer.pk})]


def test_without_any_offer_nothing_is_answered():
    contact = make_contact()

    assert phone_of(contact)("si") == "No call of ours waits for an answer from this phone."


def test_on_a_shared_phone_the_code_says_whose_offer_it_is():
    first = asked(make_volunteer("welding", name="Ana Rojas"))
    other = asked(make_volunteer("welding", name="Luis Rojas"), place="Mérida")
    phone = phone_of(first.volunteer.contact, other.volunteer.contact)

    asked_back = phone("si")
    phone(f"si {other.code}")

    assert asked_back.startswith(f"Which one? SI {first.code} Ana, Cariaco")
    assert [now_of(one)[0] for one in (first, other)] == [OfferState.ASKED, OfferState.ACCEPTED]


def test_baja_turns_texts_off_for_everybody_on_that_phone_and_alta_on_again():
    contacts = [make_contact(phone="+584145559999") for _ in "ab"]
    for contact in contacts:
        make_preference(contact, language="en")
    phone = phone_of(*contacts)

    off = phone("BAJA por favor")
    wishes = [Preference.objects.get(contact=contact).ways for contact in contacts]
    on = phone("alta")

    assert off == "No more messages come here. What you send still reaches us. ALTA turns them on again."
    assert on == "You get messages of the Productive Workers' Army here again. BAJA turns them off."
    assert wishes == [["email", "telegram"]] * 2
    assert list(Preference.objects.values_list("ways", flat=True)) == [["email", "telegram", "sms"]] * 2
