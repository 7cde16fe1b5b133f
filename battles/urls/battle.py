"""Battles: the list, one's page and what is done there."""

from django.urls import path

from battles.views import battle, battle_parts, battle_people, field, results

ONE = "batallas/<int:pk>"

urlpatterns = [
    path("batallas", battle.battles, name="battles"),
    path("batallas/nueva", battle.battle_new, name="battle-new"),
    path(ONE, battle.battle, name="battle"),
    path(f"{ONE}/imprimir", battle.battle_print, name="battle-print"),
    path(f"{ONE}/contactos", battle.battle_contacts, name="battle-contacts"),
    path(f"{ONE}/fechas", battle.battle_dates, name="battle-dates"),
    path(f"{ONE}/detalles", battle.battle_details, name="battle-details"),
    path(f"{ONE}/convocar", battle.battle_ask, name="battle-ask"),
    path(f"{ONE}/borrador", battle.battle_draft, name="battle-draft"),
    path(f"{ONE}/suspender", battle.battle_call_off, name="battle-call-off"),
    path(f"{ONE}/comenzar", battle.battle_begin, name="battle-begin"),
    path(f"{ONE}/solicitudes", battle_parts.request_add, name="battle-request-add"),
    path(f"{ONE}/solicitudes/<int:link>/sacar", battle_parts.request_remove, name="battle-request-remove"),
    path(f"{ONE}/puestos/calcular", battle_parts.seats_fill, name="battle-seats-fill"),
    path(f"{ONE}/puestos", battle_parts.seat_add, name="battle-seat-add"),
    path(f"{ONE}/puestos/<int:seat>", battle_parts.seat_change, name="battle-seat-change"),
    path(f"{ONE}/puestos/<int:seat>/quitar", battle_parts.seat_remove, name="battle-seat-remove"),
    path(f"{ONE}/puestos/<int:seat>/personas", battle_people.seat_people, name="battle-seat-people"),
    path(f"{ONE}/puestos/convocar", battle_people.send_all, name="battle-send-all"),
    path(f"{ONE}/acuerdo", battle_parts.agreement_record, name="battle-agreement"),
    path(f"{ONE}/acuerdo/sin", battle_parts.agreement_waive, name="battle-waive"),
    path(f"{ONE}/salidas", battle_parts.departure_add, name="battle-departure-add"),
    path(f"{ONE}/salidas/<int:departure>", battle_parts.departure_change, name="battle-departure-change"),
    path(f"{ONE}/salidas/<int:departure>/quitar", battle_parts.departure_remove, name="battle-departure-remove"),
    path(f"{ONE}/cuadrilla/llegaron", field.arrived_all, name="battle-arrived-all"),
    path(f"{ONE}/cuadrilla/en-casa", field.home_all, name="battle-home-all"),
    path(f"{ONE}/cuadrilla/<int:offer>/llego", field.arrived, name="battle-arrived"),
    path(f"{ONE}/cuadrilla/<int:offer>/en-casa", field.home, name="battle-home"),
    path(f"{ONE}/cuadrilla/<int:offer>/se-fue", field.left, name="battle-left"),
    path(f"{ONE}/cuadrilla/<int:offer>/liberar", field.released, name="battle-released"),
    path(f"{ONE}/diario", field.diary, name="battle-diary"),
    path(f"{ONE}/hallazgo", field.found, name="battle-found"),
    path(f"{ONE}/solicitudes/<int:link>/falta", field.need_add, name="battle-need-add"),
    path(f"{ONE}/falta/<int:need>", field.need_settle, name="battle-need"),
    path(f"{ONE}/demanda/<int:demand>", field.demand, name="battle-demand"),
    path(f"{ONE}/voces", field.voice, name="battle-voice"),
    path(f"{ONE}/nudos", field.finding, name="battle-finding"),
    path(f"{ONE}/nudos/solicitudes", field.findings_request, name="battle-findings-request"),
    path(f"{ONE}/solicitudes/<int:link>/resultado", results.outcome, name="battle-outcome"),
    path(f"{ONE}/produccion", results.output, name="battle-output"),
    path(f"{ONE}/cerrar", results.close, name="battle-close"),
    path(f"{ONE}/lecciones", results.lessons, name="battle-lessons"),
    path(f"{ONE}/lecturas/<int:follow_up>", results.follow_up, name="battle-follow-up"),
    path(f"{ONE}/reparaciones-propias", results.own_repair, name="battle-own-repair"),
]
