"""Matching runs: the list, one's page, and what is done with its proposals."""

from django.urls import path

from battles.views import exports, pins, run, run_people

ONE = "propuestas/<int:pk>"

urlpatterns = [
    path("propuestas", run.runs, name="runs"),
    path("propuestas/lista.<slug:kind>", exports.runs, name="runs-export"),
    path("propuestas/nueva", run.run_new, name="run-new"),
    path("propuestas/pesos", run.weights, name="run-weights"),
    path(ONE, run.run, name="run"),
    path(f"{ONE}/parar", run.run_stop, name="run-stop"),
    path(f"{ONE}/tomar", run.run_take, name="run-take"),
    path(f"{ONE}/enviar", run_people.send, name="run-send"),
    path(f"{ONE}/batallas/<int:battle>/inicio", run_people.take_start, name="run-take-start"),
    path(f"{ONE}/batallas/<int:battle>/fijar", pins.run_pin, name="run-pin"),
    path(f"{ONE}/batallas/<int:battle>/fijar-inicio", pins.run_pin_start, name="run-pin-start"),
    path(f"{ONE}/puestos/<int:seat>", run_people.choose, name="run-choose"),
    path(f"{ONE}/convocatorias/<int:offer>/cambiar", run_people.swap, name="run-swap"),
    path(f"{ONE}/convocatorias/<int:offer>/quitar", run_people.drop, name="run-drop"),
]
