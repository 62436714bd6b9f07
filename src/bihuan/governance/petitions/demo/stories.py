"""Which petitions came when, about what, and which of them were about the same matter."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bihuan.governance.petitions.demo.cast import Cast
from bihuan.governance.petitions.demo.texts import TEXTS, UNFOUNDED, WEIGHTS
from bihuan.kernel.places.models import Jurisdiction

FIRST_DAY = date(2020, 9, 2)
DAYS = 30
REPEAT_SHARE = 0.66
UNFOUNDED_SHARE = 0.18
FINDINGS = ("true", "true", "largely_true", "partly_true")
# Every type and place is there however few cases are built.
PLACE_WEIGHTS = (30, 28, 22, 18, 34, 26, 32, 20, 25)


@dataclass
class Told:
    """One petition: number, day and text."""

    number: str
    day: date
    text: str
    key_case: bool = False
    channel: str = "letter"


@dataclass
class Story:
    """One matter, with the petitions about it in the order of their days."""

    place: Jurisdiction
    town: str
    kind: str
    word: str
    finding: str
    found: str
    done: str
    turn: int
    text: str
    petitions: list[Told] = field(default_factory=list)


def stories(cast: Cast, rng: Any, total: int) -> list[Story]:
    days = sorted(rng.randrange(DAYS) for _number in range(total))
    serials: Counter[date] = Counter()
    told: list[Story] = []
    for offset in days:
        day = FIRST_DAY + timedelta(days=offset)
        founded = [story for story in told if _may_come_again(story, day)]
        if founded and rng.random() < REPEAT_SHARE:
            story = rng.choice(founded)
            text = f"再次反映：{story.petitions[0].text}"
        else:
            story = _story(cast, rng, len(told))
            told.append(story)
            text = story.text
        story.petitions.append(_petition(rng, day, text, serials))
    return told


def _may_come_again(story: Story, day: date) -> bool:
    """A matter that was found, seen on an earlier day and not yet heard of too often."""
    return story.finding != "unfounded" and story.petitions[0].day < day and len(story.petitions) < 7


def _story(cast: Cast, rng: Any, turn: int) -> Story:
    kinds = list(WEIGHTS)
    place = rng.choices(cast.places, [PLACE_WEIGHTS[at % 9] for at in range(len(cast.places))])[0]
    town = rng.choice(cast.towns[place.path])
    kind = kinds[turn] if turn < len(kinds) else rng.choices(kinds, list(WEIGHTS.values()))[0]
    word, texts = TEXTS[kind]
    problem, found, done = rng.choice(texts)
    unfounded = rng.random() < UNFOUNDED_SHARE
    return Story(
        place=place,
        town=town,
        kind=kind,
        word=word,
        finding="unfounded" if unfounded else rng.choice(FINDINGS),
        found=UNFOUNDED if unfounded else f"经现场核查，{found}",
        done="无需整改，已向群众说明情况" if unfounded else done,
        turn=turn,
        text=problem.format(place=f"{place.name}{'' if town == place.name else town}"),
    )


def _petition(rng: Any, day: date, text: str, serials: Counter[date]) -> Told:
    serials[day] += rng.randrange(1, 9)
    channel = rng.choice("DX")
    return Told(
        number=f"{channel}2ZJ{day:%Y%m%d}{serials[day]:04d}",
        day=day,
        text=text,
        key_case=rng.random() < 0.06,
        channel="phone" if channel == "D" else "letter",
    )
