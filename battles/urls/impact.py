"""What was achieved, for everybody, and the coordinators' overview."""

from django.urls import path

from battles.views import impact, open_data, overview

urlpatterns = [
    path("logros", impact.achieved, name="achieved"),
    path("logros/<slug:what>", impact.achieved_detail, name="achieved-detail"),
    path("datos-abiertos", open_data.described, name="open-data"),
    path("datos-abiertos/reparaciones.csv", open_data.as_csv, name="open-data-csv"),
    path("datos-abiertos/reparaciones.json", open_data.as_json, name="open-data-json"),
    path("panorama", overview.overview, name="overview"),
]
