"""From a picture to a tensor, by mouse and keyboard."""

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
from torchvision.transforms import functional

from app.core.language import tr
from app.pages.page import Page
from app.views.code.view import CodeView
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView
from tests.app.pages import page_of, rows, type_over, values
from tests.app.windows import Opener
from tests.e2e.acts import Acts, click, pick, said, shown

NAME = "transforms.to_tensor"


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


@pytest.fixture
def noise(tmp_path: Path) -> tuple[Path, np.ndarray[Any, Any]]:
    """Return a file of 9 × 12 pixels, and what is in it."""
    image = np.random.default_rng(0).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    Image.fromarray(image).save(tmp_path / "noise.png")
    return tmp_path / "noise.png", image


def opened(acts: Acts, path: Path) -> Page:
    """Open the page with a picture from a file, and wait for its tensor."""
    _, page = acts.open(NAME)
    page.form.set_texts({"picture": "own", "path": str(path), "at": "0, 0"})
    facts = shown(page, TableView, "facts")
    acts.wait(lambda: bool(rows(facts)) and said(facts, "shape", 1) == "(9, 12, 3)")
    return page


def test_a_click_follows_another_pixel_into_the_tensor(acts: Acts, noise: tuple[Path, np.ndarray[Any, Any]]) -> None:
    path, image = noise
    page = opened(acts, path)
    tensor = functional.to_tensor(image)
    view, matrices = shown(page, PicturesView, "pictures"), shown(page, MatricesView, "patch")
    click(view, view.pixel_area(0, 4, 7).center())
    assert values(page).at == (4, 7)
    acts.wait(lambda: str(matrices.item(0).row_labels[0]) == "4")
    assert list(matrices.item(0).rows[0]) == image[4, 7:9].reshape(-1).tolist()
    for channel in range(3):
        np.testing.assert_allclose(matrices.item(1 + channel).rows, tensor[channel, 4:6, 7:9], atol=1e-4)
    # By keyboard too.
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert values(page).at == (5, 7)
    table = shown(page, TableView, "memory")
    acts.wait(lambda: rows(table)[0][2] == "[5, 7, 0] R")
    assert [row[3] for row in rows(table)] == image.reshape(-1)[(5 * 12 + 7) * 3 :][:9].tolist()
    assert [row[6] for row in rows(table)] == pytest.approx(tensor.reshape(-1)[5 * 12 + 7 :][:9].tolist())


def test_each_trap_shows_what_torch_makes_of_it(acts: Acts, noise: tuple[Path, np.ndarray[Any, Any]]) -> None:
    path, image = noise
    page = opened(acts, path)
    facts = shown(page, TableView, "facts")

    def after(row: str, expected: object) -> None:
        acts.wait(lambda: said(facts, row, 2) == expected)

    pick(page, "kind", "float255")
    after("greatest", float(functional.to_tensor(image.astype(np.float32)).max()))
    assert facts._event is not None and "Still 0 to 255" in str(facts._event.note)
    pick(page, "kind", "planes")
    after("shape", str(tuple(functional.to_tensor(image.transpose(2, 0, 1)).shape)))
    assert str(said(facts, "a network says", 2)) == "refuses"
    pick(page, "kind", "uint8")
    pick(page, "function", "permute")
    after("strides, elements", str((torch.from_numpy(image).permute(2, 0, 1) / 255).stride()))
    pick(page, "function", "from_numpy")
    after("shape", "(9, 12, 3)")
    assert str(said(facts, "shares memory", 2)) == "yes"
    assert "torch.from_numpy(x)" in str(shown(page, CodeView, "code")._event)


def test_what_goes_wrong_is_said_and_nothing_is_lost(acts: Acts, noise: tuple[Path, np.ndarray[Any, Any]]) -> None:
    path, _ = noise
    page = opened(acts, path)
    facts = shown(page, TableView, "facts")
    pick(page, "kind", "grey")
    pick(page, "function", "permute")
    acts.wait(lambda: "names three axes" in page.notice.said)
    pick(page, "function", "to_tensor")
    acts.wait(lambda: said(facts, "shape", 2) == "(1, 9, 12)" and page.notice.said == "")
    type_over(page, "at", "4, x")
    assert page.form.said()
    assert said(facts, "shape", 2) == "(1, 9, 12)"
    type_over(page, "at", "50, 3")
    acts.wait(lambda: "no pixel (50, 3)" in page.notice.said)
    page.form.set_texts({"path": str(path.with_name("none.png"))})
    acts.wait(lambda: "There is no file" in page.notice.said)
    assert said(facts, "shape", 2) == "(1, 9, 12)"
    page.form.set_texts({"path": str(path), "at": "1, 1"})
    acts.wait(lambda: page.notice.said == "" and rows(shown(page, TableView, "memory"))[0][2] == "[1, 1]")


def test_in_persian_the_verdict_is_persian_and_shapes_are_not(acts: Acts, open_window: Opener) -> None:
    page = page_of(open_window(NAME, language="fa"), NAME)
    facts = shown(page, TableView, "facts")
    acts.wait(lambda: bool(rows(facts)))
    assert rows(facts)[2][1] == "(427, 640, 3)"
    assert tr("takes it") == "می‌پذیرد"
    assert not facts.grab().isNull()
