from battles.urls import battle, desk, impact, offer, run, volunteer

app_name = "battles"
urlpatterns = [
    *desk.urlpatterns,
    *battle.urlpatterns,
    *run.urlpatterns,
    *offer.urlpatterns,
    *volunteer.urlpatterns,
    *impact.urlpatterns,
]
