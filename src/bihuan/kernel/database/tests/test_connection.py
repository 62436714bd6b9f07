import socket
from pathlib import Path

import pytest

from bihuan.kernel.database.connection import Embedded, database_settings
from bihuan.kernel.errors import Unusable


def test_settings_of_an_operators_server():
    made = database_settings(
        Path("/nowhere"), "postgresql://of%40fice:p%2Fw@db.city:6432/bi%20huan?sslmode=require"
    )
    assert (made["USER"], made["PASSWORD"], made["NAME"]) == ("of@fice", "p/w", "bi huan")
    assert (made["HOST"], made["PORT"]) == ("db.city", "6432")
    assert made["OPTIONS"] == {"connect_timeout": "10", "sslmode": "require"}


def test_settings_refuse_another_dialect():
    with pytest.raises(Unusable, match="mysql"):
        database_settings(Path("/nowhere"), "mysql://localhost/bihuan")


def test_settings_of_the_embedded_server_come_from_its_home(tmp_path):
    made, place = database_settings(tmp_path, None), Embedded(tmp_path)
    assert (made["HOST"], made["PORT"]) == ("127.0.0.1", str(place.port))
    assert made["PASSWORD"] == place.password
    assert database_settings(tmp_path, place.url) == made


def test_port_and_password_are_made_once_and_are_the_owners_alone(tmp_path):
    first, second = Embedded(tmp_path), Embedded(tmp_path)
    assert (first.port, first.password) == (second.port, second.password)
    for name in ("port", "password"):
        assert (tmp_path / "postgres" / name).stat().st_mode & 0o077 == 0


def test_another_port_is_free_and_remembered(tmp_path):
    place = Embedded(tmp_path)
    with socket.create_server(("127.0.0.1", place.port)) as taken:
        other = place.choose_another_port()
        assert other != taken.getsockname()[1]
    assert Embedded(tmp_path).port == other
