from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    name = "epo.upkeep"
    label = "upkeep"
    verbose_name = _("Upkeep")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from epo.accounts.actions import forget_password_links
        from epo.upkeep import actions, chores, menu, promises
        from epo.upkeep.models import Backup, SanityRun
        from epo.upkeep.readiness import backup
        from epo.upkeep.tasks import carry_out_backup, carry_out_sanity
        from epo.work.actions import forget_old_traces
        from epo.work.readiness import QUESTIONS
        from epo.work.waiting import Kind, register

        menu.register()
        promises.register_all()
        QUESTIONS.append(backup)
        register(Kind("backup", Backup.objects.all, carry_out_backup, "asked_at"))
        register(Kind("sanity", SanityRun.objects.all, carry_out_sanity, "asked_at"))
        chores.register("sessions", chores.forget_sessions)
        chores.register("password_links", forget_password_links)
        chores.register("sign_ins", chores.forget_wrong_sign_ins)
        chores.register("devices", chores.forget_old_devices)
        chores.register("traces", forget_old_traces)
        chores.register("runs", actions.forget_old_runs)
        chores.register("files", chores.forget_orphaned_files)
        chores.register("sanity", actions.ask_for_nightly_sanity)
