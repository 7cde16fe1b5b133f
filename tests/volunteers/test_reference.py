import re

import pytest

from volunteers import reference
from volunteers.models import Trade


@pytest.mark.django_db
def test_load_brings_at_least_45_trades_with_both_names_and_an_isco_code():
    reference.load()

    trades = list(Trade.objects.all())
    assert len(trades) >= 45
    assert [trade.code for trade in trades if not (trade.name_es and trade.name_en)] == []
    assert [trade.code for trade in trades if not re.fullmatch(r"[1-9]\d{3}", trade.isco)] == []


@pytest.mark.django_db
def test_trade_is_found_by_the_word_of_the_workshop():
    reference.load()

    assert list(Trade.objects.filter(folded__contains="rolinera").values_list("code", flat=True)) == [
        "industrial-mechanics"
    ]


@pytest.mark.django_db
def test_load_keeps_trades_that_were_added():
    Trade.objects.create(code="beekeeping", name_es="Apicultura", name_en="Beekeeping", isco="6123")

    reference.load()
    reference.load()

    assert Trade.objects.filter(code="beekeeping").count() == 1


@pytest.mark.django_db
def test_popularity_knows_every_trade():
    reference.load()

    assert set(reference.popularity()) == set(Trade.objects.values_list("code", flat=True))
