from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BattlesConfig(AppConfig):
    name = "battles"
    label = "battles"
    verbose_name = _("Battles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from battles import menu, notices, offer_notices, sanity, trail  # noqa: F401 -- apps are ready only now
        from battles.models import MatchingRun
        from battles.talks.answering import answer
        from battles.tasks import carry_out_run
        from epo.notifications.incoming import set_answerer
        from epo.work.waiting import Kind, register

        menu.register()
        sanity.register_all()
        set_answerer(answer)
        register(Kind("matching_run", MatchingRun.objects.all, carry_out_run, "asked_at"))
