from django.apps import AppConfig


class BlobsConfig(AppConfig):
    """Encrypted blobs, as a Django application."""

    name = "blobs"
    verbose_name = "Encrypted blobs"
