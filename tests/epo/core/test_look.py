from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import RequestContext, Template
from django.test import RequestFactory

from epo.core.forms import Chips, DateInput, OneChip, PhoneInput

REQUEST = RequestFactory().get("/mesa/", {"state": "new", "page": "2"})


class Form(forms.Form):
    text = forms.CharField(label="¿Qué pasó?", help_text="Con tus palabras.", widget=forms.Textarea)
    how = forms.ChoiceField(label="¿Cómo está?", choices=[("stopped", "parada"), ("badly", "mal")], widget=OneChip)
    faults = forms.MultipleChoiceField(choices=[("noise", "ruido"), ("heat", "calor")], widget=Chips, required=False)
    since = forms.DateField(widget=DateInput, required=False)
    phone = forms.CharField(widget=PhoneInput, required=False)


def drawn(template: str, **context: object) -> str:
    return Template("{% load look %}" + template).render(RequestContext(REQUEST, context))


def test_field_ties_label_hint_and_error_to_its_input() -> None:
    html = Form({})["text"].as_field_group()

    assert '<label for="id_text">¿Qué pasó?</label>' in html
    assert 'aria-describedby="id_text_helptext id_text_error"' in html
    assert 'id="id_text_helptext"' in html
    assert 'id="id_text_error"' in html
    assert 'aria-invalid="true"' in html


def test_form_keeps_what_was_typed() -> None:
    form = Form({"text": "hace <ruido>", "how": "badly", "faults": ["heat"], "since": "2014-03-12", "phone": "x"})
    form.add_error("phone", "No es un teléfono.")

    html = str(form)

    assert "hace &lt;ruido&gt;</textarea>" in html
    assert 'value="2014-03-12"' in html
    assert html.count(" checked") == len(["badly", "heat"])
    assert "No es un teléfono." in html


def test_optional_fields_say_so() -> None:
    assert [name for name in Form().fields if "(opcional)" in Form()[name].as_field_group()] == [
        "faults",
        "since",
        "phone",
    ]


def test_choices_as_chips_are_a_named_group() -> None:
    html = Form()["how"].as_field_group()

    assert ("<fieldset" in html, "<legend>¿Cómo está?</legend>" in html, html.count('type="radio"')) == (True, True, 2)


def test_button_that_may_not_be_pressed_says_why() -> None:
    html = drawn('{% include "components/button.html" with text="Convocar" href="/x" refusal="Falta el acuerdo." %}')

    assert html.strip() == (
        '<button class="" type="submit" disabled>Convocar</button><p class="why">Falta el acuerdo.</p>'
    )


def test_pager_keeps_the_filters() -> None:
    html = drawn('{% include "components/pager.html" %}', page_obj=Paginator(range(60), 20).page(2))

    assert 'href="?state=new&amp;page=1"' in html
    assert 'href="?state=new&amp;page=3"' in html


def test_pager_of_one_page_is_nothing() -> None:
    html = drawn('{% include "components/pager.html" %}', page_obj=Paginator(range(3), 20).page(1))

    assert html.strip() == ""


def test_month_marks_its_days_and_says_them() -> None:
    marks = {date(2014, 3, 12): [{"text": "La Gaviota", "kind": "info", "href": "/b/1"}]}

    html = drawn("{% month 2014 3 marks %}", marks=marks)

    assert (html.count("<td"), html.count('class="day info" href="/b/1" title="La Gaviota"')) == (42, 1)


def test_qr_is_inline_and_says_what_it_is() -> None:
    html = drawn('{% qr "https://epo.example/r/x" "GAV-0012" %}')

    assert html.startswith('<svg role="img" aria-label="GAV-0012" ')
    assert "style=" not in html


@pytest.mark.parametrize(
    ("number", "link"),
    [("0414-123.45.67", 'href="sms:+584141234567?body=Hola%2C%20Rosa"'), ("", "No tenemos teléfono.")],
)
def test_ways_to_contact_have_the_text_ready(number: str, link: str) -> None:
    assert link in drawn('{% contact_ways number "Hola, Rosa" %}', number=number)


def test_card_and_notice_escape_what_they_are_given() -> None:
    html = drawn("{% card title %}{{ text }}{% endcard %}", title="<b>", text="<i>")

    assert html.strip() == '<section class="card"><div class="card-head"><h2>&lt;b&gt;</h2></div>&lt;i&gt;</section>'


def test_icon_without_a_label_is_silent() -> None:
    silent, speaking = drawn('{% icon "search" %}'), drawn('{% icon "search" "Buscar" %}')

    assert ('aria-hidden="true"' in silent, 'aria-label="Buscar"' in speaking) == (True, True)
