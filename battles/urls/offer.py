"""Addresses of offers."""

from django.urls import path

from battles.views import offers

urlpatterns = [
    path("c/<str:token>", offers.offer_link, name="offer-link"),
    path("p/<str:token>", offers.plan_link, name="plan-link"),
    path("convocatorias/<int:pk>", offers.offer, name="offer"),
    path("convocatorias/<int:pk>/soltar", offers.let_go, name="offer-let-go"),
]
