"""The benchmark of photos: what it makes is what it says, and its table tells copies from other photos."""

import json

import numpy
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.evidence import prints
from bihuan.kernel.evidence.models import PhotoPrint
from bihuan.kernel.evidence.twins import alike
from bihuan.web.cli.bench import photos, scenes


@pytest.fixture
def no_scratch(monkeypatch):
    """Measure in the test's own database."""
    from contextlib import nullcontext

    monkeypatch.setattr(photos, "scratch", lambda name: nullcontext())


@pytest.mark.django_db
def test_copies_are_found_and_other_places_are_not(no_scratch):
    done = CliRunner().invoke(photos.photos, ["--scenes", "2", "--json"])
    assert done.exit_code == 0, done.output
    rows = {row["pair"]: row for row in json.loads(done.output)["rows"]}
    assert set(scenes.CHANGES) < set(rows)
    assert rows["encoded again, quality 30"]["between problems"] == "100.0 %"
    assert rows["half the size"]["before/after"] == "100.0 %"
    assert rows["two places"]["between problems"] == "0.0 %"
    assert rows["two places"]["pairs"] == 1


@pytest.mark.django_db
def test_other_ways_of_comparing_stand_beside(no_scratch, monkeypatch):
    monkeypatch.setattr(scenes, "CHANGES", {"half the size": scenes.CHANGES["half the size"]})
    done = CliRunner().invoke(photos.photos, ["--scenes", "1", "--compare", "--json"])
    row = json.loads(done.output)["rows"][0]
    assert row["pHash ≤ 6"] == row["crop-resistant ≤ 6"] == "100.0 %"


def test_the_same_seed_makes_the_same_place():
    one, other = scenes.place(5), scenes.place(5)
    assert one.trouble.tobytes() == other.trouble.tobytes()
    assert one.trouble.tobytes() != one.cleared.tobytes()
    assert scenes.place(6).trouble.tobytes() != one.trouble.tobytes()


def test_a_crop_has_its_size():
    image = scenes.shoot(scenes.place(1).trouble, numpy.random.default_rng(1))
    assert scenes.cropped(image, 0.25, numpy.random.default_rng(1)).size == (480, 360)


@pytest.mark.django_db
def test_look_ups_are_timed_among_as_many_as_asked(no_scratch, monkeypatch):
    monkeypatch.setattr(photos, "vacuum", lambda: None)
    monkeypatch.setattr(photos, "LOOK_UPS", 5)
    done = CliRunner().invoke(photos.photos, ["--rows", "300", "--json"])
    assert done.exit_code == 0, done.exception
    (row,) = json.loads(done.output)["rows"]
    assert (row["photos"], row["look_ups"]) == (300, 5)
    assert PhotoPrint.objects.count() == 300


@given(st.integers(-(2**63), 2**63 - 1), st.randoms(use_true_random=False))
def test_turned_bits(value, chosen):
    other = photos.turned(value, chosen, 6)
    assert -(2**63) <= other < 2**63
    assert prints.distance(value, other) <= 6


@pytest.mark.django_db
def test_the_look_up_brings_forward_what_could_meet():
    """`could_meet` says in Python what the database is asked."""
    photos.fill_rows(range(200))
    kept = {row.file_id: prints.Print(row.whole, tuple(row.parts)) for row in PhotoPrint.objects.all()}
    for number in (0, 7, 199):
        expected = {
            other
            for other, looks in kept.items()
            if prints.could_meet(kept[number], looks) and prints.likeness(kept[number], looks)
        }
        assert {twin.file_id for twin in alike(kept[number])} == expected
    assert not prints.could_meet(prints.Print(None), kept[0])
