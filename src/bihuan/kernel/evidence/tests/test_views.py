import pytest

from bihuan.loop.tests.files import photo

pytestmark = pytest.mark.django_db


def test_the_uploader_opens_it_others_see_nothing(world, as_user, anonymous) -> None:
    file = photo(world.handler)
    for kind in ("", "display/"):
        url = f"/evidence/{file.sha256}/{kind}"
        assert as_user(world.handler).get(url).status_code == 200
        assert as_user(world.outsider).get(url).status_code == 404
        assert anonymous.get(url).status_code == 302


def test_the_original_is_a_download_and_nothing_is_sniffed(world, as_user) -> None:
    answer = as_user(world.handler).get(f"/evidence/{photo(world.handler).sha256}/")
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_hash_is_not_there(world, as_user) -> None:
    assert as_user(world.handler).get(f"/evidence/{'0' * 64}/").status_code == 404


def test_a_file_without_a_picture_has_no_display(world, as_user) -> None:
    file = photo(world.handler)
    file.display_sha256 = ""
    file.save(update_fields=["display_sha256"])
    assert as_user(world.handler).get(f"/evidence/{file.sha256}/display/").status_code == 404
