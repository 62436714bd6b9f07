import pytest
from django.urls import reverse

from bihuan.oversight.enterprises import labels
from bihuan.oversight.enterprises.rules.colour import TRIGGERS, VERSION_1

pytestmark = pytest.mark.django_db


def test_the_rule_shows_every_trigger_number_and_what_is_connected(world, as_user):
    text = as_user(world.clerk).get(reverse("colour-rule")).text
    assert [one.id for one in TRIGGERS if one.id not in text or str(one.label) not in text] == []
    assert "问题闭环" in text
    assert "未接入" in text
    assert "参数为本系统自定" in text


def test_every_number_has_a_word():
    assert set(labels.NUMBERS) == set(VERSION_1.as_json())
