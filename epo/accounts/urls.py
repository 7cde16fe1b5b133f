from django.urls import path

from epo.accounts import views

app_name = "accounts"
urlpatterns = [
    path("entrar", views.SignIn.as_view(), name="login"),
    path("salir", views.SignOut.as_view(), name="logout"),
    path("clave", views.ChangePassword.as_view(), name="password"),
    path("clave/cambiada", views.password_changed, name="password-changed"),
]
