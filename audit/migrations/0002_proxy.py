from django.db import migrations, models

# What is undone keeps the column: the log of a store that gets an old backup loses nothing.
_ADD = """
    ALTER TABLE audit_event ADD COLUMN IF NOT EXISTS proxy text COLLATE "C" NOT NULL DEFAULT ''"""


class Migration(migrations.Migration):
    """In whose place somebody acted."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            _ADD,
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AddField(
                    "event",
                    "proxy",
                    models.TextField(db_collation="C", verbose_name="by proxy of"),
                )
            ],
        )
    ]
