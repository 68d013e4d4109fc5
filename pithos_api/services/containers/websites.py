"""What containers that are websites say of themselves."""

import orjson

from pithos_api.models.statements.containers.find_website import find_website
from pithos_api.values import ContainerPath, ObjectPath


def read_web_metadata(path: ContainerPath | ObjectPath) -> dict[str, str]:
    """Return the metadata of the path's container if it makes a website; no rights are asked.

    So nobody is told of it who may read nothing there. Of a suspended user's container there is
    none. One statement.
    """
    row = find_website.one({"account": path.account, "container": path.container})
    return {} if row is None else orjson.loads(row.meta)
