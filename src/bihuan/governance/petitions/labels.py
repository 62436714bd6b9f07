"""Words for flags and checks."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.governance.petitions.models import Finding, Handling, StrikeOff, Verdict

FLAGS: dict[str, Any] = {
    "number_missing": _("The source gives no number."),
    "number_pattern_unknown": _("The number is written in a way we don't know."),
    "number_date_impossible": _("The number holds a day that doesn't exist."),
    "area_outside": _("The place lies outside this city; no problem was raised here."),
    "text_missing": _("The source's copy lacks the text of the petition."),
    "text_truncated": _("The source's copy cut some fields off; nothing was filled in."),
    "verdict_unknown": _("The word for substantiation isn't known; it is kept as printed."),
    "closure_unknown": _("The word for the handling isn't known; it is kept as printed."),
    "type_unknown": _("A pollution type isn't known; it counts as “other”."),
    "date_incomplete": _("The day of publication is printed without a day."),
    "personal_numbers": _("The text holds a telephone or identity number; the public table hides it."),
}

CHECKS: dict[str, Any] = {
    "channels": _("calls and letters against the total"),
    "regions": _("places against the total"),
    "types": _("pollution types against the total"),
    "cumulative_regions": _("places against the cumulative total"),
    "cumulative_types": _("pollution types against the cumulative total"),
    "key_regions": _("places of the key cases against their total"),
    "key_types": _("types of the key cases against their total"),
    "results": _("results against the total"),
    "cumulative_results": _("cumulative results against the cumulative total"),
    "cumulative_channels": _("cumulative calls and letters against the cumulative total"),
    "cumulative": _("the batch before, plus this one, against the cumulative total"),
    "cumulative_types_follow": _("the batch before, plus this one, type by type"),
    "cumulative_regions_follow": _("the batch before, plus this one, place by place"),
}

REASONS: dict[str, Any] = {
    "shared": _("One petition is shared by several places, as the note says."),
    "left_out": _("A petition is left out of the list, as the note says."),
    "by_problem": _("Types are counted by problem; one petition may stand under several."),
}

MARKS = {"agrees": "ok", "explained": "info", "slip": "soon", "mismatch": "late"}
STEP_MARKS = {"none": "none", "proposed": "info", "under_notice": "info", "struck_off": "ok"}
HANDLING_MARKS = {"unknown": "none", "in_progress": "info", "stage_concluded": "soon", "concluded": "ok"}


def flag_label(flag: str) -> Any:
    return FLAGS.get(flag, flag)


def check_label(name: str) -> Any:
    if name.startswith("share:"):
        return _("printed share of %(type)s") % {"type": name.partition(":")[2]}
    return CHECKS.get(name, name)


def reason_label(why: str) -> Any:
    return REASONS.get(why, "")


PATTERNS: dict[str, Any] = {
    "current": _("number of the rounds since 2019"),
    "province_code": _("number with the province's code"),
    "channel_date": _("number of channel, day and serial"),
    "round_year": _("number of round and year"),
    "letters_date": _("number of letters, day and serial"),
    "visit_year": _("number by year in brackets"),
    "word_date": _("number with a word for the channel"),
    "date_serial": _("number of day and serial"),
    "year_serial": _("number by year in brackets"),
    "serial": _("serial of its list"),
    "list_position": _("position in its list"),
    "starred_serial": _("serial with masked parts"),
    "unknown": _("number of an unknown kind"),
    "missing": _("no number"),
}

EVENTS: dict[str, Any] = {
    "petition.receive": _("Taken in"),
    "petition.update": _("The source prints something else"),
    "petition.find": _("Finding recorded"),
    "petition.handle": _("Handling recorded"),
    "petition.strike_off": _("Striking off recorded"),
    "petition.attribute": _("Divided among places"),
    "petition.effect": _("Effect added"),
    "petition.unmask": _("The complainant's seal was opened"),
}


def pattern_word(pattern: str) -> Any:
    return PATTERNS.get(pattern, pattern)


def event_label(kind: str) -> Any:
    return EVENTS.get(kind, kind)


def finding_word(value: str) -> Any:
    return Finding(value).label


def handling_word(value: str) -> Any:
    return Handling(value).label


def strike_off_word(value: str) -> Any:
    return StrikeOff(value).label


def verdict_word(value: str) -> Any:
    return Verdict(value).label
