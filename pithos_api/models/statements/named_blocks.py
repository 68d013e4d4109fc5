"""Whether a user has a version with a block: in their account, or written by them elsewhere."""


def names_block(claim: str) -> str:
    """Return SQL for whether the user of ``claim`` has a version with its block.

    claim: the name of something with the columns user_id and digest.
    """
    return f"""
    (SELECT 1 FROM version v LEFT JOIN container c ON c.id = v.container_id
      WHERE v.merkle = {claim}.digest
        AND (v.modified_by_id = {claim}.user_id OR c.account_id = {claim}.user_id)
      LIMIT 1) IS NOT NULL
    OR (SELECT 1 FROM version v LEFT JOIN container c ON c.id = v.container_id
         WHERE v.hashmap IS NOT NULL
           AND block_keys(v.hashmap) @> ARRAY[substr({claim}.digest, 1, 8)]
           AND (v.modified_by_id = {claim}.user_id OR c.account_id = {claim}.user_id)
         LIMIT 1) IS NOT NULL"""
