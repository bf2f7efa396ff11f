"""The pages of kernels on photographs and of pipelines, by mouse and keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from torch.nn import functional

from app.pages.page import Page
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView
from app.widgets.blocks import BlocksEdit
from lab.core.events import Metrics
from lab.core.pictures import Pictures
from tests.app.keyboard import type_text
from tests.app.mouse import LEFT
from tests.app.pages import page_of, type_over, values
from tests.app.windows import Opener
from tests.e2e.acts import Acts, pick, said, shown


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """A small picture of the user's, in a folder with a Persian name."""
    pixels = np.random.default_rng(0).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    path = tmp_path / "عکس" / "p.png"
    path.parent.mkdir()
    Image.fromarray(pixels).save(path)
    return path


def newest(page: Page, kind: type[Any], name: str = "") -> Any:
    found = [event for event in page.runner.history.replay() if isinstance(event, kind)]
    return next((event for event in reversed(found) if getattr(event, "name", "") == name), None)


def computed(acts: Acts, page: Page, kernel: Any, **options: Any) -> None:
    """Wait for the result of torch itself."""
    planes = torch.tensor(values(page).photo().pixels).permute(2, 0, 1) / 255
    grey = 0.299 * planes[0] + 0.587 * planes[1] + 0.114 * planes[2]
    weights = torch.tensor(kernel, dtype=torch.float32)
    wanted = functional.conv2d(grey[None, None], weights[None, None], **options)[0, 0].numpy()

    def there() -> bool:
        event = newest(page, Pictures, "filtered")
        found = None if event is None else event.panels[1].values
        return found is not None and found.shape == wanted.shape and bool(np.allclose(found, wanted, atol=1e-5))

    acts.wait(there)
    acts.wait(lambda: not any(view.dirty for view in page.views))


def test_a_cell_of_the_kernel_is_typed_and_the_photograph_follows(acts: Acts, photograph: Path) -> None:
    _, page = acts.open("convolution.kernels")
    pick(page, "picture", "own")
    assert "choose an image file" in page.form.said()
    type_over(page, "path", str(photograph))
    kernel = [[1.0, 0.0, -1.0]] * 3
    computed(acts, page, kernel, padding=1)
    # A cell is typed over: the kernel is one's own from then on.
    view = shown(page, MatricesView, "kernel")
    view.setFocus()
    type_text(view, "5")
    QTest.keyClick(view.focusWidget() or view, Qt.Key.Key_Return)
    acts.wait(lambda: values(page).kernel == "own")
    assert values(page).weights == "5, 0, -1; 1, 0, -1; 1, 0, -1"
    computed(acts, page, [[5.0, 0.0, -1.0], *kernel[1:]], padding=1)
    # A pixel is clicked: it is taken apart, and its sum stands there.
    pictures = shown(page, PicturesView, "filtered")
    QTest.mouseClick(pictures, LEFT, pos=pictures.pixel_area(1, 3, 4).center().toPoint())
    assert values(page).at == (3, 4)
    acts.wait(lambda: newest(page, Metrics).lists["at"] == (3, 4))
    result = float(newest(page, Pictures, "filtered").panels[1].values[3, 4])
    table = shown(page, TableView, "numbers")
    acts.wait(lambda: not table.dirty)
    assert said(table, "sum of the products") == pytest.approx(result, abs=1e-6)
    apart = newest(page, type(view._event), "apart")
    products = np.array(apart.items[1].rows, float)
    assert products.sum() == pytest.approx(result, abs=0.01)


def test_what_is_no_image_is_said_and_the_last_picture_stays(acts: Acts, photograph: Path) -> None:
    _, page = acts.open("convolution.kernels")
    computed(acts, page, [[1.0, 0.0, -1.0]] * 3, padding=1)
    broken = photograph.with_name("text.png")
    broken.write_text("no image")
    type_over(page, "path", str(broken))
    pick(page, "picture", "own")
    acts.wait(lambda: "text.png" in page.notice.said)
    assert shown(page, PicturesView, "filtered").empty() == ""
    type_over(page, "path", str(photograph))
    computed(acts, page, [[1.0, 0.0, -1.0]] * 3, padding=1)
    acts.wait(lambda: not page.notice.isVisible())


def test_three_planes_are_added_up_in_persian(acts: Acts) -> None:
    window, page = acts.open("convolution.colour")
    acts.wait(lambda: newest(page, Metrics) is not None)
    window.switch_language("fa")
    page = page_of(window, "convolution.colour")
    type_over(page, "kernels", "۳")
    acts.wait(lambda: newest(page, Metrics).lists["weight_shape"] == (3, 3, 3, 3))
    found = newest(page, Metrics).lists
    assert found["value_at"][0] == pytest.approx(sum(found["partial_at"]), abs=1e-5)
    type_over(page, "green", "1 2")
    assert "1 × 2" in page.form.said() or "۱ × ۲" in page.form.said()


def test_a_block_is_added_and_the_label_is_asked(acts: Acts) -> None:
    _, page = acts.open("transforms.pipeline", samples="2")
    pick(page, "data", "digits")
    type_over(page, "number", "7")
    page.form.set_texts({"pipeline": "flip_vertical p=1"})
    acts.wait(lambda: getattr(newest(page, Metrics), "lists", {}).get("output_shape") == (1, 28, 28))
    table = shown(page, TableView, "label")
    acts.wait(lambda: table._event is not None and len(table._event.rows) == 1)
    pick(page, "guess", "keeps")
    acts.wait(lambda: table._event is not None and len(table._event.rows) > 1 and not table.dirty)
    assert str(said(table, "your guess")) == "wrong"
    blocks = page.form.editor("pipeline")
    assert isinstance(blocks, BlocksEdit)
    page.form.set_texts({"pipeline": "flip_vertical p=1; blur kernel=4 sigma=1"})
    assert "odd" in page.form.said()


def test_of_many_changes_the_newest_is_what_stands_there(acts: Acts) -> None:
    _, page = acts.open("convolution.kernels")
    view = shown(page, MatricesView, "kernel")
    for change in range(30):
        view.selected.emit("weights", f"{change} 0 -1; 1 0 -1; 1 0 -1")
    computed(acts, page, [[29.0, 0.0, -1.0], [1.0, 0.0, -1.0], [1.0, 0.0, -1.0]], padding=1)
    # Most were never computed: nobody would have seen them.
    seen = [event for event in page.runner.history.replay() if isinstance(event, Pictures)]
    assert len(seen) == 1 and values(page).weights.startswith("29")
