from collections.abc import Iterator

import pytest

from bihuan.living import DEMO_CITY, Living, living


@pytest.fixture(scope="session")
def city() -> Iterator[Living]:
    """A running demo city, shared by the tests that look at it; those that change it take `instance`."""
    with living(DEMO_CITY, BIHUAN_DEMO="1") as running:
        yield running
