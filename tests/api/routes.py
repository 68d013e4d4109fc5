"""The views that the object API is made of, as the route table has them."""

from web.protocols import installed

ROUTES = [
    route
    for protocol in installed().protocols
    for route in protocol.routes
    if route.label != "watching"
]
VIEWS = [route.view for route in ROUTES]
