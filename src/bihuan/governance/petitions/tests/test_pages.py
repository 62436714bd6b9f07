"""The pages of the area: who sees them, and what they say."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from bihuan.governance.petitions.models import PetitionCase
from bihuan.governance.petitions.public import HEADERS
from bihuan.kernel.ledger.models import Event
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(take, row) -> PetitionCase:
    take([{**row, "举报人": "某甲", "联系电话": "13800000000", "problem": "夜间喷漆，致电13812345678。"}])
    return PetitionCase.objects.get()


def test_the_register_lists_filters_and_finds(case, as_user, world) -> None:
    client = as_user(world.county_officer)
    html = page_text(client.get("/petitions/"))
    assert case.number_printed in html
    assert "部分属实" in html
    assert case.number_printed in page_text(client.get("/petitions/?q=喷漆&finding=partly_true"))
    assert case.number_printed not in page_text(client.get("/petitions/?finding=true"))
    assert client.get("/petitions/export.xlsx").status_code == 200


def test_another_county_sees_nothing_of_it(case, as_user, world, anonymous) -> None:
    outsider = as_user(world.outsider)
    assert case.number_printed not in page_text(outsider.get("/petitions/"))
    assert outsider.get(f"/petitions/{case.pk}/").status_code == 404
    assert anonymous.get(f"/petitions/{case.pk}/").status_code == 302
    assert outsider.get(f"/petitions/{case.pk}/finding/").status_code == 404


def test_the_case_shows_printed_beside_found(case, as_user, world) -> None:
    html = page_text(as_user(world.city_officer).get(f"/petitions/{case.pk}/"))
    for words in ("原文与认定对照", "噪音", "噪声", "部分属实", case.problem.number, case.complainant):
        assert words in html
    assert "13800000000" not in html


def test_a_reader_without_the_right_is_offered_nothing(case, as_user, world) -> None:
    client = as_user(world.auditor)
    assert "登记核查结论" not in page_text(client.get(f"/petitions/{case.pk}/"))
    assert client.get(f"/petitions/{case.pk}/finding/").status_code == 403
    assert client.get(f"/petitions/{case.pk}/nothing/").status_code == 404


def test_the_seal_opens_once_with_a_reason(case, as_user, world) -> None:
    client = as_user(world.city_officer)
    url = f"/petitions/{case.pk}/unmask/"
    assert "13800000000" not in page_text(client.post(url, {"reason": " "}))
    opened = client.post(url, {"reason": "核实现场位置"})
    assert "13800000000" in page_text(opened)
    assert "no-store" in opened["Cache-Control"]
    event = Event.objects.get(stream=case.stream, kind="petition.unmask")
    assert (event.reason, event.actor) == ("核实现场位置", f"user:{world.city_officer.pk}")
    assert "13800000000" not in page_text(client.get(f"/petitions/{case.pk}/"))
    assert client.get(url).status_code == 405


def test_the_county_may_not_open_the_seal(case, as_user, world) -> None:
    client = as_user(world.county_officer)
    assert "查看并留痕" not in page_text(client.get(f"/petitions/{case.pk}/"))
    assert client.post(f"/petitions/{case.pk}/unmask/", {"reason": "想知道"}).status_code == 403


def test_the_public_table_has_ten_columns_and_no_complainant(case, as_user, world) -> None:
    client = as_user(world.city_officer)
    html = page_text(client.get("/petitions/table/"))
    assert "群众信访举报转办和边督边改公开情况一览表" in html
    assert "13812345678" not in html
    file = b"".join(client.get("/petitions/table.xlsx").streaming_content)
    sheet = load_workbook(BytesIO(file)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == HEADERS
    assert rows[1][1] == case.number_printed
    assert "已隐去" in rows[1][2]
    assert not any("某甲" in str(cell) for cell in rows[1])


def test_our_own_table_comes_back_unchanged(take, row, as_user, world, tmp_path) -> None:
    take([row])
    file = b"".join(as_user(world.city_officer).get("/petitions/table.xlsx").streaming_content)
    (tmp_path / "own.xlsx").write_bytes(file)
    result = take(tmp_path / "own.xlsx")
    assert (result.new, result.changed, result.unchanged, result.refused) == (0, 0, 1, [])


def test_the_rates_name_their_definition(case, as_user, world) -> None:
    html = page_text(as_user(world.leader).get("/petitions/rates/?definition=hebei"))
    for words in ("河北口径", "94.52%", "100.00 %", "海宁市"):
        assert words in html


@pytest.mark.parametrize(
    "address", ["/petitions/", "/petitions/table/", "/petitions/rates/", "/petitions/batches/"]
)
def test_empty_pages_are_drawn(as_user, world, address) -> None:
    assert as_user(world.auditor).get(address).status_code == 200


def test_import_in_the_browser_with_a_preview(as_user, world, tmp_path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "受理编号,交办问题基本情况,行政区域\nX2ZJ202009040007,异味扰民。,海宁市\n,空,火星县\n",
        encoding="utf-8",
    )
    client = as_user(world.city_officer)
    with path.open("rb") as file:
        preview = client.post("/petitions/import/", {"file": file}, follow=True)
    assert "火星县" in page_text(preview)
    assert not PetitionCase.objects.exists()
    client.post(preview.request["PATH_INFO"])
    assert PetitionCase.objects.get().number == "X2ZJ202009040007"


def test_a_petition_entered_by_hand(as_user, world) -> None:
    client = as_user(world.city_officer)
    assert client.get("/petitions/new/").status_code == 200
    said = {
        "number": "X3ZJ202405200007", "inspection": "第三轮中央督察", "received_on": "2024-05-20",
        "text": "异味扰民。",
        "jurisdiction": world.county.pk, "types": ["air"], "name": "某甲",
    }  # fmt: skip
    client.post("/petitions/new/", said)
    case = PetitionCase.objects.get()
    assert (case.round, case.problem.jurisdiction, bool(case.complainant)) == (3, world.county, True)
    assert "将来" in page_text(client.post("/petitions/new/", {**said, "received_on": "2999-01-01"}))
    assert as_user(world.auditor).get("/petitions/new/").status_code == 403
