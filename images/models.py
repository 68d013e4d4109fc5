from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Image(models.Model):
    """An object that is registered as an image: a row of what its version and sharing say.

    Triggers keep it (migration 0001), in the transaction of whatever changes the object. Nobody
    else writes it, and backups leave it out: it is made anew of the versions.

    id: the object's UUID. serial: its current version. container_name, object: its names.
    account: the owner's name. suspended: whether the owner is; others then see nothing of it.
    etag: MD5; NULL until it is made, and where the bytes are others' joined.
    sha512: hex; "" where it is not known.
    readers: who besides the owner may read the object, as in grants; ``*`` is everybody.
    visibility: what that makes it, as ``values.images.Visibility`` calls it.
    updated: the last change of the object, of its attributes or of its sharing.
    """

    id = models.UUIDField(primary_key=True)
    serial = models.BigIntegerField()
    container_id = models.BigIntegerField()
    container_name = models.TextField(db_collation="C")
    object = models.TextField(db_collation="C")
    owner_id = models.BigIntegerField()
    account = models.TextField(db_collation="C")
    suspended = models.BooleanField()
    name = models.TextField(db_collation="C")
    status = models.TextField()
    disk_format = models.TextField()
    container_format = models.TextField()
    size = models.BigIntegerField()
    etag = models.BinaryField(max_length=16, null=True)
    merkle = models.BinaryField(max_length=32)
    sha512 = models.TextField()
    created = models.DateTimeField()
    updated = models.DateTimeField()
    expires = models.DateTimeField(null=True)
    protected = models.BooleanField()
    hidden = models.BooleanField()
    min_disk = models.IntegerField()
    min_ram = models.IntegerField()
    tags = ArrayField(models.TextField())
    properties = models.JSONField()
    server = models.BigIntegerField(null=True)
    made = models.BooleanField()
    readers = ArrayField(models.TextField(db_collation="C"))
    visibility = models.TextField()

    class Meta:
        managed = False
        db_table = "image"

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


class GoneImage(models.Model):
    """An image that was deleted or unregistered within the last day. Triggers keep it, too.

    updated: when that was. readers: who could see it then.
    """

    id = models.UUIDField(primary_key=True)
    name = models.TextField(db_collation="C")
    owner_id = models.BigIntegerField()
    account = models.TextField(db_collation="C")
    created = models.DateTimeField()
    updated = models.DateTimeField()
    readers = ArrayField(models.TextField(db_collation="C"))

    class Meta:
        managed = False
        db_table = "image_gone"

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


class Membership(models.Model):
    """What somebody says to being given an image. Without a row the image is accepted.

    member: an account. It is one only while it is among the image's readers.
    """

    image = models.UUIDField()
    member = models.TextField(db_collation="C")
    status = models.CharField(max_length=8)
    created = models.DateTimeField(db_default=Now())
    updated = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "image_membership"
        constraints = (
            models.UniqueConstraint(fields=["image", "member"], name="image_membership_once"),
        )

    def __str__(self) -> str:
        return f"{self.image} {self.member}: {self.status}"


class Server(models.Model):
    """A machine whose disk is an object, of which images can be made.

    disk: the object's UUID. container, object: where it was seen last.
    """

    name = models.CharField(max_length=255)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="servers")
    disk = models.UUIDField()
    container = models.CharField(max_length=256, db_collation="C")
    object = models.TextField(db_collation="C")
    created = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "image_server"

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"

    @property
    def account(self) -> str:
        """Whose it is, for the audit log."""
        return self.owner.account
