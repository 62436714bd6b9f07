import pytest

from bihuan.oversight.enterprises import panels


@pytest.fixture
def empty(monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})


def panel(name: str, **said):
    return panels.Panel(name, name, "x.html", lambda *_of: {}, **said)


def test_panels_stand_in_order_before_those_who_may_see_them(empty):
    panels.register_panel(panel("late", order=200))
    panels.register_panel(panel("early", order=10, audiences=frozenset({"officer", "public"})))
    assert [one.id for one in panels.panels_for("officer")] == ["early", "late"]
    assert [one.id for one in panels.panels_for("public")] == ["early"]


def test_an_id_is_one_panels(empty):
    panels.register_panel(panel("one"))
    with pytest.raises(ValueError, match="twice"):
        panels.register_panel(panel("one"))
