from django.urls import path

from volunteers.api import applications, papers, views

urlpatterns = [
    path("me/volunteer", views.MyProfile.as_view(), name="my-profile"),
    path("me/standing", views.MyStanding.as_view(), name="my-standing"),
    path("me/trades/<slug:code>", views.MyTrade.as_view(), name="my-trade"),
    path("me/absences", views.MyAbsences.as_view(), name="my-absences"),
    path("me/absences/<int:pk>", views.MyAbsence.as_view(), name="my-absence"),
    path("volunteers", views.Volunteers.as_view(), name="volunteers"),
    path("volunteers/<int:pk>", views.VolunteerPage.as_view(), name="volunteer"),
    path("volunteers/<int:pk>/standing", views.StandingOf.as_view(), name="volunteer-standing"),
    path("volunteers/<int:pk>/trades/<slug:code>", views.TradeOf.as_view(), name="volunteer-trade"),
    path("volunteers/<int:pk>/absences", views.AbsencesOf.as_view(), name="volunteer-absences"),
    path("volunteers/<int:pk>/absences/<int:absence>", views.AbsenceOf.as_view(), name="volunteer-absence"),
    path("trades", views.Trades.as_view(), name="trades"),
    *applications.urlpatterns,
    *papers.urlpatterns,
]
