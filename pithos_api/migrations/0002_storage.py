from django.db import migrations


class Migration(migrations.Migration):
    """How Postgres keeps the wide columns: digests and block bytes do not compress."""

    dependencies = [("pithos_api", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE block ALTER COLUMN data SET STORAGE EXTERNAL;
            ALTER TABLE version ALTER COLUMN hashmap SET STORAGE EXTERNAL;
            -- Rows come and go within a second: vacuum by their number, not by the table's size.
            ALTER TABLE usage_delta SET (
                autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
            """,
            """
            ALTER TABLE block ALTER COLUMN data SET STORAGE EXTENDED;
            ALTER TABLE version ALTER COLUMN hashmap SET STORAGE EXTENDED;
            ALTER TABLE usage_delta RESET (
                autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
            """,
        )
    ]
