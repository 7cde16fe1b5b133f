from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.cache import cache_control, cache_page
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from battles.api.battle_urls import urlpatterns as api_of_battles
from battles.api.fairness import urlpatterns as api_of_fairness
from battles.api.offers import urlpatterns as api_of_offers
from battles.api.plant_says import urlpatterns as api_of_what_plants_say
from battles.api.plants import urlpatterns as api_of_plants
from battles.api.request_parts import urlpatterns as api_of_request_parts
from battles.api.requests import urlpatterns as api_of_requests
from battles.api.runs import urlpatterns as api_of_runs
from battles.api.sync import urlpatterns as api_of_sync
from battles.api.work_photos import urlpatterns as api_of_work_photos
from battles.views.impact import front
from epo.accounts.views import about, set_language
from epo.api.docs import DocsView
from epo.core import offline
from epo.core.pages import style_guide
from factories.api.urls import urlpatterns as api_of_factories
from volunteers.api.urls import urlpatterns as api_of_volunteers

SCHEMA_KEPT = 3600
"""Seconds: it is the same for everybody, and costs a second."""
schema = cache_control(private=True)(cache_page(SCHEMA_KEPT)(SpectacularAPIView.as_view()))

urlpatterns = [
    path("", include("epo.work.urls")),
    path("language/", set_language, name="set_language"),
    path("admin/password_change/", RedirectView.as_view(pattern_name="accounts:password")),  # one form, one count
    path("admin/", admin.site.urls),
    path("", front, name="home"),
    path("acerca", about, name="about"),
    path("sw.js", offline.service_worker, {"pages": ("offline", "factories:report-offline")}, name="service-worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("sin-red", offline.waiting, name="offline"),
    path(
        "api/v1/",
        include(
            (
                [
                    *api_of_factories,
                    *api_of_requests,
                    *api_of_request_parts,
                    *api_of_battles,
                    *api_of_plants,
                    *api_of_what_plants_say,
                    *api_of_runs,
                    *api_of_offers,
                    *api_of_fairness,
                    *api_of_sync,
                    *api_of_work_photos,
                    *api_of_volunteers,
                ],
                "api",
            )
        ),
    ),
    path("api/schema/", schema, name="api-schema"),
    path("api/docs/", DocsView.as_view(), name="api-docs"),
    path("", include("epo.accounts.urls")),
    path("", include("epo.upkeep.urls")),
    path("", include("epo.notifications.urls")),
    path("", include("volunteers.urls")),
    path("", include("factories.urls")),
    path("", include("battles.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("guia/", style_guide))

handler404 = "epo.core.pages.not_found"
handler500 = "epo.core.pages.server_error"
