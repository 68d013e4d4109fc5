"""What an object consists of: some of its digests, and those blocks that live in the database."""

from typing import NamedTuple

from pithos_api.models.statements.prepared import Statement


class SmallBlock(NamedTuple):
    """A block with its bytes."""

    digest: memoryview
    data: memoryview


class SomeDigests(NamedTuple):
    """Some of a version's digests, 32 bytes each, one after the other."""

    digests: memoryview


# One probe of block_pkey a digest.
read_blocks = Statement(
    "read_blocks",
    SmallBlock,
    "SELECT digest, data FROM block WHERE digest = ANY(%(digests)s::bytea[]) AND data IS NOT NULL",
)

# Of a long hashmap only these pages are read: it is stored without compression.
some_digests = Statement(
    "some_digests",
    SomeDigests,
    """
    SELECT substr(coalesce(hashmap, merkle),
                  32 * %(first)s::int + 1, 32 * %(count)s::int) AS digests
      FROM version WHERE serial = %(serial)s::bigint
    """,
)
