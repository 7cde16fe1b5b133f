from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from epo.core.pages import style_guide

urlpatterns = [
    path("", include("epo.work.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("epo.accounts.urls")),
    path("", include("epo.notifications.urls")),
    path("", include("volunteers.urls")),
    path("", include("factories.urls")),
    path("", include("battles.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("guia/", style_guide))

handler500 = "epo.core.pages.server_error"
