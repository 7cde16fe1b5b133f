from django.urls import path

from epo.accounts.views import account, passwords, people, sign_in, tokens

app_name = "accounts"
urlpatterns = [
    path("entrar", sign_in.SignIn.as_view(), name="login"),
    path("entrar/codigo", sign_in.code, name="code"),
    path("entrar/segundo-paso", account.factor, name="factor"),
    path("salir", sign_in.sign_out, name="logout"),
    path("clave", account.ChangePassword.as_view(), name="password"),
    path("clave/cambiada", account.password_changed, name="password-changed"),
    path("clave/olvidada", passwords.forgotten, name="forgotten"),
    path("clave/olvidada/enviada", passwords.forgotten_sent, name="forgotten-sent"),
    path("clave/nueva/<str:token>", passwords.new_password, name="new-password"),
    path("cuenta", account.account, name="account"),
    path("cuenta/confirmar", sign_in.confirm, name="confirm"),
    path("cuenta/recuperacion", account.renew_codes, name="recovery"),
    path("cuenta/segundo-paso/quitar", account.remove_factor, name="factor-remove"),
    path("cuenta/sesiones/<int:pk>/terminar", account.end_session, name="session-end"),
    path("cuenta/salir-de-todo", account.sign_out_everywhere, name="sign-out-everywhere"),
    path("cuenta/llaves", tokens.tokens, name="tokens"),
    path("cuenta/llaves/nueva", tokens.make_token, name="token-make"),
    path("cuenta/llaves/<int:pk>/anular", tokens.revoke_token, name="token-revoke"),
    path("cuenta/calendario", tokens.new_calendar, name="calendar-new"),
    path("cuenta/calendario/quitar", tokens.drop_calendar, name="calendar-drop"),
    path("cuentas", people.people, name="people"),
    path("cuentas/<int:pk>", people.person, name="person"),
    path("cuentas/<int:pk>/enlace", people.hand_out_link, name="person-link"),
    path("cuentas/<int:pk>/salir", people.sign_out_person, name="person-sign-out"),
    path("cuentas/<int:pk>/segundo-paso", people.reset_factor, name="person-factor"),
]
