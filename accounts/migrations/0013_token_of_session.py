from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Those that go with a session are found by it; built while logins go on."""

    atomic = False

    dependencies = [("accounts", "0012_token_session")]

    operations = [
        AddIndexConcurrently(
            "token",
            models.Index(
                fields=["session"], condition=~models.Q(session=""), name="token_of_session"
            ),
        )
    ]
