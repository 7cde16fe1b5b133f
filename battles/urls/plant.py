"""The plant's side: its own people, and the signed link for who has no account."""

from django.urls import path

from battles.views import member, plant_links

LINK = "planta/<str:token>"
BATTLE = "batallas/<int:pk>"

urlpatterns = [
    path("mi-planta", member.my_plants, name="my-plants"),
    path("plantas/<int:pk>/lecturas", member.plant_readings, name="plant-readings"),
    path("plantas/<int:pk>/reparacion", member.plant_repair, name="plant-repair"),
    path("maquinas/<int:pk>/estado", member.machine_state, name="machine-state"),
    path(f"{BATTLE}/acuerdo/confirmar", member.agreement_confirm, name="agreement-confirm"),
    path(f"{BATTLE}/acuerdo/imprimir", member.agreement_print, name="agreement-print"),
    path(f"{BATTLE}/produccion/<int:result>/confirmar", member.output_confirm, name="output-confirm"),
    path(f"{BATTLE}/produccion/<int:result>/corregir", member.output_correct, name="output-correct"),
    path(f"{BATTLE}/enlaces", member.link_make, name="plant-link-make"),
    path(f"{BATTLE}/enlaces/<int:link>/revocar", member.link_revoke, name="plant-link-revoke"),
    path(LINK, plant_links.plant_link, name="plant-link"),
    path(f"{LINK}/acuerdo", plant_links.agreement, name="plant-link-agreement"),
    path(f"{LINK}/acuerdo/imprimir", plant_links.agreement_print, name="plant-link-print"),
    path(f"{LINK}/produccion/<int:result>", plant_links.output, name="plant-link-output"),
    path(f"{LINK}/produccion/<int:result>/corregir", plant_links.output_correct, name="plant-link-correct"),
    path(f"{LINK}/lecturas", plant_links.readings, name="plant-link-readings"),
    path(f"{LINK}/reparacion", plant_links.repair, name="plant-link-repair"),
]
