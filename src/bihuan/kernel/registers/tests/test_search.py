import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.figures.models import RecordedFigure
from bihuan.kernel.registers.search import bigrams, matching, wanted

texts = st.text(alphabet="海宁桐乡a1B （）,-", max_size=12)


def test_what_is_stored():
    assert bigrams("海宁市") == sorted(["海", "宁", "市", "海宁", "宁市"])
    assert bigrams("ＡＢ（c）") == sorted(["a", "b", "c", "ab"])
    assert bigrams("", "—") == []
    assert wanted("宁") == ["宁"]
    assert wanted("海宁-1") == ["1", "海宁"]


@given(texts, texts, texts)
def test_a_text_holds_the_terms_of_each_of_its_pieces(before, piece, after):
    assert set(wanted(piece)) <= set(bigrams(before + piece + after))


def found(query):
    condition = matching(query, terms="parties", texts=("document_ref", "author"))
    return sorted(RecordedFigure.objects.filter(condition).values_list("document_ref", flat=True))


@pytest.mark.django_db
def test_the_text_confirms_what_the_pairs_suggest(make):
    make("T1", author="海宁宁海")
    make("T2", author="宁海宁波")
    assert found("海宁") == ["T1", "T2"]
    assert found("宁海宁") == ["T2"]
    assert found("波") == ["T2"]
    assert found("海宁 T1") == ["T1"]
    assert found("t2") == ["T2"]
    assert found("桐乡") == []


@pytest.mark.django_db
def test_signs_and_wildcards_are_only_text(make):
    make("T1", author="100%达标")
    make("T2", author="100达标")
    assert found("100%") == ["T1"]
    assert found("%_\x00") == ["T1", "T2"]
    assert found("１００%") == ["T1"]


def test_one_pair_is_certain_and_asks_for_no_text():
    assert "author" in str(matching("海宁宁", terms="parties", texts=("author",)))
    assert "author" in str(matching("海-1", terms="parties", texts=("author",)))
    assert "author" not in str(matching("海宁", terms="parties", texts=("author",)))
    assert "author" in str(matching("海宁", texts=("author",)))
