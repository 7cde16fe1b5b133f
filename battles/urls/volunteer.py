"""Addresses of a volunteer's own pages, the list to call, and the ledger of calls."""

from django.urls import path

from battles.views import calendars, calls, exports, fairness, volunteer

urlpatterns = [
    path("mis-batallas", volunteer.mine, name="mine"),
    path("mis-batallas/<int:pk>", volunteer.my_battle, name="my-battle"),
    path("mis-batallas/<int:pk>/llegue", volunteer.i_arrived, name="i-arrived"),
    path("mis-batallas/<int:pk>/en-casa", volunteer.i_am_home, name="i-am-home"),
    path("mis-batallas/<int:pk>/carta", volunteer.letter, name="letter"),
    path("mi-mes", volunteer.month, name="month"),
    path("equidad", fairness.fairness, name="fairness"),
    path("equidad/lista.<slug:kind>", exports.fairness, name="fairness-export"),
    path("calendario/<str:token>.ics", calendars.calendar, name="calendar"),
    path("calendario/<str:token>/batallas/<int:pk>.ics", calendars.battle_calendar, name="battle-calendar"),
    path("por-llamar", calls.to_call, name="to-call"),
    path("por-llamar/lista.<slug:kind>", exports.to_call, name="to-call-export"),
]
