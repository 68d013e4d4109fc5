"""Which part of an account or a container is to be listed (contract §2.2, §2.3)."""

from pithos_api.http.parsing.listings import object_page, read_delimiter, read_page
from pithos_api.values import ContainerPath, ObjectPage
from pithos_api.values.requests import ListContainers, ListObjects
from web.fields.conditions import read_conditions
from web.negotiation import negotiate
from web.request_head import RequestHead


def read_containers(head: RequestHead, _: str) -> ListContainers:
    """Return which containers are wanted, and in which form. Raises: InvalidTimeError."""
    return ListContainers(read_page(head), negotiate(head), read_conditions(head))


def read_objects(head: RequestHead, _: ContainerPath) -> ListObjects:
    """Return which objects are wanted, and in which form. Raises: InvalidTimeError."""
    return ListObjects(read_object_page(head), negotiate(head), read_conditions(head))


def read_object_page(head: RequestHead) -> ObjectPage:
    """Return which objects are wanted (contract §2.3, GET): ``path`` overrides the rest.

    Clients of Pithos send every parameter, also those that they do not use: empty ones are absent.

    Raises: InvalidTimeError.
    """
    path = head.query.get("path", "")
    prefix = (path or head.query.get("prefix", "")).lstrip("/")
    delimiter = "/" if path else read_delimiter(head)
    if prefix and delimiter and not prefix.endswith(delimiter):
        prefix += delimiter
    return object_page(head, prefix, delimiter, folders=not path)
