"""The newest row of a name: its current version, or the tombstone that ended the last one."""


def newest_of(container: str, name: str) -> str:
    """Return what follows ``FROM version`` to find it: one probe of version_history.

    container, name: SQL. A range of one name, in order of names, is in no other index: given an
    equality, the planner would read the container's whole history (version_times) as long as it
    takes that for short.
    """
    return f"""
        WHERE container_id = {container} AND name BETWEEN {name} AND {name}
        ORDER BY name, valid_from DESC LIMIT 1"""
