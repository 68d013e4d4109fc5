import django.db.models.functions.datetime
from django.db import migrations, models

# The copy is made first: taken out of the table's storage once, and not for each digest.
BLOCK_KEYS = """
    CREATE FUNCTION block_keys(hashmap bytea) RETURNS bytea[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT array_agg(substr(whole.digests, 32 * part + 1, 8))
          FROM (SELECT hashmap || ''::bytea AS digests OFFSET 0) AS whole,
               generate_series(0, length(hashmap) / 32 - 1) AS part
    $$
"""


class Migration(migrations.Migration):
    """What garbage collection keeps: since when blocks are unused, and how far it has come."""

    dependencies = [("pithos_api", "0006_version_expires")]

    operations = [
        migrations.AddField("block", "unused_since", models.DateTimeField(null=True)),
        migrations.AddField("container", "keep_days", models.IntegerField(null=True)),
        migrations.AddField("container", "keep_versions", models.IntegerField(null=True)),
        migrations.CreateModel(
            name="Collection",
            fields=[
                ("by", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("stage", models.CharField(default="", max_length=16)),
                ("after", models.BinaryField(default=b"")),
                ("moved", models.DateTimeField(
                    db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"db_table": "collection"},
        ),
        migrations.RunSQL(BLOCK_KEYS, "DROP FUNCTION block_keys(bytea)"),
    ]
