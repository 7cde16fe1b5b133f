from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "epo.audit"
    label = "audit"
    verbose_name = _("Audit")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from epo.audit.models import AuditEvent
        from epo.work.outages import register_witness

        register_witness(AuditEvent.objects.newest_at)
