
from tests.app.conftest import clean, open_window
from tests.e2e import test_ann_persian as t
from tests.e2e.test_ann_persian import painted
import pytest, app.language as L
def test_bites(qtbot, open_window, painted, caplog, monkeypatch):
    before=L.set_language
    def broken(l):
        before(l)
        L._translations.pop("mean binary cross-entropy of {count} examples",None)
        L._translations.pop("What the network says of every point",None)
        L._translations.pop("taken for another class",None)
    monkeypatch.setattr("app.window.set_language",broken)
    t.test_a_page_is_persian_and_nothing_is_logged(qtbot, open_window, painted, caplog, "ann.binary")
