from django.apps import AppConfig


class PithosAPIConfig(AppConfig):
    name = "pithos_api"
    verbose_name = "The object store"
