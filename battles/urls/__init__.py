from battles.urls import battle, desk, impact, offer, plant, run, volunteer

app_name = "battles"
urlpatterns = [
    *desk.urlpatterns,
    *battle.urlpatterns,
    *plant.urlpatterns,
    *run.urlpatterns,
    *offer.urlpatterns,
    *volunteer.urlpatterns,
    *impact.urlpatterns,
]
