from django.urls import path

from volunteers.views import applications, certificates, endorsements, invitations, joining, people, profile

app_name = "volunteers"
APPLICATION = "postulaciones/<uuid:pk>"
urlpatterns = [
    path("voluntariado", joining.join, name="join"),
    path("voluntariado/recibida", joining.joined, name="joined"),
    path("voluntariado/cuenta-lista", invitations.account_ready, name="account-ready"),
    path("voluntariado/invitacion/<str:token>", invitations.invitation, name="invitation"),
    path("postulaciones", applications.applications, name="applications"),
    path(APPLICATION, applications.application, name="application"),
    path(f"{APPLICATION}/confirmar", applications.confirm, name="application-confirm"),
    path(f"{APPLICATION}/rechazar", applications.reject, name="application-reject"),
    path(f"{APPLICATION}/reabrir", applications.reopen, name="application-reopen"),
    path("certificados", certificates.to_check, name="certificates-to-check"),
    path("certificados/<uuid:key>/foto", certificates.scan, name="certificate-scan"),
    path("certificados/<uuid:key>/confirmar", certificates.confirm, name="certificate-confirm"),
    path("certificados/<uuid:key>/rechazar", certificates.refuse, name="certificate-refuse"),
    path("avales/<str:token>", endorsements.by_link, name="endorse-link"),
    path("yo/avales", endorsements.endorsements, name="endorsements"),
    path("yo/avales/<int:pk>", endorsements.answer, name="endorsement-answer"),
    path("yo/certificados", certificates.certificates, name="certificates"),
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
    path("voluntarios/<int:pk>/invitar", invitations.invite, name="invite"),
    path("voluntarios/<int:pk>/certificados", certificates.certificates, name="certificates"),
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
