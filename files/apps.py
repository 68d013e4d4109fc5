from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The web file browser, as a Django application."""

    name = "files"
    verbose_name = "Files"
