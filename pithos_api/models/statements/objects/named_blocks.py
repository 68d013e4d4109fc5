"""Whether a user has a version with a block: in their account, or written by them elsewhere."""

from pithos_api.models.statements.hashmaps.hashmap_pieces import named_in_pieces


def names_block(claim: str) -> str:
    """Return SQL for whether the user of ``claim`` has a version with its block.

    claim: the name of something with the columns user_id and digest.
    """
    theirs = f"""
        (v.modified_by_id = {claim}.user_id
         OR (SELECT account_id FROM container c WHERE c.id = v.container_id) = {claim}.user_id)"""
    return f"""
    (SELECT 1 FROM version v WHERE v.merkle = {claim}.digest AND {theirs}
      LIMIT 1) IS NOT NULL
    OR (SELECT 1 FROM version v
         WHERE v.hashmap IS NOT NULL
           AND block_keys(v.hashmap) @> ARRAY[substr({claim}.digest, 1, 8)] AND {theirs}
         LIMIT 1) IS NOT NULL
    OR {named_in_pieces(f"{claim}.digest", theirs)} IS NOT NULL"""
