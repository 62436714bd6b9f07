"""Taking a printed place apart: “浙江省嘉兴市秀洲区”, “秀洲区”, “绍兴市越城区、柯桥区”."""

import re
from dataclasses import dataclass

_PROVINCE = re.compile(r"(.{2,8}?(?:省|自治区)|北京市|天津市|上海市|重庆市)(?=.)")
_CITY = re.compile(r"(.{2,9}?(?:市|地区|自治州|盟|新区))(.*)")
_BETWEEN = re.compile(r"[、,，;；/\n]+")


@dataclass(frozen=True)
class Area:
    province: str = ""
    city: str = ""
    county: str = ""

    @property
    def text(self) -> str:
        return f"{self.province}{self.city}{self.county}"


def areas(text: str) -> list[Area]:
    """One for each place the text names; a later one without a city lies in the city before it."""
    found: list[Area] = []
    for piece in _BETWEEN.split("".join(text.split(" "))):
        if piece:
            one = area(piece)
            before = found[-1] if found else Area()
            shared = before.city and not one.city
            found.append(Area(before.province, before.city, one.county) if shared else one)
    return found


def area(text: str) -> Area:
    province = _PROVINCE.match(text)
    rest = text[province.end() :] if province else text
    city = _CITY.fullmatch(rest)
    name = province[1] if province else ""
    if city is None:
        return Area(name, "", rest)
    return Area(name, city[1], city[2])
