"""`bihuan bench photos`: how often a changed copy is recognised, and two photos are wrongly called alike."""

import itertools
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import click

from bihuan.web.cli.bench.results import percentile, show
from bihuan.web.cli.bench.scratch import scratch

Verdicts = dict[str, list[dict[str, bool]]]
ROWS_AT_ONCE = 10_000
LOOK_UPS = 200
FIRST_SEED = 1000


@click.command()
@click.option("--scenes", default=60, show_default=True, help="Places to photograph.")
@click.option("--compare", is_flag=True, help="Also pHash and the crop-resistant hash of ImageHash (slow).")
@click.option("--rows", default=0, show_default=True, help="Time look-ups among this many photos.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def photos(scenes: int, compare: bool, rows: int, as_json: bool) -> None:
    """Change generated photos as people change them, shoot the same places again, and compare everything."""
    with scratch("photos"):
        found = [row._asdict() for row in looking_up(rows)] if rows else list(shares(judged(scenes, compare)))
        show(f"Photos: {scenes} places" if not rows else "Look-up of photos", found, as_json=as_json)


def judged(scenes: int, compare: bool) -> Verdicts:
    """For each kind of pair, what each way of comparing said of it."""
    import numpy

    from bihuan.web.cli.bench import scenes as made

    looks, verdicts, firsts = ways(compare), defaultdict(list), []
    for seed in range(FIRST_SEED, FIRST_SEED + scenes):
        rng, seen = numpy.random.default_rng(seed), made.place(seed)
        photo = made.shoot(seen.trouble, rng)
        first = look(photo, looks)
        firsts.append(first)
        changed = ((name, change(photo, rng)) for name, change in made.CHANGES.items())
        for name, image in itertools.chain(changed, made.other_photos(seen, rng)):
            verdicts[name].append(verdict(first, look(image, looks), looks))
    pairs = itertools.combinations(firsts, 2)
    for one, other in pairs:
        verdicts["two places"].append(verdict(one, other, looks))
    return verdicts


class Way(NamedTuple):
    """One way of comparing: what is taken from a photo, and whether two of them are called alike."""

    taken: Callable[[bytes], Any]
    alike: Callable[[Any, Any], bool]


def ways(compare: bool) -> dict[str, Way]:
    from bihuan.kernel.evidence.prints import LIKENESS_RULE, could_meet, fingerprint, likeness

    rule = LIKENESS_RULE

    def between_problems(one: Any, other: Any) -> bool:
        return could_meet(one, other) and likeness(one, other) is not None

    def in_one_problem(one: Any, other: Any) -> bool:
        found = likeness(one, other)
        return could_meet(one, other) and found is not None and found[1] <= rule.same_problem

    def whole(one: Any, other: Any) -> bool:
        found = likeness(one, other)
        return found is not None and found[0] == "whole"

    made = {
        "between problems": Way(fingerprint, between_problems),
        "before/after": Way(fingerprint, in_one_problem),
        f"dHash ≤ {rule.whole}": Way(fingerprint, whole),
    }
    return made | (others(rule.whole) if compare else {})


def others(limit: int) -> dict[str, Way]:
    """What ImageHash has beside the difference hash."""
    import io

    import imagehash
    from PIL import Image

    def phash(picture: bytes) -> Any:
        return imagehash.phash(Image.open(io.BytesIO(picture)))

    def segments(picture: bytes) -> Any:
        return imagehash.crop_resistant_hash(Image.open(io.BytesIO(picture)), limit_segments=8)

    return {
        f"pHash ≤ {limit}": Way(phash, lambda one, other: one - other <= limit),
        f"crop-resistant ≤ {limit}": Way(
            segments, lambda one, other: bool(one.matches(other, hamming_cutoff=limit))
        ),
    }


def look(image: Any, looks: dict[str, Way]) -> dict[str, Any]:
    from bihuan.web.cli.bench.scenes import encoded

    picture, known = encoded(image), {}
    taken = {}
    for name, way in looks.items():
        if way.taken not in known:
            known[way.taken] = way.taken(picture)
        taken[name] = known[way.taken]
    return taken


def verdict(one: dict[str, Any], other: dict[str, Any], looks: dict[str, Way]) -> dict[str, bool]:
    return {name: way.alike(one[name], other[name]) for name, way in looks.items()}


def shares(verdicts: Verdicts) -> Iterator[dict[str, Any]]:
    """The share of pairs called alike, in per cent."""
    for kind, said in verdicts.items():
        row: dict[str, Any] = {"pair": kind, "pairs": len(said)}
        for name in said[0]:
            row[name] = f"{100 * sum(one[name] for one in said) / len(said):.1f} %"
        yield row


class Row(NamedTuple):
    photos: int
    filled_s: float
    look_ups: int
    p50_ms: float
    p95_ms: float
    megabytes: float


def looking_up(rows: int) -> Iterator[Row]:
    """Fill the table of prints, then look up copies with up to six bits turned."""
    from django.db import connection

    from bihuan.kernel.evidence.models import PhotoPrint
    from bihuan.kernel.evidence.prints import Print
    from bihuan.kernel.evidence.twins import alike

    begun = time.monotonic()
    fill(rows)
    filled = time.monotonic() - begun
    chosen, taken = random.Random(1), []
    for number in (chosen.randrange(rows) for _look_up in range(LOOK_UPS)):
        kept = PhotoPrint.objects.get(pk=number)
        own = Print(turned(kept.whole or 0, chosen, 6), tuple(turned(part, chosen, 6) for part in kept.parts))
        begun = time.monotonic()
        found = alike(own)
        taken.append((time.monotonic() - begun) * 1000)
        assert number in {twin.file_id for twin in found}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('evidence_photoprint')")
        size = cursor.fetchone()[0] / 2**20
    yield Row(rows, filled, LOOK_UPS, percentile(taken, 0.5), percentile(taken, 0.95), size)


def fill(rows: int) -> None:
    for first in range(0, rows, ROWS_AT_ONCE):
        fill_rows(range(first, min(first + ROWS_AT_ONCE, rows)))
    vacuum()


def fill_rows(numbers: range) -> None:
    """Prints by chance: windows resemble their whole, photos don't resemble each other."""
    from django.db import connection, transaction

    from bihuan.kernel.evidence import prints
    from bihuan.kernel.evidence.models import PhotoPrint

    batch = []
    for number in numbers:
        chosen = random.Random(number)
        whole = chosen.getrandbits(64) - (1 << 63)
        parts = [turned(whole, chosen, 28) for _window in prints.WINDOWS]
        bands = {"whole_bands": prints.bands(whole), "part_bands": prints.all_bands(parts)}
        batch.append(PhotoPrint(file_id=number, whole=whole, parts=parts, **bands))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no files belong to these prints
        PhotoPrint.objects.bulk_create(batch, batch_size=2000)
        cursor.execute("SET session_replication_role = DEFAULT")


def vacuum() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE evidence_photoprint")


def turned(value: int, chosen: random.Random, most: int) -> int:
    """The hash with up to `most` bits turned."""
    for place in chosen.sample(range(64), chosen.randrange(most + 1)):
        value ^= 1 << place if place < 63 else -(1 << 63)
    return value
