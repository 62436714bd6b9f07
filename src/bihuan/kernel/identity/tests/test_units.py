"""Units: entered and corrected on their page, or brought in from a file; accounts come after."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.base_world import LONG_AGO
from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.identity.actions.units import save_unit
from bihuan.kernel.identity.units import UnitImporter
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import Post, Unit, User
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.registers.importing import run_import
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db
NAME = "海宁市水利局"


@pytest.fixture
def administrator(world, as_user):
    return as_user(world.administrator)


def said(world, **changed) -> dict:
    fields = {"name": NAME, "short_name": "水利局", "kind": "department", "jurisdiction": world.county.pk}
    return {**fields, "parent": "", **changed}


def test_a_unit_is_entered_and_can_be_given_a_person(world, administrator):
    answer = administrator.post(reverse("units-new"), said(world))
    unit = Unit.objects.get(name=NAME)
    assert answer["Location"] == reverse("units-detail", args=[unit.pk])
    page = page_text(administrator.get(answer["Location"]))
    assert NAME in page
    assert "登记单位" in page
    assert Event.objects.get(stream=f"unit:{unit.pk}").kind == "unit.entered"
    assert f'value="{unit.pk}"' in page_text(administrator.get(reverse("account-new")))
    assert NAME in page_text(administrator.get(reverse("units-list"), {"q": "水利"}))


def test_a_correction_is_an_event_and_no_change_is_none(world, administrator):
    url = reverse("units-edit", args=[world.bureau.pk])
    same = {"name": world.bureau.name, "short_name": ""}
    administrator.post(url, said(world, **same))
    assert not Event.objects.filter(stream=f"unit:{world.bureau.pk}").exists()
    administrator.post(url, said(world, **same | {"short_name": "住建局"}))
    assert Event.objects.get(stream=f"unit:{world.bureau.pk}").payload["short_name"] == "住建局"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "海宁市整改办"}, "已存在"),
        ({"kind": "enterprise"}, "field-error"),
        ({"jurisdiction": ""}, "field-error"),
    ],
)
def test_what_doesn_t_fit_is_said_beside_the_form(world, administrator, changed, words):
    assert words in page_text(administrator.post(reverse("units-new"), said(world, **changed)))
    assert not Unit.objects.filter(name=NAME).exists()


def test_an_enterprise_s_unit_follows_its_own_register(world):
    with pytest.raises(Refused):
        save_unit(world.enterprise, by=world.administrator)


def test_no_unit_stands_below_itself(world):
    world.second_bureau.parent = world.bureau
    save_unit(world.second_bureau, by=None)
    world.bureau.parent = world.second_bureau
    with pytest.raises(Refused):
        save_unit(world.bureau, by=None)


def test_a_county_s_administrator_keeps_the_county_s(world, as_user):
    keeper = User.objects.create(username="keeper", name="县系统")
    Post.objects.create(user=keeper, role=Role.ADMINISTRATOR, jurisdiction=world.county, valid_from=LONG_AGO)
    assert world.other_bureau.name not in page_text(as_user(keeper).get(reverse("units-list")))
    assert as_user(keeper).get(reverse("units-edit", args=[world.other_bureau.pk])).status_code == 404
    world.other_bureau.jurisdiction = world.county
    with pytest.raises(Forbidden):
        save_unit(world.other_bureau, by=keeper)


TABLE = "单位名称,简称,类别,区划,上级单位\n{rows}\n"


def take(tmp_path, *rows: str, by=None):
    path = tmp_path / "units.csv"
    path.write_text(TABLE.format(rows="\n".join(rows)), encoding="utf-8")
    return run_import(UnitImporter(), path, by=by)


def test_a_file_of_units_goes_in_once(world, tmp_path):
    rows = ("海宁市人民政府,,政府,330481,", f"{NAME},水利局,部门,海宁市,海宁市人民政府")
    assert take(tmp_path, *rows).new == 2
    assert Unit.objects.get(name=NAME).parent.name == "海宁市人民政府"
    assert take(tmp_path, *rows).unchanged == 2
    assert take(tmp_path, rows[0], rows[1].replace("水利局,部门", "水利,部门")).changed == 1


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",,部门,海宁市,", "单位名称"),
        (f"{NAME},,公司,海宁市,", "类别"),
        (f"{NAME},,部门,某某县,", "区划"),
        (f"{NAME},,部门,海宁市,没有的局", "上级单位"),
        ("海宁某印染有限公司,,部门,海宁市,", ""),
    ],
)
def test_a_row_that_doesn_t_fit_is_refused_by_its_field(world, tmp_path, row, field):
    result = take(tmp_path, row)
    assert [one.field for one in result.refused] == [field]
    assert result.taken == 0


def test_the_administrator_imports_in_the_browser(world, administrator, settings, tmp_path):
    settings.BIHUAN_HOME = tmp_path
    rows = TABLE.format(rows=f"{NAME},,部门,海宁市,").encode()
    preview = administrator.post(reverse("units-import"), {"file": SimpleUploadedFile("u.csv", rows)})
    assert not Unit.objects.filter(name=NAME).exists()
    administrator.post(preview["Location"])
    assert Unit.objects.filter(name=NAME).exists()
