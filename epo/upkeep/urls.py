from django.urls import path

from epo.upkeep import views

app_name = "upkeep"
urlpatterns = [
    path("sistema/", views.system_page, name="page"),
    path("sistema/respaldo", views.back_up, name="back-up"),
    path("sistema/revision", views.check_data, name="check"),
    path("sistema/otra-vez/<str:kind>/<slug:pk>", views.try_again, name="retry"),
]
