from django.urls import path

from factories.api import labels, views

urlpatterns = [
    path("reports/<uuid:pk>", views.ReportView.as_view(), name="report"),
    path("reports/<uuid:pk>/photos/<uuid:photo>", views.PhotoView.as_view(), name="photo"),
    *labels.urlpatterns,
]
