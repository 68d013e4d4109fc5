import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from pithos_api.models.container import Container
from pithos_api.models.expressions import BlockKeys, Infinity


class Version(models.Model):
    """One immutable state of an object. Only ``valid_to`` and ``etag`` ever change, once each.

    serial: the public version number; grows with every write of a name.
    valid_from, valid_to: the state at T is the row with valid_from < T <= valid_to. A
    tombstone (``deleted``) has valid_to = valid_from, so it is never anybody's state.
    etag: the MD5; until that is made, of large content in the background, what ``merkle`` is.
    merkle: the object's hash; with one block it is that block's digest.
    hashmap: the digests of two or more blocks, 32 bytes each, concatenated; else NULL.
    pieces: of very many blocks, whose digests are in pieces (``HashmapPiece``) and not in
    ``hashmap``: the hashes of the pieces in order, concatenated; else NULL.
    segmented_size, segmented_etag: of what a static manifest reads as; else NULL.
    manifest_by: who set the manifest, or stored the list or symlink, if another than
    ``modified_by``; 0 is anybody: it was put there by a copy that gives nobody's rights.
    symlink: what the object reads as in Swift's dialect (``values.Symlink``); else NULL. Its own
    bytes are none.
    expires: from when on the object is gone, even if it has no tombstone yet; NULL is never.
    expires_sent: seconds since the epoch as the client sent them, where no calendar goes so far.
    shares_second: whether the name had another state, or none, in the second in which this one
    began, so that a date of whole seconds does not say which is meant.
    moved: whether the UUID has another name before or after: a move put the object there, which
    stays true as it is overwritten, or is what left the tombstone.
    added: whether the name had no state right before it, as far as there is history.
    meta: user metadata of the domain ``pithos``; domains: that of all others, by domain.
    """

    serial = models.BigAutoField(primary_key=True)
    container = models.ForeignKey(
        Container, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    name = models.TextField(db_collation="C")
    uuid = models.UUIDField(default=uuid.uuid4)
    deleted = models.BooleanField(db_default=False)
    size = models.BigIntegerField()
    etag = models.BinaryField(max_length=32)
    merkle = models.BinaryField(max_length=32)
    hashmap = models.BinaryField(null=True)
    pieces = models.BinaryField(null=True)
    content_type = models.TextField()
    content_encoding = models.TextField(null=True)  # noqa: DJ001 - absent is not empty
    content_disposition = models.TextField(null=True)  # noqa: DJ001
    manifest = models.TextField(null=True)  # noqa: DJ001
    segmented_size = models.BigIntegerField(null=True)
    segmented_etag = models.BinaryField(max_length=16, null=True)
    manifest_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    symlink = models.JSONField(null=True)
    expires = models.DateTimeField(null=True)
    expires_sent = models.BigIntegerField(null=True)
    modified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(db_default=Infinity())
    shares_second = models.BooleanField(db_default=False)
    moved = models.BooleanField(db_default=False)
    added = models.BooleanField(db_default=False)
    meta = models.JSONField(default=dict)
    domains = models.JSONField(null=True)

    class Meta:
        db_table = "version"
        constraints = (
            models.UniqueConstraint(
                fields=["container", "name"],
                condition=Q(valid_to=Infinity()),
                name="version_current",
            ),
        )
        indexes = (
            models.Index(
                models.F("container"),
                models.F("name"),
                models.F("valid_from").desc(),
                name="version_history",
            ),
            # With what sums up how much changed when: the index alone answers.
            models.Index(
                fields=["container", "valid_from"],
                include=["size", "deleted", "added"],
                name="version_times",
            ),
            models.Index(models.F("merkle"), name="version_content"),
            # What has no MD5 yet. The current ones come first, then what was current last.
            models.Index(
                models.F("container"),
                models.F("valid_to").desc(),
                models.F("size"),
                condition=Q(etag=models.F("merkle"), deleted=False),
                name="version_late_md5",
            ),
            models.Index(
                models.F("expires"),
                condition=Q(valid_to=Infinity(), expires__isnull=False),
                name="version_expires",
            ),
            models.Index(fields=["uuid"], condition=Q(moved=True), name="version_moved"),
            # No list of pending entries: a writer would sort it in, at some upload, all at once.
            GinIndex(
                BlockKeys(models.F("hashmap")),
                condition=Q(hashmap__isnull=False),
                fastupdate=False,
                name="version_blocks",
            ),
            GinIndex(
                BlockKeys(models.F("pieces")),
                condition=Q(pieces__isnull=False),
                fastupdate=False,
                name="version_pieces",
            ),
            GinIndex(
                fields=["meta"],
                condition=Q(valid_to=Infinity()) & ~Q(meta={}),
                name="version_meta",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} #{self.serial}"


class HashmapPiece(models.Model):
    """Digests that follow each other in long hashmaps: ``PIECE_BLOCKS``, or fewer at the end.

    All versions of whatever object that have the same digests share it. It names its blocks as
    long as it is there, and is there as long as a version names it.

    hash: of the digests, as a subtree of the object's hash (``blocks.hashing.piece_hash``).
    digests: 32 bytes each, concatenated.
    """

    hash = models.BinaryField(primary_key=True, max_length=32)
    digests = models.BinaryField()

    class Meta:
        db_table = "hashmap_piece"
        indexes = (GinIndex(BlockKeys(models.F("digests")), fastupdate=False, name="piece_blocks"),)

    def __str__(self) -> str:
        return bytes(self.hash).hex()
