import pytest

from bihuan.reports.rules import chapters, render
from bihuan.reports.rules.chapters import Chapter, Genre, Paragraph
from bihuan.reports.rules.rectification import GENRE

TOY = Genre(
    id="toy",
    title="{place}的报告",
    publisher="{place}办公室",
    annex_title="附表",
    chapters=(
        Chapter("opening", "", (Paragraph("a", "截至{report_day}，共{x.all}。"),)),
        Chapter(
            "one",
            "以清单为引领",
            (
                Paragraph("b", "全部完成", lead="完成", claim="done", without="完成{x.done}。"),
                Paragraph("c", "提前{x.early:bare}个月{x.praise:clause}。", lead="提前", optional=True),
                Paragraph("d", "面积{x.area:over}{x.praise:clause}。", lead="扩面"),
            ),
        ),
        Chapter("next", "下阶段工作安排", free="next_steps"),
    ),
)


def material(claims=(), **values):
    return render.Material(
        values={name.replace("__", "."): value for name, value in values.items()},
        units={"x.all": "项", "x.done": "项", "x.area": "亩"},
        terms={"report_day": "2023年1月20日"},
        claims=frozenset(claims),
        free_texts={"next_steps": "继续整改{x.all}。\n\n 严防反弹。 "},
    )


def texts(**kwargs):
    rendered = render.chapters(TOY, material(**kwargs))
    return {
        paragraph["id"]: paragraph["lead"] + render.plain(paragraph["segments"])
        for chapter in rendered
        for paragraph in chapter["paragraphs"]
    }


def test_a_paragraph_carries_its_figures():
    rendered = render.chapters(TOY, material(x__all=12, x__done=8, x__area=170000))
    [opening, *_] = rendered
    assert opening["paragraphs"][0]["segments"] == [
        {"text": "截至"},
        {"text": "2023年1月20日"},
        {"text": "，共"},
        {"figure": "x.all", "text": "12项"},
        {"text": "。"},
    ]
    assert [chapter["heading"] for chapter in rendered] == ["", "一、以清单为引领", "二、下阶段工作安排"]


def test_claims_choose_the_wording_and_optional_paragraphs_go():
    assert texts(x__all=12, x__done=8, x__area=17)["b"] == "一是完成。完成8项。"
    written = texts(claims=["done"], x__all=12, x__area=17)
    assert written["b"] == "一是完成。全部完成"
    assert "c" not in written
    assert written["d"] == "二是扩面。面积17余亩。"


def test_a_clause_is_joined_with_a_comma():
    written = texts(x__all=1, x__done=1, x__area=17, x__early=11, x__praise="列全省第一")
    assert written["c"] == "二是提前。提前11个月，列全省第一。"
    assert written["d"] == "三是扩面。面积17余亩，列全省第一。"


def test_the_offices_own_lines_may_quote_figures():
    written = texts(x__all=12, x__done=8, x__area=1)
    assert written["next_steps.0"] == "继续整改12项。"
    assert written["next_steps.1"] == "严防反弹。"


def test_a_missing_figure_leaves_a_visible_hole():
    assert texts(x__all=None, x__done=8, x__area=1)["a"] == "截至2023年1月20日，共〔缺〕。"


@pytest.mark.parametrize("text", ["{", "{}", "{x.y:loud}", "a}b"])
def test_a_broken_placeholder_is_named(text):
    with pytest.raises(chapters.BrokenText):
        list(chapters.parts(text))


def test_what_the_genre_needs():
    assert chapters.required_in(TOY, frozenset()) == ("report_day", "x.all", "x.done", "x.area")
    assert chapters.required_in(TOY, frozenset({"done"})) == ("report_day", "x.all", "x.area")
    assert set(chapters.quoted_in(TOY)) == {"report_day", "x.all", "x.done", "x.early", "x.praise", "x.area"}
    assert chapters.claims_of(TOY) == ("done",)


def test_title_and_publisher():
    assert render.title(TOY, {"place": "嘉兴市"}) == ("嘉兴市的报告", "嘉兴市办公室")


def test_the_rectification_report_has_the_genres_parts():
    assert [chapter.id for chapter in GENRE.chapters] == [
        "opening",
        "mechanism",
        "quality",
        "oversight",
        "transition",
        "next_steps",
    ]
    assert chapters.claims_of(GENRE) == ("remaining_on_track", "petitions_all_closed")
