from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FactoriesConfig(AppConfig):
    name = "factories"
    label = "factories"
    verbose_name = _("Factories")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from factories import menu  # noqa: PLC0415 -- models are there only now

        menu.register()
