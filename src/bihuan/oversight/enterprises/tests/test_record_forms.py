"""Forms for every kind of record, and what ends one."""

import pytest
from django.urls import reverse

from bihuan.kernel.people.models import Post
from bihuan.oversight.enterprises.models import (
    Enterprise,
    FacilityLink,
    Logger,
    Outlet,
    OutletLimit,
    ProductionFacility,
    Site,
    TreatmentFacility,
)
from bihuan.oversight.enterprises.tests.conftest import USCC

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world, as_user):
    return as_user(world.county_officer)


def new(plant, kind: str) -> str:
    return reverse("enterprise-record-new", args=[plant.enterprise.pk, kind])


def test_an_enterprise_is_entered_and_corrected(client, world):
    said = {
        "name": "海宁新企业有限公司",
        "id_kind": "uscc",
        "uscc": "91330402MA2CXY717U",
        "jurisdiction": world.town.pk,
        "management_class": "simplified",
        "operation": "running",
        "registered_on": "2026-01-05",
    }
    answer = client.post(reverse("enterprises-new"), said)
    enterprise = Enterprise.objects.get(name=said["name"])
    assert answer.url == reverse("enterprise", args=[enterprise.pk])
    edit = reverse("enterprises-edit", args=[enterprise.pk])
    assert client.post(edit, said | {"industry": "印染"}).status_code == 302
    enterprise.refresh_from_db()
    assert enterprise.industry == "印染"
    wrong = client.post(edit, said | {"uscc": "91330402MA2CXY717X"})
    assert wrong.status_code == 200
    assert "校验码" in wrong.text


def test_places_are_those_in_which_one_may_enter(client, world):
    text = client.get(reverse("enterprises-new")).text
    assert world.town.name in text
    assert world.other_county.name not in text


CASES = {
    "site": (Site, {"name": "二厂", "source_code": f"{USCC}002P"}),
    "outlet": (
        Outlet,
        {
            "code": "DA002",
            "name": "定型废气",
            "medium": "voc",
            "kind": "main",
            "system_code": "31",
            "mode": "direct",
        },
    ),
    "production": (ProductionFacility, {"code": "MF0002", "name": "定型机"}),
    "treatment": (TreatmentFacility, {"code": "TA002", "name": "静电", "medium": "air"}),
}


@pytest.mark.parametrize("kind", CASES)
def test_what_stands_on_a_site_is_entered_and_corrected(client, plant, world, kind):
    model, said = CASES[kind]
    said = said | {"site": plant.site.pk, "jurisdiction": world.town.pk}
    assert client.get(new(plant, kind)).status_code == 200
    assert client.post(new(plant, kind), said).status_code == 302
    made = model.objects.get(name=said["name"])
    assert made.enterprise == plant.enterprise
    edit = reverse("enterprise-record", args=[plant.enterprise.pk, kind, made.pk])
    assert made.name in client.get(edit).text
    assert client.post(edit, said | {"remark": "核对过"}).status_code == 302
    made.refresh_from_db()
    assert made.remark == "核对过"


def test_facilities_are_linked(client, plant):
    said = {
        "treatment": plant.scrubber.pk,
        "outlet": plant.drain.pk,
        "mode": "all",
        "valid_from": "2026-01-01",
    }
    assert client.post(new(plant, "link"), said).status_code == 302
    assert FacilityLink.objects.count() == 2
    one_end = client.post(
        new(plant, "link"), {"treatment": plant.scrubber.pk, "mode": "all", "valid_from": "2026-01-01"}
    )
    assert one_end.status_code == 200
    assert "两项" in one_end.text


def test_a_limit_is_set_from_a_day_on_and_withdrawn(client, plant):
    said = {
        "outlet": plant.chimney.pk,
        "factor_code": "a21026",
        "averaging": "hour",
        "kind": "permit",
        "upper": "35",
        "valid_from": "2025-01-01",
        "source": "换发许可证",
    }
    assert client.post(new(plant, "limit"), said).status_code == 302
    limit = OutletLimit.objects.get(upper=35)
    again = client.post(new(plant, "limit"), said | {"upper": "30"})
    assert again.status_code == 200
    assert "换发许可证" in again.text
    end = reverse("enterprise-record-end", args=[plant.enterprise.pk, "limit", limit.pk])
    assert client.get(end).status_code == 200
    assert client.post(end, {"reason": "录入错误"}).status_code == 302
    limit.refresh_from_db()
    assert limit.withdrawn_because == "录入错误"
    assert (
        client.get(reverse("enterprise-record", args=[plant.enterprise.pk, "limit", limit.pk])).status_code
        == 404
    )


def test_a_logger_is_installed_changed_and_taken_away(client, plant):
    said = {
        "mn": "AAAA0001",
        "outlets": [plant.drain.pk],
        "edition": "2025",
        "valid_from": "2026-01-01T08:00",
        "key": "0123456789ABCDEF",
        "networks": "10.1.0.0/16",
        "realtime_interval_s": "60",
        "minute_interval_min": "10",
    }
    assert client.post(new(plant, "logger"), said).status_code == 302
    logger = Logger.objects.get(mn="AAAA0001")
    edit = reverse("enterprise-record", args=[plant.enterprise.pk, "logger", logger.pk])
    page = client.get(edit)
    assert "2026-01-01T08:00" in page.text
    assert "0123456789ABCDEF" not in page.text
    assert client.post(edit, said | {"key": "", "realtime_interval_s": "30"}).status_code == 302
    logger.refresh_from_db()
    assert (logger.realtime_interval_s, Logger.objects.filter(mn="AAAA0001").count()) == (30, 1)
    assert client.post(new(plant, "logger"), said | {"networks": "nowhere"}).status_code == 200
    end = reverse("enterprise-record-end", args=[plant.enterprise.pk, "logger", logger.pk])
    assert client.post(end, {"at": "2026-06-01T08:00", "reason": "拆除"}).status_code == 302
    logger.refresh_from_db()
    assert logger.valid_to is not None


@pytest.mark.parametrize(
    "address", ["rabbit/new/", "rabbit/1/", "outlet/999999/", "outlet/1/end/", "limit/999999/end/"]
)
def test_what_is_not_there_is_404(client, plant, address):
    assert client.get(f"/enterprises/{plant.enterprise.pk}/{address}").status_code == 404


def test_a_county_officer_without_a_place_may_enter_nowhere(world, as_user):
    Post.objects.filter(user=world.county_officer).update(jurisdiction=None)
    assert world.town.name not in as_user(world.county_officer).get(reverse("enterprises-new")).text


def test_the_empty_workbook_is_given_out(client):
    answer = client.get(reverse("enterprises-template"))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"PK")
    page = client.get(reverse("outlets-import")).text
    assert reverse("enterprises-template") in page
