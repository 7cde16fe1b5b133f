from django.conf import settings
from django.db import migrations, models


def measure_and_erase(apps, schema_editor):
    """What was dealt with before this rule is erased now."""
    rows = apps.get_model("factories", "RawIntake").objects
    for raw in rows.only("pk", "body", "handled_at").iterator():
        body = raw.body if raw.handled_at is None else b""
        rows.filter(pk=raw.pk).update(size=len(raw.body), body=body)


class Migration(migrations.Migration):
    dependencies = [
        ("factories", "0002_order_by_folded_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="rawintake",
            name="size",
            field=models.PositiveIntegerField(default=0, verbose_name="size (bytes)"),
        ),
        migrations.RunPython(measure_and_erase, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="rawintake",
            constraint=models.CheckConstraint(
                condition=models.Q(("handled_at", None), ("body", b""), _connector="OR"),
                name="intake_is_erased_once_handled",
            ),
        ),
    ]
