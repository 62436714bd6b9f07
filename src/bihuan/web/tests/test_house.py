"""The checks of the house find what they are for: a planted fault, and nothing in the house itself."""

import importlib.util
import sys
from pathlib import Path

import pytest
from babel.messages import Catalog

SCRIPTS = Path(__file__).resolve().parents[4] / "scripts"


def script(name: str):
    spec = importlib.util.spec_from_file_location(f"house_{name}", SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_arrow_points_down():
    assert list(script("arrows").faults()) == []


@pytest.mark.parametrize(
    ("here", "target", "said"),
    [
        ("kernel.people", "bihuan.loop.models.Problem", "points up"),
        ("kernel.ledger", "bihuan.kernel.evidence.models.EvidenceFile", "points up"),
        ("loop", "bihuan.governance.petitions.public.counts", "points up"),
        ("governance.petitions", "bihuan.governance.inspections.models.Round", "`public`"),
        ("governance.petitions", "bihuan.base_world.World", "tests"),
        ("attic", "bihuan.loop.models", "no floor"),
        ("governance.petitions", "bihuan.governance.inspections.public.items", ""),
        ("web", "bihuan.reports.queries.made", ""),
    ],
)
def test_an_arrow_in_the_wrong_direction_is_named(here, target, said):
    arrows = script("arrows")
    found = arrows.fault_of(here, arrows.room_of(target), target)
    assert said in found
    assert bool(said) == bool(found)


def test_a_circle_of_any_length_is_named():
    circle = {"a.x": {"a.y"}, "a.y": {"a.z"}, "a.z": {"a.x"}}
    assert "a.x" in next(script("arrows").circle_in(circle))
    assert list(script("arrows").circle_in({"a.x": {"a.y"}, "a.y": {"a.z"}})) == []


def test_what_grew_too_big_or_stands_inline_is_named(tmp_path, monkeypatch):
    sizes = script("sizes")
    monkeypatch.setattr(sizes, "ROOT", tmp_path)
    monkeypatch.setattr(sizes, "PACKAGE", tmp_path)
    (tmp_path / "long.py").write_text("def endless():\n" + "    pass\n" * 60 + "\n" * 350)
    (tmp_path / "page.html").write_text(
        '<p style="color:red">\n{% macro m(style="btn") %}\n<a onclick="x()">'
    )
    (tmp_path / "page.js").write_text("x\n" * 151)
    found = "\n".join(sizes.faults())
    assert "long.py: 411 lines" in found
    assert "endless has 61 lines" in found
    assert "page.js: 151 lines" in found
    assert "page.html:1: inline" in found
    assert "page.html:2" not in found
    assert "page.html:3: inline" in found


def catalogue(*messages: tuple[str, str], fuzzy: bool = False) -> Catalog:
    made = Catalog(locale="zh_Hans")
    for english, chinese in messages:
        made.add(english, chinese, flags=["fuzzy"] if fuzzy else [])
    return made


@pytest.mark.parametrize(
    ("english", "stored", "said"),
    [
        ("Late", catalogue(), "no Chinese"),
        ("Late", catalogue(("Late", "")), "no Chinese"),
        ("Late", catalogue(("Late", "超期"), fuzzy=True), "guess"),
        ("%(days)s days", catalogue(("%(days)s days", "几天")), "placeholders"),
        ("%(days)s days", catalogue(("%(days)s days", "%(day)s 天")), "placeholders"),
        ("超期", catalogue(("超期", "超期")), "English"),
        (
            "Write a part as “海宁市 1/2”.",
            catalogue(("Write a part as “海宁市 1/2”.", "请填“海宁市 1/2”。")),
            "",
        ),
    ],
)
def test_a_fault_in_a_catalogue_is_named(english, stored, said, monkeypatch):
    translations = script("translations")
    monkeypatch.setattr(translations, "stored", lambda home: stored)
    found = "\n".join(translations.faults_of(translations.SOURCE / "loop", catalogue((english, ""))))
    assert said in found
    assert bool(said) == bool(found)


def test_one_sentence_with_two_chinese_forms_is_named(monkeypatch):
    translations = script("translations")
    loop, web = translations.SOURCE / "loop", translations.SOURCE / "web"
    kept = {loop: catalogue(("Close", "销号")), web: catalogue(("Close", "关闭"))}
    monkeypatch.setattr(translations, "stored", kept.get)
    code = {home: catalogue(("Close", "")) for home in kept}
    assert "销号" in next(translations.rivals(code))


def test_every_command_and_setting_is_documented():
    assert script("documented").main() == 0


def test_no_address_and_no_machine_path_is_kept():
    assert script("hygiene").main() == 0
