from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Those that have ended are found by it; built while logins go on."""

    atomic = False

    dependencies = [("accounts", "0009_tokens_of_logins")]

    operations = [
        AddIndexConcurrently(
            "token",
            models.Index(
                fields=["expires"], condition=models.Q(by_login=True), name="token_by_login"
            ),
        )
    ]
