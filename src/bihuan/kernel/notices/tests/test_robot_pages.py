import pytest
from django.urls import reverse

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.notices.actions.robots import save_robot, try_robot
from bihuan.kernel.notices.channels import owner_of
from bihuan.kernel.notices.models import Delivery, Notice, Robot
from bihuan.kernel.notices.sealing import unseal
from bihuan.kernel.notices.tests.conftest import ADDRESSES

pytestmark = pytest.mark.django_db
ADDRESS = "https://robots.example" + ADDRESSES["dingtalk"]


@pytest.fixture
def office(world, as_user, settings):
    settings.BIHUAN_OUTSIDE = ["https://robots.example"]
    return as_user(world.city_officer)


def said(world, **changes):
    return {
        "unit": world.bureau.pk,
        "kind": "dingtalk",
        "name": "住建整改群",
        "secret_address": ADDRESS,
        "secret_signature": "SECabc",
        "language": "zh-hans",
        "rhythm": "at_once",
        "is_active": "on",
        **changes,
    }


def test_the_city_office_adds_a_robot(world, office):
    answer = office.post(reverse("robots-new"), said(world))
    robot = Robot.objects.get()
    assert answer["Location"] == reverse("robots-detail", args=[robot.pk])
    assert (robot.origin, robot.jurisdiction_path) == ("https://robots.example", world.county.path)
    kept = unseal(robot.sealed, owner=owner_of(robot))
    assert (kept.address, kept.secret) == (ADDRESS, "SECabc")
    event = Event.objects.get(kind="robot.added")
    assert event.payload["origin"] == "https://robots.example"
    assert event.payload["secrets_changed"] is True


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"secret_address": ""}, "请填写"),
        ({"secret_address": "https://evil.example" + ADDRESSES["dingtalk"]}, "BIHUAN_OUTSIDE"),
        ({"secret_address": "http://127.0.0.1/robot/send?access_token=1"}, "BIHUAN_OUTSIDE"),
        ({"secret_address": "https://robots.example/other"}, "不是该平台"),
        ({"kind": "wecom", "secret_address": "https://robots.example" + ADDRESSES["wecom"]}, "不使用签名"),
    ],
)
def test_an_address_that_will_not_do_is_refused_and_not_shown(world, office, changes, error):
    page = office.post(reverse("robots-new"), said(world, **changes)).content.decode()
    assert error in page
    assert "SECabc" not in page
    assert ADDRESSES["dingtalk"] not in page
    assert not Robot.objects.exists()


def test_one_robot_of_a_service_in_use_for_a_unit(world, office, robot):
    robot("dingtalk")
    assert "已有一个使用中" in office.post(reverse("robots-new"), said(world)).content.decode()
    assert Robot.objects.count() == 1


def test_a_change_keeps_the_secrets_unless_new_ones_are_typed(world, office, robot):
    made = robot("dingtalk", secret="SECold")
    page = reverse("robots-edit", args=[made.pk])
    office.post(page, said(world, name="新群名", secret_address="", secret_signature=""))
    made.refresh_from_db()
    assert (made.name, unseal(made.sealed, owner=owner_of(made)).secret) == ("新群名", "SECold")
    office.post(page, said(world, secret_address=""))
    made.refresh_from_db()
    assert unseal(made.sealed, owner=owner_of(made)).secret == "SECabc"
    assert unseal(made.sealed, owner=owner_of(made)).address == ADDRESS
    assert Event.objects.filter(kind="robot.changed").count() == 2


def test_unit_and_service_of_a_robot_stay(world, office, robot):
    made = robot("dingtalk")
    changed = said(world, unit=world.second_bureau.pk, kind="wecom", secret_signature="")
    office.post(reverse("robots-edit", args=[made.pk]), changed)
    made.refresh_from_db()
    assert (made.unit_id, made.kind) == (world.bureau.pk, "dingtalk")


def test_a_test_message_goes_to_the_group_at_once(world, office, robot):
    made = robot("dingtalk")
    office.post(reverse("robot-try", args=[made.pk]))
    notice = Notice.objects.get(robot=made)
    assert notice.title == "闭环测试消息"
    assert "林市办" in notice.body
    assert Event.objects.filter(kind="robot.tested").count() == 1


def test_a_robot_put_away_is_not_tried(world, office, robot):
    made = robot("dingtalk", is_active=False)
    assert office.post(reverse("robot-try", args=[made.pk])).status_code == 409
    assert not Notice.objects.exists()


def test_only_the_city_office_may(world, robot, as_user):
    made = robot("dingtalk")
    for user in (world.county_officer, world.handler, world.auditor):
        with pytest.raises(Forbidden):
            save_robot(made, by=user)
        with pytest.raises(Forbidden):
            try_robot(made, by=user)
    with pytest.raises(Refused):
        save_robot(
            Robot(unit=world.bureau, kind="wecom", name="x"), by=world.city_officer, address="file:///etc"
        )


def test_the_group_has_the_name_people_call_it(world, robot, tell, at):
    made = robot("feishu")
    assert str(made) == "整改群（飞书）"
    (row,) = tell(units=[world.bureau.pk])
    assert str(row) == f"{row.notice_id} feishu"
    assert Delivery.objects.count() == 1
