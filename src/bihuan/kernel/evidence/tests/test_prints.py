"""What a photo looks like: bands and distances as properties, likeness on pictures that were changed."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from bihuan.kernel.evidence import jobs, prints, twins
from bihuan.kernel.evidence.actions import store
from bihuan.kernel.evidence.models import PhotoPrint
from bihuan.kernel.evidence.prints import LIKENESS_RULE, Print, fingerprint, likeness
from bihuan.kernel.evidence.tests.pictures import crop, jpeg, scene, upload

hashes = st.integers(-(2**63), 2**63 - 1)


def turn(value: int, places: set[int]) -> int:
    """The hash with these bits turned, as a signed number again."""
    for place in places:
        value ^= 1 << place
    bits = value & (1 << 64) - 1
    return bits - (1 << 64) if bits >> 63 else bits


@given(hashes, st.sets(st.integers(0, 63), max_size=7))
def test_up_to_seven_turned_bits_share_a_near_band(value: int, places: set[int]) -> None:
    other = turn(value, places)
    assert prints.distance(value, other) == len(places)
    assert set(prints.near_bands(value)) & set(prints.bands(other))


@given(hashes)
def test_bands_say_which_quarter_they_are(value: int) -> None:
    assert [band >> 16 for band in prints.bands(value)] == [0, 1, 2, 3]
    assert len(set(prints.near_bands(value))) == 4 * 17
    assert (
        sum((band & 0xFFFF) << (16 * (band >> 16)) for band in prints.bands(value)) == value & (1 << 64) - 1
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda image: jpeg(image, 30),
        lambda image: jpeg(image.resize((320, 240))),
        lambda image: jpeg(ImageEnhance.Brightness(image).enhance(1.15)),
        lambda image: jpeg(image.convert("L").convert("RGB")),
        lambda image: jpeg(image.resize((500, 450))),
    ],
    ids=["re-encoded", "smaller", "brighter", "grey", "stretched"],
)
@pytest.mark.parametrize("seed", range(4))
def test_a_changed_copy_looks_like_the_whole(change, seed: int) -> None:
    image = scene(seed)
    found = likeness(fingerprint(jpeg(image)), fingerprint(change(image)))
    assert found is not None
    assert found[0] == "whole"


@pytest.mark.parametrize("seed", range(4))
def test_a_crop_looks_like_a_part_from_either_side(seed: int) -> None:
    whole, part = fingerprint(jpeg(scene(seed))), fingerprint(jpeg(crop(scene(seed), 0.16)))
    assert likeness(whole, part) == likeness(part, whole)
    assert likeness(whole, part)[0] == "part"


def test_two_pictures_are_not_alike() -> None:
    made = [fingerprint(jpeg(scene(seed))) for seed in range(12)]
    assert [likeness(one, other) for one in made for other in made if one is not other] == [None] * 132


def test_a_picture_that_shows_nothing_is_like_no_other() -> None:
    flat = fingerprint(jpeg(Image.new("RGB", (640, 480), "#556677")))
    assert flat == Print(None)
    assert likeness(flat, flat) is None
    assert likeness(fingerprint(jpeg(scene(1))), flat) is None


def test_windows_that_show_nothing_are_left_out() -> None:
    half = Image.new("RGB", (640, 480), "#888888")
    half.paste(scene(1).resize((64, 480)), (576, 0))
    made = fingerprint(jpeg(half))
    assert made.whole is not None
    assert len(made.parts) < len(prints.WINDOWS)


def test_the_rule_names_its_version_and_is_ours() -> None:
    assert LIKENESS_RULE.ours
    assert LIKENESS_RULE.version


@pytest.fixture
def _place(settings, tmp_path, db) -> None:
    settings.MEDIA_ROOT = tmp_path / "evidence"


@pytest.mark.usefixtures("_place")
class TestAmongMany:
    def test_copies_and_crops_are_found_and_others_are_not(self) -> None:
        original = store(upload(scene(1)), by=None)
        for seed in range(2, 30):
            store(upload(scene(seed)), by=None)
        copy = store(upload(scene(1), quality=40), by=None)
        part = store(upload(crop(scene(1), 0.08)), by=None)
        found = {twin.file_id: twin.kind for twin in twins.twins(original)}
        assert found[copy.pk] == "whole"
        assert set(found) == {copy.pk, part.pk}
        assert {twin.file_id for twin in twins.twins(part)} == {original.pk, copy.pk}

    def test_a_look_up_reads_by_index_however_few_there_are(self) -> None:
        store(upload(scene(1)), by=None)
        plans = []

        def explained(execute, sql, params, many, context):
            if "&&" in sql:
                execute(f"EXPLAIN {sql}", params, many, context)
                plans.extend(line for (line,) in context["cursor"].fetchall())
            return execute(sql, params, many, context)

        with connection.execute_wrapper(explained):
            twins.alike(Print(1, (2,)))
        assert sum("Bitmap Index Scan" in line for line in plans) == 3
        assert not any("Seq Scan" in line for line in plans)

    def test_what_is_no_photo_or_shows_nothing_has_no_twins(self) -> None:
        flat = [store(upload(Image.new("RGB", (64, 48), shade)), by=None) for shade in ("#111111", "#121212")]
        assert twins.twins(flat[0]) == []
        assert PhotoPrint.objects.get(file=flat[0]).whole is None

    def test_photos_from_before_are_caught_up_on_once(self) -> None:
        first, second = store(upload(scene(1)), by=None), store(upload(scene(1), quality=50), by=None)
        PhotoPrint.objects.all().delete()
        assert twins.twins(first) == []
        jobs.fingerprint_photos(0)
        assert [twin.file_id for twin in twins.twins(first)] == [second.pk]
        assert twins.fingerprint_missing(10) == 0
