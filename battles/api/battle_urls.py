from django.urls import path

from battles.api import battle_parts, battles, in_the_plant, pins

ONE = "battles/<int:pk>"

urlpatterns = [
    path("battles", battles.BattleList.as_view(), name="battles"),
    path(ONE, battles.BattleDetail.as_view(), name="battle"),
    path(f"{ONE}/ask", battles.Ask.as_view(), name="battle-ask"),
    path(f"{ONE}/draft", battles.Draft.as_view(), name="battle-draft"),
    path(f"{ONE}/call-off", battles.CallOff.as_view(), name="battle-call-off"),
    path(f"{ONE}/begin", battles.Begin.as_view(), name="battle-begin"),
    path(f"{ONE}/close", battles.Close.as_view(), name="battle-close"),
    path(f"{ONE}/requests", battles.AddRequest.as_view(), name="battle-requests"),
    path(f"{ONE}/seats", battles.AddSeats.as_view(), name="battle-seats"),
    path(f"{ONE}/seats/fill", battles.FillSeats.as_view(), name="battle-seats-fill"),
    path(f"{ONE}/pins", pins.Pins.as_view(), name="battle-pins"),
    path(f"{ONE}/pins/<int:volunteer>", pins.OnePin.as_view(), name="battle-pin"),
    path(f"{ONE}/pinned-start", pins.PinnedStart.as_view(), name="battle-pinned-start"),
    path(f"{ONE}/agreement", battles.Agree.as_view(), name="battle-agreement"),
    path(f"{ONE}/agreement/waive", battles.Waive.as_view(), name="battle-waive"),
    path(f"{ONE}/arrivals", battles.Arrive.as_view(), name="battle-arrivals"),
    path(f"{ONE}/home", battles.GoHome.as_view(), name="battle-home"),
    path(f"{ONE}/machines-found", battles.Found.as_view(), name="battle-found"),
    path(f"{ONE}/outcomes", battles.Outcome.as_view(), name="battle-outcomes"),
    path(f"{ONE}/output", battles.Output.as_view(), name="battle-output"),
    *battle_parts.urlpatterns,
    *in_the_plant.urlpatterns,
]
