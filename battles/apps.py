from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BattlesConfig(AppConfig):
    name = "battles"
    label = "battles"
    verbose_name = _("Battles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from battles import menu, notices, offer_notices  # noqa: F401, PLC0415 -- models are there only now

        menu.register()
