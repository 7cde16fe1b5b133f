from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "epo.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from epo.accounts import middleware, notices  # noqa: F401 -- who signs in is noted; what can be told is registered
        from epo.accounts.models import PasswordLink
        from epo.accounts.tasks import mail_password_link
        from epo.work.waiting import Kind, register

        register(Kind("password link", PasswordLink.objects.all, mail_password_link, "made_at"))
