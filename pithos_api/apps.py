from django.apps import AppConfig


class PithosAPIConfig(AppConfig):
    """The object store, as a Django application."""

    name = "pithos_api"
    verbose_name = "The object store"
