"""Jars of cookies, and families: small resources on tables of their own."""

from typing import ClassVar

from django.db import models

from management_api.engine.actors import Actor
from management_api.engine.engine import Engine
from management_api.engine.fields import Calc, Rel, Row, Scalar, operators
from management_api.engine.kinds import INTEGER, TEXT
from management_api.engine.resource import Catalogue, Key, Put, Resource
from management_api.engine.tables import TableWrites


class _Thing(models.Model):
    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class Jar(_Thing):
    label = models.TextField()
    shelf = models.IntegerField(null=True)
    owner = models.TextField(default="")
    seal = models.TextField(default="")
    recipe = models.TextField(default="")

    objects: ClassVar[models.Manager["Jar"]] = models.Manager()

    class Meta:
        app_label = "kitchen"
        constraints = (models.UniqueConstraint(fields=["label"], name="jar_of_label"),)


class Cookie(_Thing):
    type = models.TextField(null=True)  # noqa: DJ001
    size = models.IntegerField(null=True)
    jar = models.ForeignKey(Jar, models.DO_NOTHING, null=True, related_name="+")

    objects: ClassVar[models.Manager["Cookie"]] = models.Manager()

    class Meta:
        app_label = "kitchen"


class Male(_Thing):
    name = models.TextField()

    class Meta:
        app_label = "kitchen"


class Female(_Thing):
    name = models.TextField()
    husband = models.OneToOneField(Male, models.DO_NOTHING, null=True, related_name="+")

    class Meta:
        app_label = "kitchen"


class Child(_Thing):
    name = models.TextField()
    father = models.ForeignKey(Male, models.DO_NOTHING, null=True, related_name="+")
    mother = models.ForeignKey(Female, models.DO_NOTHING, null=True, related_name="+")

    class Meta:
        app_label = "kitchen"


MODELS = (Jar, Cookie, Male, Female, Child)
EVERYTHING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def title(row: Row, _: Actor) -> str:
    return f"Jar of {row['label']}"


def place(row: Row, actor: Actor) -> str:
    return f"{actor.origin}/jars/{row['pk']}"


def jars(actor: Actor) -> models.QuerySet[Jar]:
    rows = Jar.objects.all()
    return rows if actor.operator else rows.filter(owner=actor.account)


def cookies(actor: Actor) -> models.QuerySet[Cookie]:
    rows = Cookie.objects.all()
    owned = models.Q(jar=None) | models.Q(jar__owner=actor.account)
    return rows if actor.operator else rows.filter(owned)


ID = Key(("id",), kind=INTEGER)


def resource(name: str, model: type[models.Model], *fields: Scalar | Rel | Calc) -> Resource:
    rows = {"jar": jars, "cookie": cookies}.get(name, lambda _: model._default_manager.all())
    writes = TableWrites(model)
    return Resource(name, rows, ID, fields, writes, EVERYTHING, Put.REPLACE)


CATALOGUE = Catalogue(
    [
        resource(
            "jar",
            Jar,
            Scalar("label", required=True),
            Scalar("shelf", INTEGER, default=1),
            Scalar("owner", readonly=True),
            Scalar("seal", writable=operators),
            Scalar("recipe", hidden=True),
            Calc("title", getter=title, needs=("label",), setter=lambda text: {"label": text}),
            Calc("url", getter=place, needs=("pk",)),
            Rel("cookies", stores="cookie", multi=True, back="jar"),
        ),
        resource(
            "cookie",
            Cookie,
            Scalar("type", TEXT),
            Scalar("size", INTEGER),
            Rel("jar", stores="jar", source="jar"),
        ),
        resource(
            "male",
            Male,
            Scalar("name", required=True),
            Rel("wife", stores="female", back="husband"),
            Rel("children", stores="child", multi=True, back="father", cascade=True),
        ),
        resource(
            "female",
            Female,
            Scalar("name", required=True),
            Rel("husband", stores="male", source="husband"),
            Rel("children", stores="child", multi=True, back="mother"),
        ),
        resource(
            "child",
            Child,
            Scalar("name", required=True),
            Rel("father", stores="male", source="father"),
            Rel("mother", stores="female", source="mother"),
        ),
    ]
)
ENGINE = Engine(CATALOGUE)
