import pytest

from bihuan.reports.rules.redact import redact


@pytest.mark.parametrize(
    ("text", "cleaned", "kind"),
    [
        ("身份证330402197001011234已核", "身份证（证件号码略）已核", "identity"),
        ("联系电话13812345678。", "联系电话（电话略）。", "telephone"),
        ("电话0573-82512345", "电话（电话略）", "telephone"),
        ("点位120.7512,30.7654附近", "点位（坐标略）附近", "coordinates"),
        ("位于东经120°45′12″、北纬30°46′", "位于（坐标略）、（坐标略）", "coordinates"),
        ("举报人张三反映夜间异味", "举报人某某反映夜间异味", "complainant"),
        ("信访人：李小明，要求回复", "信访人某某，要求回复", "complainant"),
    ],
)
def test_what_identifies_is_taken_out(text, cleaned, kind):
    redaction = redact(text)
    assert redaction.text == cleaned
    assert redaction.kinds == (kind,)


def test_named_persons_keep_their_surname():
    assert redact("由欧阳修、王五负责", persons=["王五", "欧阳修", "甲"]).text == "由欧某某、王某负责"


@pytest.mark.parametrize(
    "text",
    ["整改面积120.5亩，投资30.25万元", "新建碧水河道419公里", "2020年9月1日至10月1日", "举报人已回访", ""],
)
def test_plain_facts_stay(text):
    assert redact(text).text == text
    assert redact(text).kinds == ()
