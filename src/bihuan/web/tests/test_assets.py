"""Style sheets and scripts: hashed names, compressed, kept by the browser; pages compressed too."""

import gzip
import re
from urllib.request import Request, urlopen

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.functional import empty

from bihuan.web import assets

HASHED = re.compile(r"/static/[\w/.-]+\.[0-9a-f]{12}\.\w+")


@pytest.fixture
def source(tmp_path, settings):
    """Two files of our own, and an empty place to collect them in."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "page.css").write_text("body { color: #123456; }\n" * 50)
    (folder / "page.js").write_text('import { draw } from "./part.js";\ndraw();\n')
    (folder / "part.js").write_text("export function draw() {}\n")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [folder], tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    finders.get_finder.cache_clear()
    staticfiles_storage._wrapped = empty
    yield folder
    finders.get_finder.cache_clear()
    staticfiles_storage._wrapped = empty


def test_files_are_collected_once_under_names_with_their_hash(source, settings):
    assert staticfiles_storage.url("page.css") == "/static/page.css", "before anything was collected"
    assert assets.collect()
    assert not assets.collect()
    staticfiles_storage._wrapped = empty
    assert HASHED.fullmatch(staticfiles_storage.url("page.css"))
    assert staticfiles_storage.url("unknown.css") == "/static/unknown.css"
    kept = [path.name for path in settings.STATIC_ROOT.iterdir()]
    assert any(re.fullmatch(r"page\.[0-9a-f]{12}\.css\.gz", name) for name in kept)


def test_a_script_imports_its_parts_by_their_hash(source, settings):
    assets.collect()
    (script,) = settings.STATIC_ROOT.glob("page.*.js")
    assert re.search(r"\./part\.[0-9a-f]{12}\.js", script.read_text())


def test_a_changed_file_is_collected_again(source, settings):
    assets.collect()
    (source / "page.css").write_text("body { color: #654321; }\n")
    assert assets.collect()
    assert len(list(settings.STATIC_ROOT.glob("page.*.css"))) == 1


def answer(url):
    return urlopen(Request(url, headers={"Accept-Encoding": "gzip"}), timeout=30)


@pytest.mark.story
def test_a_running_instance_serves_them_compressed_and_for_ever(instance):
    with answer(f"{instance.url}/login/") as page:
        assert page.headers["Content-Encoding"] == "gzip"
        html = gzip.decompress(page.read()).decode()
    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', html))
    assert len(files) > 8
    for name in files:
        assert HASHED.fullmatch(name), name
        with answer(instance.url + name) as file:
            assert "immutable" in file.headers["Cache-Control"], name
            if name.endswith((".css", ".js")):
                assert file.headers["Content-Encoding"] == "gzip", name


def test_only_pages_and_data_are_compressed(client, db, world, as_user, settings):
    zipped = {"Accept-Encoding": "gzip"}
    reader = as_user(world.leader)
    assert reader.get("/problems/", headers=zipped)["Content-Encoding"] == "gzip"
    export = reader.get("/problems/export.xlsx", headers=zipped)
    assert "Content-Encoding" not in export.headers
    b"".join(export.streaming_content)
