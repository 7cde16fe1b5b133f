from django.urls import path

from volunteers.views import people, profile

app_name = "volunteers"
urlpatterns = [
    path("yo", profile.me, name="me"),
    path("yo/datos", profile.profile, name="profile"),
    path("yo/contacto", profile.contact, name="contact"),
    path("yo/pausa", profile.standing, name="standing"),
    path("yo/oficios", profile.trades, name="trades"),
    path("yo/oficios/<slug:code>/quitar", profile.remove_trade, name="remove-trade"),
    path("yo/ausencias", profile.absences, name="absences"),
    path("yo/ausencias/<int:absence_pk>/quitar", profile.remove_absence, name="remove-absence"),
    path("voluntarios", people.people, name="list"),
    path("voluntarios/<int:pk>", people.volunteer, name="volunteer"),
    path("voluntarios/<int:pk>/datos", profile.profile, name="profile"),
    path("voluntarios/<int:pk>/contacto", profile.contact, name="contact"),
    path("voluntarios/<int:pk>/pausa", profile.standing, name="standing"),
    path("voluntarios/<int:pk>/oficios", profile.trades, name="trades"),
    path("voluntarios/<int:pk>/oficios/<slug:code>/quitar", profile.remove_trade, name="remove-trade"),
    path("voluntarios/<int:pk>/ausencias", profile.absences, name="absences"),
    path(
        "voluntarios/<int:pk>/ausencias/<int:absence_pk>/quitar",
        profile.remove_absence,
        name="remove-absence",
    ),
]
