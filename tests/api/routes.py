"""The views of the object API in the route table; those of images, blobs and resources apart."""

from web.protocols import Protocol, Route, installed

IMAGES = {"plankton", "glance", "compute"}
OTHERS = {"blobs", "management", "openapi"}


def _routes(protocols: list[Protocol]) -> list[Route]:
    routes = [route for protocol in protocols for route in protocol.routes]
    return [route for route in routes if route.label != "watching"]


_EVERY = installed().protocols
ROUTES = _routes([each for each in _EVERY if each.name not in {*IMAGES, *OTHERS}])
BLOB_ROUTES = _routes([each for each in _EVERY if each.name == "blobs"])
IMAGE_ROUTES = _routes([each for each in _EVERY if each.name in IMAGES])
VIEWS = [route.view for route in ROUTES]
BLOB_VIEWS = [route.view for route in BLOB_ROUTES]
IMAGE_VIEWS = [route.view for route in IMAGE_ROUTES]
