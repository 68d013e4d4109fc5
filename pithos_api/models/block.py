from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Block(models.Model):
    """A block that is durable: a row is inserted only after its bytes are.

    digest: SHA-256 of the block without trailing NULs; size: bytes without them.
    data: the bytes of a small block, which then is in no block store; else NULL.
    touched: when it was last sent, to within an hour.
    unused_since: when garbage collection first found that no version names it; NULL else.
    damaged: when its bytes were found damaged or missing; NULL as soon as they are sent again.
    """

    digest = models.BinaryField(primary_key=True, max_length=32)
    size = models.IntegerField()
    data = models.BinaryField(null=True)
    touched = models.DateTimeField(db_default=Now())
    unused_since = models.DateTimeField(null=True)
    damaged = models.DateTimeField(null=True)

    class Meta:
        db_table = "block"
        indexes = (
            models.Index(
                fields=["digest"], condition=models.Q(damaged__isnull=False), name="damaged_blocks"
            ),
        )

    def __str__(self) -> str:
        return bytes(self.digest).hex()


class BlockClaim(models.Model):
    """A user's right to name a block in a hashmap: they sent its bytes (contract Δ19).

    pending: its bytes, if it came on its own and no version of the user's names it yet; else NULL.
    """

    pk = models.CompositePrimaryKey("user_id", "digest")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    digest = models.BinaryField(max_length=32)
    claimed = models.DateTimeField(db_default=Now())
    pending = models.IntegerField(null=True)

    class Meta:
        db_table = "block_claim"
        indexes = (
            models.Index(
                fields=["user", "pending"],
                condition=models.Q(pending__isnull=False),
                name="unnamed_claims",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {bytes(self.digest).hex()}"


class LimitedClaim(models.Model):
    """A block that was sent with a token that reaches only a part of the account.

    bearer: what the token is known by, 32 bytes (``services.objects.claims``).
    """

    pk = models.CompositePrimaryKey("user_id", "bearer", "digest")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    bearer = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    claimed = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "limited_claim"

    def __str__(self) -> str:
        return f"{self.user_id} {bytes(self.bearer).hex()[:8]} {bytes(self.digest).hex()}"


class Collection(models.Model):
    """How far a pass of garbage collection has come, for the next process to go on there.

    by: ``serve`` or ``command``. stage: its name, "" when the pass has ended.
    after: what in the stage was done already. moved: the last change of this row.
    """

    by = models.CharField(primary_key=True, max_length=16)
    stage = models.CharField(max_length=16, default="")
    after = models.BinaryField(default=b"")
    moved = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "collection"

    def __str__(self) -> str:
        return f"{self.by}: {self.stage or 'ended'}"


class LateMD5(models.Model):
    """How far the MD5 of content has come that no version has yet; no row: not begun.

    done: bytes that were read. state: what goes on from there (``blocks.resumable_md5``); b"" where
    that cannot be stored. retry: when to try again, after blocks turned out missing or damaged.
    """

    pk = models.CompositePrimaryKey("merkle", "size")
    merkle = models.BinaryField(max_length=32)
    size = models.BigIntegerField()
    done = models.BigIntegerField(default=0)
    state = models.BinaryField(default=b"")
    retry = models.DateTimeField(null=True)

    class Meta:
        db_table = "late_md5"

    def __str__(self) -> str:
        return f"{bytes(self.merkle).hex()}: {self.done} of {self.size}"


class ScrubPass(models.Model):
    """The one row that says how far the reading of all blocks has come.

    position: the digest of the last block that was read, in order of digests; b"" at the start.
    finished: when the pass was through; NULL while it is under way.
    blocks, bytes, damaged: what this pass has read and found so far; missing ones are damaged.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    started = models.DateTimeField(db_default=Now())
    finished = models.DateTimeField(null=True)
    position = models.BinaryField(default=b"")
    blocks = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)

    class Meta:
        db_table = "scrub_pass"

    def __str__(self) -> str:
        return f"{self.blocks} blocks since {self.started}"


class Store(models.Model):
    """The one row that says how this store's bytes are cut; written on the first start.

    block_size: bytes. A hashmap means nothing under another size, so the start refuses one.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    block_size = models.IntegerField()
    created = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "store"

    def __str__(self) -> str:
        return f"blocks of {self.block_size} bytes"
