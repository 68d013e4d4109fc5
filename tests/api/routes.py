"""The views that the object API is made of, as the route table has them; those of images apart."""

from web.protocols import Protocol, Route, installed

IMAGES = {"plankton", "glance", "compute"}


def _routes(protocols: list[Protocol]) -> list[Route]:
    routes = [route for protocol in protocols for route in protocol.routes]
    return [route for route in routes if route.label != "watching"]


_EVERY = installed().protocols
ROUTES = _routes([each for each in _EVERY if each.name not in IMAGES])
IMAGE_ROUTES = _routes([each for each in _EVERY if each.name in IMAGES])
VIEWS = [route.view for route in ROUTES]
IMAGE_VIEWS = [route.view for route in IMAGE_ROUTES]
