from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FactoriesConfig(AppConfig):
    name = "factories"
    label = "factories"
    verbose_name = _("Factories")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from epo.work.readiness import QUESTIONS
        from epo.work.waiting import Kind, register
        from factories import menu, notices, sanity  # noqa: F401 -- importing the notices registers them
        from factories.models import Photo
        from factories.readiness import disk
        from factories.tasks import prepare_photo

        menu.register()
        sanity.register_all()
        QUESTIONS.append(disk)
        register(Kind("photo", Photo.objects.all, prepare_photo, "received_at"))
