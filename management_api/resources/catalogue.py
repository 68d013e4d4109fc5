"""All resources of the store, in the order in which documents tell them."""

from typing import Final

from management_api.engine.resource import Catalogue
from management_api.resources.blobs import BLOB
from management_api.resources.containers import CONTAINER, OBJECT_RESOURCE
from management_api.resources.images import IMAGE, MEMBER, SERVER
from management_api.resources.links import LINK
from management_api.resources.secrets import APP_PASSWORD, TOKEN
from management_api.resources.sharing import GROUP, PUBLICATION, SHARE
from management_api.resources.users import IDENTITY, USER

CATALOGUE: Final = Catalogue(
    [
        *(USER, TOKEN, APP_PASSWORD, IDENTITY, GROUP),
        *(CONTAINER, OBJECT_RESOURCE, SHARE, PUBLICATION, LINK),
        *(IMAGE, MEMBER, SERVER, BLOB),
    ]
)
