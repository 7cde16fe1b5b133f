from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FactoriesConfig(AppConfig):
    name = "factories"
    label = "factories"
    verbose_name = _("Factories")
    default_auto_field = "django.db.models.BigAutoField"
