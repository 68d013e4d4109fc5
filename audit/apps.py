from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Connects what Django itself does, such as letting an operator in."""

    name = "audit"

    def ready(self) -> None:
        from audit import sessions

        sessions.connect()
