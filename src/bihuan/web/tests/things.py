"""One of each thing that an address can name, made on the base world."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bihuan.governance.inspections.actions import NewItem, open_round, receive_item
from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.governance.petitions.actions import NewCase, receive_case
from bihuan.governance.petitions.models import PetitionBatch, PetitionCase
from bihuan.governance.petitions.rules import number as numbers
from bihuan.governance.petitions.rules.vocabulary import Pollution, Type
from bihuan.kernel.identity.actions.security import load_security_rules
from bihuan.kernel.identity.models import SecurityRule, SignIn
from bihuan.kernel.ledger.actions.sealing import make_checkpoint
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.notices.actions.robots import save_robot
from bihuan.kernel.notices.models import Notice, Robot
from bihuan.kernel.registers import uploads
from bihuan.kernel.registers.models import SavedView
from bihuan.kernel.registers.register import REGISTERS
from bihuan.loop.models import SourceRecord
from bihuan.loop.tests.story import Story
from bihuan.oversight.enterprises.tests.things import make_plant
from bihuan.oversight.monitoring.tests.things import make_monitoring
from bihuan.reports.actions import generate
from bihuan.reports.models import Report

AS_OF = date(2022, 12, 31)


def make_things(world: Any) -> Mapping[str, Any]:
    """Everything lies in the base world's county but for the round and the reports, which are the city's."""
    story = Story(world).rectifying()
    noticed = Story(world, procedure="feedback").publicised()
    inspected, draft = _round(world), _draft(world)
    checkpoint, plant = make_checkpoint(), make_plant(world)
    return {
        "problem": story.problem.pk,
        "event": "record_progress",
        "source": _source(story).pk,
        "public_notice": noticed.notice.pk,
        "checkpoint": checkpoint.pk if checkpoint else 0,
        "sealed_event": Event.objects.filter(stream=story.problem.stream).latest("pk").pk,
        "board": noticed.problem.pk,
        "sha256": noticed.problem.attachments.first().file.sha256,
        "round": inspected.pk,
        "item": _item(inspected, world).pk,
        "petition": _case(world).pk,
        "finding": "finding",
        "batch": _batch().pk,
        "draft": draft.pk,
        "report": _released(draft, world).pk,
        "template": "rectification",
        "computed_figure": "feedback_done",
        "recorded_figure": "patrol_grids",
        "brought_in_figure": "enterprises_coded",
        **plant,
        **make_monitoring(world, plant),
        "notice": _notice(world).pk,
        "register": "problems",
        "bulk_act": "remind",
        "saved_view": SavedView.objects.create(owner=world.city_officer, register="problems", name="我的").pk,
        "robot": _robot(world).pk,
        "token": _waiting_file(world),
        "wing": "governance",
        "no_provider": "nobody",
        "session": _session(world).pk,
        "account": world.handler.pk,
        "unit": world.bureau.pk,
        "post": world.handler.posts.get().pk,
        "account_act": "close",
        "security_rule": _security_rule().pk,
    }


def _source(story: Story) -> SourceRecord:
    place = story.problem.jurisdiction
    fields = {**SourceRecord.where(place), "kind": "report", "number": "S-1", "problem": story.problem}
    return SourceRecord.objects.create(**fields, title="群众举报")


def _round(world: Any) -> Round:
    return open_round(by=world.city_officer, name="第二轮督察", inspected=world.city, ordinal=2)


def _item(inspected: Round, world: Any) -> FeedbackItem:
    new = NewItem("历史堆存污泥未清运。", "specific", world.county, deadline=AS_OF)
    return receive_item(inspected, new, by=world.city_officer)


def _case(world: Any) -> PetitionCase:
    number = numbers.parse("X2ZJ202009040007")
    new = NewCase(
        key=number.text,
        number=number,
        text="某家具厂夜间喷漆。",
        jurisdiction=world.county,
        types=(Type(Pollution.AIR, "大气"),),
        level="central",
        inspection="第二轮督察",
        round=2,
        channel="letter",
        received_on=date(2020, 9, 4),
        complainant={"name": "来信人", "phone": "", "address": ""},
    )
    return receive_case(new, by=world.city_officer)


def _batch() -> PetitionBatch:
    return PetitionBatch.objects.create(number="嘉兴·3", area="嘉兴市", inspection="第二轮督察")


def _draft(world: Any) -> Report:
    return generate("rectification", by=world.city_officer, jurisdiction=world.city, as_of=AS_OF)


def _released(draft: Report, world: Any) -> Report:
    """A report like the draft that a second person has released, without the figures that would need."""
    kept = {
        field.attname: getattr(draft, field.attname) for field in draft._meta.fields if field.name != "id"
    }
    changed = {
        "state": Report.State.RELEASED,
        "content": draft.content | {"checks": []},
        "released_by_id": world.leader.pk,
        "released_at": timezone.now(),
    }
    return Report.objects.create(**kept | changed)


def _notice(world: Any) -> Notice:
    return Notice.objects.create(
        recipient=world.handler,
        cause="test",
        template="problem.turn",
        params={"number": "1", "title": "某问题"},
        url="/desk/",
    )


def _security_rule() -> SecurityRule:
    load_security_rules()
    return SecurityRule.objects.get(rule_id="idle_minutes")


def _session(world: Any) -> SignIn:
    return SignIn.objects.create(user=world.handler, session_key="s" * 32, method="password")


def _robot(world: Any) -> Robot:
    robot = Robot(unit=world.bureau, kind="wecom", name="住建整改群")
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d-4e5f-6789-abcd-ef0123456789"
    return save_robot(robot, by=world.city_officer, address=address)


def _waiting_file(world: Any) -> str:
    """One row with every column that some import can't do without, and nothing in them."""
    importers = [one.importer for one in REGISTERS.values() if one.importer]
    row = {name: "" for importer in importers for name in sorted(importer.required)}
    rows = SimpleUploadedFile("rows.jsonl", f"{json.dumps(row, ensure_ascii=False)}\n".encode())
    return uploads.keep(rows, user=world.city_officer)
