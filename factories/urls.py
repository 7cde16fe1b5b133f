from django.urls import path

from factories.views import labels, photos, report

app_name = "factories"
urlpatterns = [
    path("r/<str:token>", report.report, name="report"),
    path("reportar", report.report_anywhere, name="report-anywhere"),
    path("sin-red/reportar", report.report_offline, name="report-offline"),
    path("reportar/anotado/<str:signed>", report.kept, name="kept"),
    path("fotos/<uuid:pk>/<slug:size>", photos.photo, name="photo"),
    path("etiquetas/<int:pk>", labels.labels, name="labels"),
    path("etiquetas/<int:pk>/<int:label>/renovar", labels.renew, name="label-renew"),
    path("etiquetas/<int:pk>/<int:label>/retirar", labels.retire, name="label-retire"),
]
