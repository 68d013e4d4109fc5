from django.db import models
from django.db.models.functions import Now

from pithos_api.models.container import Container


class Link(models.Model):
    """A key that lets whoever has it read an object, or a folder, as its owner may.

    key: random, never reused. name: as of ``LinkState``; what is there now is read, also if it was
    deleted and made anew. password: hashed, "" is none. downloads_left: NULL is any number.
    """

    key = models.CharField(max_length=32, db_collation="C")
    container = models.ForeignKey(Container, models.CASCADE, related_name="links", db_index=False)
    name = models.TextField(db_collation="C")
    is_folder = models.BooleanField()
    created = models.DateTimeField(db_default=Now())
    expires = models.DateTimeField(null=True)
    password = models.CharField(max_length=256, db_default="")
    downloads_left = models.PositiveIntegerField(null=True)
    used = models.PositiveBigIntegerField(db_default=0)
    last_used = models.DateTimeField(null=True)

    class Meta:
        db_table = "link"
        constraints = (models.UniqueConstraint(fields=["key"], name="link_of_key"),)
        indexes = (models.Index(fields=["container", "name"], name="links_of_name"),)

    def __str__(self) -> str:
        return f"{self.container}/{self.name}"
