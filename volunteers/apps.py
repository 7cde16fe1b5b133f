from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    name = "volunteers"
    label = "volunteers"
    verbose_name = _("Volunteers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from volunteers import menu, notices, sanity, trail  # noqa: F401 -- apps are ready only now

        menu.register()
        sanity.register_all()
