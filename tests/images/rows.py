"""Every method of every view of images, and what each kind of caller is answered."""

from tests.images.client import PATCH, V11, V20, of_meta
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

V2 = "/image/v2"
OCTETS = {"Content-Type": "application/octet-stream"}
PATCH_TYPE = {"Content-Type": PATCH}
RENAME = [{"op": "replace", "path": "/name", "value": "x"}]


def glance(view: str, method: str, path: str, *rest: object) -> Row:
    return Row(f"Glance{view}View", method, f"{V2}/images{path}", *rest)  # type: ignore[arg-type]


GLANCE = [
    glance("Images", "GET", "?limit=1000", "200 200 200"),
    glance("Images", "POST", "", "201 201 201", {"name": "new"}),
    *(
        glance(view, method, f"/{{{kind}}}{tail}", statuses, body, headers)
        for view, method, tail, body, headers, private, shared, public in (
            ("Image", "GET", "", None, {}, "200 404 404", "200 200 404", "200 200 200"),
            ("Image", "PATCH", "", RENAME, PATCH_TYPE, "200 404 404", "200 403 404", "200 403 403"),
            ("Image", "DELETE", "", None, {}, "204 404 404", "204 403 404", "204 403 403"),
            ("Data", "GET", "/file", None, {}, "200 404 404", "200 200 404", "200 200 200"),
            ("Data", "PUT", "/file", b"x", OCTETS, "409 404 404", "409 403 404", "409 403 403"),
            ("Tag", "PUT", "/tags/x", None, {}, "204 404 404", "204 403 404", "204 403 403"),
            ("Tag", "DELETE", "/tags/x", None, {}, "404 404 404", "404 403 404", "404 403 403"),
            ("Members", "GET", "/members", None, {}, "200 404 404", "200 200 404", "200 200 200"),
        )
        for kind, statuses in (("private", private), ("shared", shared), ("public", public))
    ),
    *(
        glance("Action", "POST", f"/{{{kind}}}/actions/{name}", statuses)
        for name in ("deactivate", "reactivate")
        for kind, statuses in (("private", "204 404 404"), ("shared", "204 403 404"))
    ),
    glance("Data", "PUT", "/{queued}/file", "204 404 404", b"x", OCTETS),
    glance("Data", "GET", "/{queued}/file", "204 404 404"),
    glance("Members", "POST", "/{private}/members", "200 404 404", {"member": "me"}),
    glance("Members", "POST", "/{shared}/members", "200 403 404", {"member": "me"}),
    glance("Member", "GET", "/{shared}/members/{reader}", "200 200 404"),
    glance("Member", "PUT", "/{shared}/members/{reader}", "403 200 404", {"status": "rejected"}),
    glance("Member", "PUT", "/{private}/members/{reader}", "404 404 404", {"status": "accepted"}),
    glance("Member", "DELETE", "/{shared}/members/{reader}", "204 403 404"),
    Row("GlanceSchemaView", "GET", f"{V2}/schemas/image", "200 200 200"),
    Row("GlanceVersionsView", "GET", "/image/", "300 300 300", open=True),
]

META = {"metadata": {"a": "1"}}
SERVER = {"image": {"serverRef": 1, "name": "x"}}


_CHANGES: dict[str, list[tuple[str, int, object]]] = {
    "Image": [("DELETE", 204, None)],
    "LinkedImage": [("DELETE", 204, None)],
    "Metadata": [("POST", 201, META)],
    "AllMetadata": [("POST", 201, META), ("PUT", 200, META)],
}


def compute(view: str, method: str, path: str, *rest: object) -> Row:
    root = V20 if "Linked" in view or "All" in view or "metadata" in path else V11
    return Row(f"{view}View", method, f"{root}/images{path}", *rest)  # type: ignore[arg-type]


COMPUTE = [
    compute("NewImages", "GET", "", "200 200 200"),
    compute("NewImages", "HEAD", "", "200 200 200"),
    compute("NewImages", "POST", "", "404 404 404", SERVER),
    compute("Images", "GET", "/detail", "200 200 200"),
    compute("Images", "HEAD", "/detail", "200 200 200"),
    compute("LinkedImages", "GET", "/detail", "200 200 200"),
    compute("NewLinkedImages", "GET", "", "200 200 200"),
    compute("NewLinkedImages", "POST", "", "404 404 404", SERVER),
    *(
        compute(view, method, f"/{{{kind}}}{tail}", statuses.format(no=no), body)
        for view, tail, no in (
            ("Image", "", 401),
            ("LinkedImage", "", 403),
            ("Metadata", "/meta", 401),
            ("AllMetadata", "/metadata", 403),
        )
        for method, kind, statuses, body in (
            ("GET", "private", "200 404 404", None),
            ("GET", "shared", "200 200 404", None),
            ("GET", "public", "200 200 200", None),
            *(
                (verb, kind, f"{done} {others}", sent)
                for verb, done, sent in _CHANGES[view]
                for kind, others in (("private", "404 404"), ("shared", "{no} 404"))
            ),
        )
    ),
    *(
        compute("Meta", method, path.format(kind), statuses.format(no=no), body)
        for path, no in (("/{{{}}}/meta/a", 401), ("/{{{}}}/metadata/a", 403))
        for method, kind, statuses, body in (
            ("GET", "private", "404 404 404", None),
            ("PUT", "private", "201 404 404", {"meta": {"a": "1"}}),
            ("PUT", "shared", "201 {no} 404", {"meta": {"a": "1"}}),
            ("DELETE", "private", "404 404 404", None),
            ("DELETE", "shared", "404 {no} 404", None),
        )
    ),
    Row("ComputeVersionsView", "GET", "/compute/", "300 300 300", open=True),
    Row("ComputeVersionView", "GET", V20, "200 200 200", open=True),
]

ROWS = [*PLANKTON, *GLANCE, *COMPUTE]
