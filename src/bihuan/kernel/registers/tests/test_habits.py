"""Saved views and chosen columns."""

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse

from bihuan.kernel.errors import Refused
from bihuan.kernel.people.models import Post, User
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.registers import actions, asked
from bihuan.kernel.registers.models import Habit, SavedView
from bihuan.kernel.registers.tests.toy import TOY
from bihuan.page_text import page_text

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.kernel.registers.tests.urls")]
LIST = "/toy/"


@pytest.fixture
def colleague(world):
    """Somebody else in the county officer's office."""
    user = User.objects.create_user("colleague", name="同事")
    Post.objects.create(
        user=user, role=Role.COUNTY_OFFICE, jurisdiction=world.county, unit=world.county_office_unit
    )
    return user


def save(client, **said):
    return client.post(reverse("view-save", args=["toy"]), {"asked": "", "name": "我的视图", **said})


def change(client, view, **said):
    return client.post(reverse("view-change", args=[view.pk]), said)


def choose(client, *names, **said):
    return client.post(reverse("register-columns", args=["toy"]), {"column": names, "asked": "", **said})


def heads(answer):
    table = page_text(answer).split("<thead")[1].split("</thead>")[0]
    return [name for name in ("编号", "说明", "数值", "日期", "县区", "状态", "依据") if name in table]


def test_a_view_keeps_the_question_and_nothing_else(world, as_user, make):
    make("T-1", author="甲")
    make("T-2", author="乙")
    client = as_user(world.county_officer)
    answer = save(client, asked="sort=-value&author=乙&page=x&view=9&cols=author&day_from=rubbish&other=1")
    view = SavedView.objects.get()
    assert QueryDict(view.asked).dict() == {"author": "乙", "sort": "-value", "cols": "author"}
    assert answer["Location"] == view.url
    shown = client.get(view.url)
    assert "乙" in page_text(shown)
    assert "T-1" not in page_text(shown)
    assert heads(shown) == ["说明"]
    assert "我的视图" in page_text(shown)


def test_the_same_name_is_written_over_and_a_name_is_needed(world, as_user, toy):
    client = as_user(world.county_officer)
    save(client, asked="author=甲")
    save(client, asked="author=乙")
    assert SavedView.objects.get().asked == "author=%E4%B9%99"
    assert save(client, name=" \x00 ").status_code == 409
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(owner=world.county_officer, register="toy", name="我的视图")


def test_a_view_is_private_until_it_is_shared_with_the_office(world, as_user, toy, colleague):
    mine, theirs = as_user(world.county_officer), as_user(colleague)
    save(mine)
    assert "我的视图" not in page_text(theirs.get(LIST))
    save(mine, office=world.county_office_unit.pk)
    shown = page_text(theirs.get(LIST))
    assert "我的视图" in shown
    assert "吴县办" in shown
    assert "我的视图" not in page_text(as_user(world.outsider).get(LIST))
    view = SavedView.objects.get()
    assert change(theirs, view, open="1").status_code == 302
    assert change(theirs, view, delete="1").status_code == 403
    assert change(theirs, view, keep="1").status_code == 403
    assert change(as_user(world.outsider), view, open="1").status_code == 404


def test_sharing_is_with_an_office_of_ones_own(world, toy):
    with pytest.raises(Refused, match="机构"):
        actions.save_view(
            TOY, by=world.county_officer, name="x", data=QueryDict(), share_with=world.bureau.pk
        )


def test_a_register_opens_with_the_readers_own_view(world, as_user, toy, colleague):
    mine, theirs = as_user(world.county_officer), as_user(colleague)
    save(mine, asked="author=乙", opens="1", office=world.county_office_unit.pk)
    view = SavedView.objects.get()
    assert mine.get(LIST)["Location"] == view.url
    assert theirs.get(LIST).status_code == 200
    assert mine.get(LIST, {"view": "none"}).status_code == 200
    change(theirs, view, open="1")
    assert theirs.get(LIST)["Location"] == view.url
    save(mine, asked="author=乙")
    assert theirs.get(LIST).status_code == 200, "it is no longer shared"
    change(mine, view, plain="1")
    assert mine.get(LIST).status_code == 200


def test_an_own_view_is_changed_and_deleted(world, as_user, toy):
    client = as_user(world.county_officer)
    save(client, asked="author=乙", opens="1")
    view = SavedView.objects.get()
    shown = page_text(client.get(LIST, {"view": view.pk, "author": "甲"}))
    assert "保存对“我的视图”的改动" in shown
    assert "保存对" not in page_text(client.get(view.url))
    change(client, view, keep="1", asked="author=甲")
    view.refresh_from_db()
    assert QueryDict(view.asked)["author"] == "甲"
    change(client, view, delete="1")
    assert not SavedView.objects.exists()
    assert Habit.objects.get().opens_with is None
    assert client.get(LIST).status_code == 200


def test_chosen_columns_are_kept_in_their_order(world, as_user, make):
    make("T-1", author="甲")
    client = as_user(world.county_officer)
    assert heads(client.get(LIST)) == ["编号", "说明", "数值", "日期", "县区", "状态"]
    assert choose(client, "as_of", "basis", "document_ref", "nonsense", asked="author=甲&page=x")[
        "Location"
    ] == (f"{LIST}?author=%E7%94%B2")
    table = page_text(client.get(LIST)).split("<thead")[1].split("</thead>")[0]
    assert table.index("日期") < table.index("依据") < table.index("编号")
    assert "说明" not in table
    assert "恢复默认列" in page_text(client.get(LIST))
    assert len(heads(as_user(world.leader).get(LIST))) == 6
    choose(client, usual="1")
    assert heads(client.get(LIST)) == ["编号", "说明", "数值", "日期", "县区", "状态"]
    assert Habit.objects.get().columns == []
    choose(client, *[column.name for column in TOY.columns])
    assert Habit.objects.get().columns == []


def test_in_a_view_the_columns_become_part_of_the_question(world, as_user, toy):
    answer = choose(as_user(world.county_officer), "as_of", "value", asked="view=7")
    assert answer["Location"] == f"{LIST}?view=7&cols=as_of&cols=value"


def test_the_first_chosen_column_leads_to_the_record(world, as_user, make):
    made = make("T-1")
    shown = page_text(as_user(world.leader).get(LIST, {"cols": ["mark", "value"]}))
    assert f'href="{reverse("toy-detail", args=[made.pk])}"' in shown.split("<tbody")[1]


def test_a_hidden_column_still_sorts(world, make):
    question = asked.read(TOY, QueryDict("cols=author&sort=-value"))
    assert question.order == "-value"
    assert asked.read(TOY, QueryDict("sort=author")).order == TOY.default_sort


def test_an_unknown_register_is_not_there(world, as_user):
    client = as_user(world.county_officer)
    assert client.post(reverse("view-save", args=["cellar"]), {"name": "x"}).status_code == 404
    assert client.post(reverse("register-columns", args=["cellar"])).status_code == 404
