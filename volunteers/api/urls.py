from django.urls import path

from volunteers.api import views

urlpatterns = [
    path("me/volunteer", views.MyProfile.as_view(), name="my-profile"),
    path("me/trades/<slug:code>", views.MyTrade.as_view(), name="my-trade"),
    path("me/absences", views.MyAbsences.as_view(), name="my-absences"),
    path("me/absences/<int:pk>", views.MyAbsence.as_view(), name="my-absence"),
    path("volunteers", views.Volunteers.as_view(), name="volunteers"),
    path("volunteers/<int:pk>", views.VolunteerPage.as_view(), name="volunteer"),
    path("trades", views.Trades.as_view(), name="trades"),
]
