"""Every method of every view of images, and what each kind of caller is answered."""

from tests.images.client import of_meta
from tests.images.world import Row

V1 = "/image/v1"
OBJECT = of_meta(Name="o", Location="pithos://{owner}/c/object")


def plankton(view: str, method: str, path: str, *rest: object) -> Row:
    return Row(f"Plankton{view}View", method, f"{V1}/images/{path}", *rest)  # type: ignore[arg-type]


PLANKTON = [
    plankton("Images", "GET", "", "200 200 200"),
    Row("PlanktonImagesView", "POST", f"{V1}/images/", "200 403 403", None, OBJECT),
    plankton("Detail", "GET", "detail", "200 200 200"),
    *(
        plankton("Image", method, f"{{{kind}}}", statuses)
        for method, kind, statuses in (
            ("HEAD", "private", "200 404 404"),
            ("HEAD", "shared", "200 200 404"),
            ("HEAD", "public", "200 200 200"),
            ("GET", "private", "200 404 404"),
            ("GET", "shared", "200 200 404"),
            ("GET", "public", "200 200 200"),
            ("PUT", "private", "200 404 404"),
            ("PUT", "shared", "200 403 404"),
            ("PUT", "public", "200 403 403"),
            ("DELETE", "private", "204 404 404"),
            ("DELETE", "shared", "204 403 404"),
            ("DELETE", "public", "204 403 403"),
        )
    ),
    plankton("Members", "GET", "{private}/members", "200 404 404"),
    plankton("Members", "GET", "{shared}/members", "200 200 404"),
    plankton("Members", "PUT", "{private}/members", "204 404 404", {"memberships": []}),
    plankton("Members", "PUT", "{shared}/members", "204 403 404", {"memberships": []}),
    plankton("Member", "PUT", "{private}/members/me", "204 404 404"),
    plankton("Member", "PUT", "{shared}/members/me", "204 403 404"),
    plankton("Member", "DELETE", "{shared}/members/{reader}", "204 403 404"),
    plankton("Member", "DELETE", "{private}/members/{reader}", "404 404 404"),
    Row("SharedImagesView", "GET", f"{V1}/shared-images/{{owner}}", "200 200 200"),
]

ROWS = [*PLANKTON]
