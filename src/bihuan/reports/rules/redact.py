"""What a published report must not say: persons, complainants, coordinates of sensitive sites. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

MASK = "某"

IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
DECIMAL_PAIR = re.compile(
    r"(?<![\d.])(?:1[0-3]\d|7[3-9]|[89]\d)\.\d{3,}\s*[,\uff0c、]\s*[1-5]?\d\.\d{3,}(?!\d)"
)
DEGREES = re.compile(
    r"(?:[东西]经|[南北]纬|[EN])\s*\d{1,3}(?:\.\d+)?\s*[°度]"
    r"(?:\s*\d{1,2}(?:\.\d+)?\s*[′'分])?(?:\s*\d{1,2}(?:\.\d+)?\s*[″\"秒])?"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤屠俞费"
)
COMPLAINANT = re.compile(
    rf"(举报人|投诉人|信访人|反映人|来信人|来电人)[:\uff1a]?\s*([{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
    r"(?=[、,\uff0c。;\uff1b(\uff08\s向反来要电]|$)"
)


@dataclass(frozen=True)
class Redaction:
    text: str
    kinds: tuple[str, ...]


def redact(text: str, *, persons: Iterable[str] = ()) -> Redaction:
    """The text without what identifies a person or a sensitive place, and which kinds were taken out."""
    kinds: list[str] = []
    for kind, pattern, replacement in _TABLE:
        text, hits = pattern.subn(replacement, text)
        if hits:
            kinds.append(kind)
    for name in sorted(set(persons), key=len, reverse=True):
        if len(name) > 1 and name in text:
            text = text.replace(name, name[0] + MASK * (len(name) - 1))
            kinds.append("person")
    return Redaction(text, tuple(dict.fromkeys(kinds)))


_TABLE = (
    ("identity", IDENTITY, "（证件号码略）"),
    ("telephone", MOBILE, "（电话略）"),
    ("telephone", LANDLINE, "（电话略）"),
    ("coordinates", DECIMAL_PAIR, "（坐标略）"),
    ("coordinates", DEGREES, "（坐标略）"),
    ("complainant", COMPLAINANT, rf"\1{MASK}{MASK}"),
)
