from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from bihuan.kernel.notices.actions import notify
from bihuan.kernel.notices.actions.dispatch import dispatch
from bihuan.kernel.notices.actions.robots import save_robot
from bihuan.kernel.notices.models import Delivery, Robot
from bihuan.kernel.notices.templates import register_template

# A Wednesday with ordinary working days around it, in office hours.
WORKING = datetime(2026, 3, 11, 10, 0)
ADDRESSES = {
    "dingtalk": "/robot/send?access_token=0a1b2c3d4e5f",
    "wecom": "/cgi-bin/webhook/send?key=0a1b2c3d-4e5f-6789",
    "feishu": "/open-apis/bot/v2/hook/0a1b2c3d-4e5f-6789",
}


@pytest.fixture(autouse=True, scope="session")
def _template() -> None:
    register_template("test.said", title="%(word)s 已到", body="请看 %(word)s")


@pytest.fixture
def at(monkeypatch: Any) -> Callable[[datetime], None]:
    """Set the clock."""

    def set_clock(moment: datetime) -> None:
        aware = moment if moment.tzinfo else timezone.make_aware(moment)
        monkeypatch.setattr("django.utils.timezone.now", lambda: aware)

    set_clock(WORKING)
    return set_clock


@pytest.fixture
def mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def tell(db: None) -> Callable[..., list[Delivery]]:
    """Tell people and groups of units something, choose the ways, and give back the deliveries made."""

    def say(
        *people: Any, cause: str = "thing#1", template: str = "test.said", **fields: Any
    ) -> list[Delivery]:
        fields = {"params": {"word": "通知"}, "url": "/desk/", **fields}
        notify(people, cause=cause, template=template, **fields)
        dispatch(cause)
        return list(Delivery.objects.filter(notice__cause=cause).order_by("pk"))

    return say


@pytest.fixture
def reachable(world: Any, mail: None) -> Any:
    world.handler.email = "handler@example.org"
    world.handler.save(update_fields=["email"])
    return world


@pytest.fixture
def robot(world: Any, settings: Any) -> Callable[..., Robot]:
    """Make a robot of the handler's unit at an origin, which is named in the settings for the test."""

    def make(
        kind: str = "dingtalk", *, origin: str = "https://robots.example", secret: str = "", **fields: Any
    ):
        settings.BIHUAN_OUTSIDE = [origin]
        settings.BIHUAN_OUTSIDE_NETWORKS = ["127.0.0.0/8"]
        robot = Robot(unit=fields.pop("unit", world.bureau), kind=kind, name="整改群", **fields)
        return save_robot(robot, by=world.city_officer, address=origin + ADDRESSES[kind], secret=secret)

    return make
