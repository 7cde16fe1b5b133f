from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FactoriesConfig(AppConfig):
    name = "factories"
    label = "factories"
    verbose_name = _("Factories")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from epo.work.waiting import Kind, register  # noqa: PLC0415 -- apps are ready only now
        from factories.models import Photo  # noqa: PLC0415
        from factories.tasks import prepare_photo  # noqa: PLC0415

        register(Kind("photo", Photo.objects.all, prepare_photo, "received_at"))
