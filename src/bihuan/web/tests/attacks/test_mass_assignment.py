"""Each form is sent as it stands, and again with the fields of every table added: both do the same."""

import json
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.utils.http import urlencode

from bihuan.web.tests.attacks import scene
from bihuan.web.tests.attacks.filling import filled

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]  # a walk through all pages judges none
WORDS = "某词"
# Written around every request, whatever the form.
BESIDE = ("django_session", "web_submission", "web_cache", "identity_knocks", "identity_signin")
AIMED = {
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "",
    "role": "administrator",
    "state": "archived",
    "city": "9999",
    "jurisdiction_path": "33/",
    "password": "pbkdf2_sha256$1$x$x",
}
# The words of a number that is new with each sending: some numbers happen to have the same ones.
NUMBERED = "search_terms"
Cells = dict[tuple[str, int, str], Any]


def test_fields_that_a_form_does_not_show_are_not_taken(world, settings, tmp_path):
    """What differs between two equal sendings (numbers, moments, keys) says nothing and is left out."""
    place = scene.set_up(world, settings, tmp_path)
    extra, wrong, changing = every_field(), [], 0
    offered = scene.offers(place)
    for offer in offered:
        data = filled(offer.form, WORDS, formed=place.attempts[-1])
        added = {name: value for name, value in extra.items() if name not in offer.form.names}
        once = written(place, offer, data)
        more = written(place, offer, {**added, **data})
        again = written(place, offer, data)
        same = {cell: value for cell, value in once.items() if again.get(cell) == value}
        if more.keys() != once.keys() or any(more[cell] != value for cell, value in same.items()):
            wrong.append(str(offer))
        changing += bool(once)
    print(f"{len(offered)} forms, {changing} of them change something, {len(extra)} fields added to each")
    assert wrong == []
    assert changing > 100


def every_field() -> dict[str, Any]:
    """A value for each field of each of our tables, under the names that a careless form would read."""
    found: dict[str, Any] = {}
    for model in apps.get_models():
        if model.__module__.startswith("bihuan."):
            for field in model._meta.concrete_fields:
                found[field.name] = found[field.attname] = _value(field)
    return found | AIMED


def _value(field: models.Field) -> Any:
    if field.related_model:
        return field.related_model._default_manager.values_list("pk", flat=True).last() or 1
    if field.choices:
        return field.choices[-1][0]
    by_type = {"BooleanField": "on", "DateField": "1987-06-05", "DateTimeField": "1987-06-05 04:03"}
    numeric = ("IntegerField", "AutoField", "SmallIntegerField", "DecimalField", "FloatField")
    kind = field.get_internal_type()
    return "1" if kind.endswith(numeric) else by_type.get(kind, "added")


def written(place: scene.Scene, offer: scene.Offer, data: dict[str, Any]) -> Cells:
    """What a sending writes, cell by cell; it is taken back at once."""
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    with transaction.atomic():
        before = _touched()
        rows = {}
        with transaction.atomic():
            _sent(place.visitor(offer.user), offer.form.action, data)
            changed = [table for table, count in _touched().items() if count != before[table]]
            new = {table: _rows(table) for table in changed}
            transaction.set_rollback(True)
        for table in changed:
            old = set(map(str, _rows(table)))
            rows[table] = [row for row in new[table] if str(row) not in old]
        transaction.set_rollback(True)
    return {
        (table, at, name): value
        for table, found in rows.items()
        for at, row in enumerate(found)
        for name, value in row.items()
        if name != NUMBERED
    }


def _sent(client: Client, action: str, data: dict[str, Any]) -> None:
    """As a browser sends it: in parts only where there is a file."""
    if any(hasattr(value, "read") for value in data.values()):
        client.post(action, data)
    else:
        client.post(action, urlencode(data, doseq=True), content_type="application/x-www-form-urlencoded")


def _touched() -> Counter[str]:
    """Rows that this transaction has written so far by table, also those it took back."""
    counts = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return Counter({table: said for table, said in cursor.fetchall() if not table.startswith(BESIDE)})


def _rows(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY 1")
        return [json.loads(row) for (row,) in cursor.fetchall()]
