from django.apps import AppConfig


class ImagesConfig(AppConfig):
    """The registry of images, as a Django application."""

    name = "images"
    verbose_name = "Images"
