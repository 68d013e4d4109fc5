"""Those blocks of an object that live in the database."""

from typing import NamedTuple

from pithos_api.models.statements.prepared import Statement


class SmallBlock(NamedTuple):
    """A block with its bytes."""

    digest: memoryview
    data: memoryview


# One probe of block_pkey a digest.
read_blocks = Statement(
    "read_blocks",
    SmallBlock,
    "SELECT digest, data FROM block WHERE digest = ANY(%(digests)s::bytea[]) AND data IS NOT NULL",
)
