from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "epo.core"
    label = "core"
    verbose_name = _("Core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from epo.core import (
            checks,  # noqa: F401 -- importing it registers the checks
            durability,
        )

        connection_created.connect(durability.refuse_unsafe, dispatch_uid="refuse unsafe databases")
