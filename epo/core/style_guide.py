"""Made-up values with which the style guide shows every component."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from epo.core.charts import Bar, Part, Reading
from epo.core.clock import today
from epo.core.forms import Chips, DateInput, OneChip, PhoneInput, SearchInput
from epo.core.pills import PILLS

FAULTS = [
    ("cold", "no calienta"),
    ("noise", "hace ruido"),
    ("smell", "huele a quemado"),
    ("trip", "dispara el breaker"),
]
CONDITIONS = [("badly", "funciona mal"), ("stopped", "parada"), ("dangerous", "peligrosa")]


class SampleForm(forms.Form):
    q = forms.CharField(label="Buscar", required=False, widget=SearchInput)
    text = forms.CharField(label="¿Qué pasó?", widget=forms.Textarea, help_text="Con tus palabras.")
    condition = forms.ChoiceField(label="¿Cómo está?", choices=CONDITIONS, widget=OneChip, initial="stopped")
    faults = forms.MultipleChoiceField(label="Fallas", choices=FAULTS, widget=Chips, required=False)
    first_day = forms.DateField(label="Desde", widget=DateInput)
    phone = forms.CharField(label="Teléfono", widget=PhoneInput, required=False, help_text="Solo lo ve el coordinador.")
    sector = forms.ChoiceField(label="Sector", choices=[("food", "alimentos"), ("gas", "gas")])
    agree = forms.BooleanField(label="Pueden llamarme", required=False)


def samples() -> dict[str, Any]:
    now, day = timezone.now(), today()
    words = (key.split(".") for key in PILLS)
    return {
        "form": SampleForm(),
        "wrong_form": SampleForm({"w-phone": "0414", "w-condition": "stopped", "w-faults": ["noise"]}, prefix="w"),
        "pills": [(machine, state, state.replace("_", " ")) for machine, state in words],
        "now": now,
        "later": now + timedelta(hours=30),
        "today": day,
        "last_day": day + timedelta(days=5),
        "parts": [
            Part("sector", 25, 25), Part("producción perdida", 21, 25), Part("gente", None, 20), Part("peligro", 10, 20),
            Part("espera", 4, 10),
        ],
        "bars": [
            Bar("Harina de pescado", 0, 52, 60, "t/día"), Bar("Sardina en lata", 1250, 3400, 8000, "cajas/día"),
            Bar("Molino", None, 4.5, None, "t/h"),
        ],
        "readings": [
            Reading(day - timedelta(days=40 - step * 4), value)
            for step, value in enumerate([12, 10, 4, 0, 0, 0, 31, 44, 48, 52, 51])
        ],
        "event_first": day - timedelta(days=22),
        "event_last": day - timedelta(days=17),
        "history": [
            {"when": now, "who": "Rosa P.", "what": "Horno 2 encendido", "text": "Dos horas sin fallas.", "kind": "good"},
            {"when": now - timedelta(hours=20), "who": "Luis M.", "what": "Falta la correa B-64", "kind": "bad"},
            {"when": now - timedelta(days=2), "what": "La cuadrilla llegó", "kind": "info"},
        ],
        "marks": {
            day: [{"text": "La Gaviota", "kind": "info"}],
            day + timedelta(days=1): [{"text": "La Gaviota", "kind": "wait"}],
            day + timedelta(days=2): [{"text": "ausente", "kind": "quiet"}],
        },
        "page_obj": Paginator(range(95), 20).page(2),
        "head": ["Planta", "Parada desde", {"text": "Pérdida", "number": True}],
        "rows": [
            {"href": "#", "cells": [{"text": "La Gaviota"}, {"name": "Parada desde", "text": "12 feb"},
                                    {"name": "Pérdida", "text": "52 t/día", "number": True}]},
            {"href": "#", "cells": [{"text": "Nutriveda"}, {"name": "Parada desde", "text": "3 mar"},
                                    {"name": "Pérdida", "text": "1.200 l/día", "number": True}]},
        ],
    }  # fmt: skip
