from django.urls import path

from epo.notifications import views

app_name = "notifications"
urlpatterns = [
    path("mensajes/sms", views.sms, name="sms"),
    path("mensajes/telegram", views.from_telegram, name="from-telegram"),
    path("avisos", views.notices, name="list"),
    path("avisos/ajustes", views.wishes, name="wishes"),
    path("avisos/leidos", views.read_all, name="read-all"),
    path("avisos/<int:pk>", views.read, name="read"),
]
