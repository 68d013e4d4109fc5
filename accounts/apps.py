from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, tokens and identity backends, as a Django application."""

    name = "accounts"
    verbose_name = "Who is calling"

    def ready(self) -> None:
        """Build the chain of identity backends, so that a wrong one stops the start."""
        from accounts.identity import current

        current()
