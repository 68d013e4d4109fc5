from django.db import migrations, models


class Migration(migrations.Migration):
    """Versions of very many blocks name pieces. Those that are there keep their hashmaps."""

    dependencies = [("pithos_api", "0024_hashmap_piece")]

    operations = [
        migrations.AddField("version", "pieces", models.BinaryField(null=True)),
        migrations.RunSQL(
            "ALTER TABLE version ALTER COLUMN pieces SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
    ]
