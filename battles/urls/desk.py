"""The desk: today, reports, requests, the order of the plants, and the reporter's page."""

from django.urls import path

from battles.views import desk, drafts, exports, plants, ranking, requests, status, today, triage

REPORT = "mesa/<uuid:pk>"
REQUEST = "solicitudes/<int:pk>"

urlpatterns = [
    path("s/<str:token>", status.report_status, name="report-status"),
    path("s/<str:token>/otra-vez", status.report_again, name="report-again"),
    path("hoy", today.today_page, name="today"),
    path("hoy/reportes/<uuid:pk>/tomar", today.take_report, name="today-report"),
    path("hoy/batallas/<int:pk>/tomar", today.take_battle, name="today-battle"),
    path("hoy/ilegibles/<int:pk>", today.raw_handled, name="raw-handled"),
    path("hoy/mensajes/<int:pk>/tomar", drafts.take, name="draft-take"),
    path("hoy/mensajes/<int:pk>/contacto", drafts.contact, name="draft-contact"),
    path("hoy/mensajes/<int:pk>/reporte", drafts.make_report, name="draft-report"),
    path("hoy/mensajes/<int:pk>/listo", drafts.handled, name="draft-handled"),
    path("hoy/sin-red/<int:pk>", today.missed_handled, name="missed-handled"),
    path("mesa", desk.queue, name="desk"),
    path("mesa/lista.<slug:kind>", exports.reports, name="desk-export"),
    path("mesa/varios", desk.bulk, name="desk-bulk"),
    path(REPORT, desk.report_page, name="report"),
    path(f"{REPORT}/tomar", triage.take, name="report-take"),
    path(f"{REPORT}/abrir", triage.open_from_report, name="report-open"),
    path(f"{REPORT}/unir", triage.join, name="report-join"),
    path(f"{REPORT}/responder", triage.answer, name="report-answer"),
    path(f"{REPORT}/ahora-no", triage.set_aside, name="report-aside"),
    path(f"{REPORT}/de-nuevo", triage.reopen, name="report-reopen"),
    path(f"{REPORT}/planta", triage.put, name="report-put"),
    path(f"{REPORT}/contacto", triage.contact, name="report-contact"),
    path(f"{REPORT}/variantes/<int:variant>", triage.see_variant, name="report-variant"),
    path("solicitudes", requests.request_list, name="requests"),
    path("solicitudes/lista.<slug:kind>", exports.requests, name="requests-export"),
    path(REQUEST, requests.request_page, name="request"),
    path(f"{REQUEST}/tomar", requests.take, name="request-take"),
    path(f"{REQUEST}/datos", requests.describe, name="request-describe"),
    path(f"{REQUEST}/demandas", requests.add_demand, name="request-demand-add"),
    path(f"{REQUEST}/demandas/<int:demand>", requests.change_demand, name="request-demand"),
    path(f"{REQUEST}/faltas", requests.add_need, name="request-need-add"),
    path(f"{REQUEST}/faltas/<int:need>", requests.change_need, name="request-need"),
    path(f"{REQUEST}/cancelar", requests.cancel, name="request-cancel"),
    path(f"{REQUEST}/reabrir", requests.reopen, name="request-reopen"),
    path("plantas", ranking.ranking, name="ranking"),
    path("plantas/lista.<slug:kind>", exports.plants, name="ranking-export"),
    path("maquinas/lista.<slug:kind>", exports.machines, name="machines-export"),
    path("plantas/<int:pk>", plants.plant, name="plant"),
    path("plantas/<int:pk>/orden", ranking.decide, name="plant-decide"),
    path("plantas/<int:pk>/sin-orden", ranking.drop, name="plant-drop"),
    path("maquinas/<int:pk>", plants.machine, name="machine"),
]
