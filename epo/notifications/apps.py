from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "epo.notifications"
    label = "notifications"
    verbose_name = _("Notifications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from epo.notifications.models import Notification, Received
        from epo.notifications.tasks import answer_message, deliver
        from epo.work.waiting import Kind, register

        register(Kind("notification", Notification.objects.with_due_at, deliver, "due_at"))
        register(Kind("message", Received.objects.all, answer_message, "received_at"))
