from django.db import migrations, models

_BATCH = 10_000

_FILL = """
    UPDATE version AS v SET added = true
     WHERE v.serial > %(after)s AND v.serial <= %(after)s + %(batch)s AND NOT v.deleted
       AND NOT EXISTS (
           SELECT FROM version AS old
            WHERE old.container_id = v.container_id AND old.name = v.name AND NOT old.deleted
              AND old.valid_to = v.valid_from AND old.valid_from < v.valid_from)
"""


def _fill(apps, schema_editor):
    """Find out of each state whether there was one before it, some at a time."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(serial), 0) FROM version")
        [last] = cursor.fetchone()
        for after in range(0, last, _BATCH):
            cursor.execute(_FILL, {"after": after, "batch": _BATCH})


class Migration(migrations.Migration):
    """States that began a name can be counted by their time alone."""

    atomic = False

    dependencies = [("pithos_api", "0028_container_most_objects")]

    operations = [
        migrations.AddField("version", "added", models.BooleanField(db_default=False)),
        migrations.RunPython(_fill, migrations.RunPython.noop),
    ]
