"""A connection to the same database beside Django's own."""

from typing import Any

import psycopg


def own_connection(**options: Any) -> "psycopg.Connection[Any]":
    """In autocommit mode, for work that wants its own transactions; `options` are libpq's
    and may name another database of the same server."""
    from django.db import connection

    there = connection.settings_dict
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {name: there[key] for name, key in parts.items() if there[key]}
    return psycopg.connect(**(given | there["OPTIONS"] | options), autocommit=True)
