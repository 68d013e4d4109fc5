from django.apps import AppConfig


class OperatorsConfig(AppConfig):
    """The pages that operators work with, as a Django application."""

    name = "operators"
    verbose_name = "Operations"
