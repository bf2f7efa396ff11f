"""The pages of pooling, and of pooling or stride, by mouse and keyboard."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from torch.nn import functional

from app.pages.page import Page
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView
from lab.core.events import Metrics
from lab.core.pictures import Pictures
from lab.maths.matrices import parse_matrix
from tests.app.keyboard import type_text
from tests.app.pages import hover, metrics, named, page_of, rows, slide, step, type_over, values
from tests.app.windows import Opener, press
from tests.e2e.acts import Acts, chart_of, pick, said, shown

SMALL = {"images": "60", "epochs": "1", "batch_size": "20", "channels": "2, 3"}


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def agrees(view: MatricesView, page: Page, call: Any) -> None:
    """Check the result and the gradient that are shown against torch, for the matrix in the form."""
    image = torch.tensor(parse_matrix("image", values(page).image), requires_grad=True)
    result = call(image[None])
    result.sum().backward()
    assert image.grad is not None
    np.testing.assert_allclose(view.item(1).rows, result[0].detach().numpy())
    # Gradients of a mean are fractions.
    shares = [[float(Fraction(cell)) for cell in row] for row in view.item(2).rows]
    np.testing.assert_allclose(shares, image.grad.numpy())


def newest(page: Page, kind: type[Any], name: str = "") -> Any:
    found = [event for event in page.runner.history.replay() if isinstance(event, kind)]
    return next((event for event in reversed(found) if getattr(event, "name", "") == name), None)


def test_a_cell_is_typed_and_result_and_gradient_follow(acts: Acts) -> None:
    _, page = acts.open("convolution.pooling")
    view = shown(page, MatricesView, "matrices")
    agrees(view, page, lambda x: functional.max_pool2d(x, 2))
    # The first cell becomes the largest of its window.
    view.setFocus()
    type_text(view, "7")
    QTest.keyClick(view.focusWidget() or view, Qt.Key.Key_Return)
    assert values(page).image.startswith("7, 5, 2")
    assert view.item(1).rows[0][0] == 7
    agrees(view, page, lambda x: functional.max_pool2d(x, 2))
    # Pointing at a result tells its arithmetic.
    place = view.cell_area((1, 0, 0)).center()
    hover(view, place)
    assert "max(7, 5, 2, 0) = 7" in view.describe(place.toPoint())
    slide(page, "kernel", 0.3)
    side = values(page).kernel
    assert side > 2
    agrees(view, page, lambda x: functional.max_pool2d(x, side))
    pick(page, "how", "mean")
    type_over(page, "stride", "1")
    agrees(view, page, lambda x: functional.avg_pool2d(x, side, 1))
    theirs = shown(page, TableView, "check")
    acts.wait(lambda: [row[4] for row in rows(theirs)] == pytest.approx([0] * 7, abs=1e-9) != [])
    # What does not fit is said beside the matrix, which stays.
    type_over(page, "kernel", "8")
    assert view._event is not None
    assert "at most 6" in str(view._event.refusal)
    assert view.item(0).rows[0][0] == 7
    type_over(page, "padding", "5")
    assert "0 to 4" in page.form.said()


def test_noise_on_a_picture_is_pooled_away(acts: Acts) -> None:
    _, page = acts.open("convolution.pooling")
    pick(page, "picture", "drawing")
    pick(page, "how", "mean")
    type_over(page, "kernel", "4")
    slide(page, "noise", 0.8)
    noise = values(page).noise
    assert noise > 0.1
    photo = torch.tensor(values(page).photo().pixels).permute(2, 0, 1) / 255
    disturbed = photo + noise * torch.randn(photo.shape, generator=torch.Generator().manual_seed(values(page).seed))
    wanted = functional.avg_pool2d(disturbed, 4).permute(1, 2, 0).numpy()

    def there() -> bool:
        event = newest(page, Pictures, "pictures")
        found = None if event is None else event.panels[1].values
        return found is not None and found.shape == wanted.shape and bool(np.allclose(found, wanted, atol=1e-5))

    acts.wait(there)
    assert not shown(page, PicturesView, "pictures").empty()
    table = shown(page, TableView, "picture_numbers")
    acts.wait(lambda: bool(rows(table)) and said(table, "noise measured", 3) == pytest.approx(noise / 4, rel=0.15))
    assert said(table, "noise expected", 3) == pytest.approx(noise / 4, abs=1e-4)
    # Across the channels one grey picture is left.
    pick(page, "dimensions", "3d")
    acts.wait(lambda: newest(page, Pictures, "pictures").panels[1].values.ndim == 2)
    assert newest(page, Metrics).lists["picture_size"] == (64, 64)


def test_pooling_in_persian(acts: Acts) -> None:
    window, page = acts.open("convolution.pooling")
    window.switch_language("fa")
    page = page_of(window, "convolution.pooling")
    view = named(page, MatricesView, "matrices")
    acts.wait(view.isVisible)
    type_over(page, "kernel", "۳")
    agrees(view, page, lambda x: functional.max_pool2d(x, 3))
    type_over(page, "padding", "۲")
    assert "نصف پنجره" in page.form.said()
    point: QPoint = view.cell_area((2, 0, 0)).center().toPoint()
    assert "پنجره‌هایی که" in view.describe(point)


def test_three_networks_are_trained_side_by_side_and_told_apart(acts: Acts) -> None:
    _, page = acts.open("convolution.pooling_or_stride", **SMALL)
    sizes = shown(page, TableView, "sizes")
    parameters = 2 * (9 + 1) + 3 * (2 * 9 + 1) + 10 * (3 * 7 * 7 + 1)
    assert rows(sizes)[1][1:] == [parameters] * 3
    type_over(page, "strided_kernel", "4")
    assert rows(sizes)[1][3] == 2 * (16 + 1) + 3 * (2 * 16 + 1) + 10 * (3 * 7 * 7 + 1)
    acts.step(page)
    assert step(page) == 1
    stability = shown(page, ChartView, "stability")
    acts.wait(lambda: stability._chart is not None)
    press(page, "run")
    acts.ends(page)
    found, measured = metrics(page), shown(page, TableView, "measured")
    accuracy = [100 * found[f"accuracy_{way}"] for way in ("max", "mean", "stride")]
    assert rows(measured)[0][1:] == pytest.approx(accuracy, abs=0.01)
    changes = [line.y[1] for line in chart_of(stability).lines]
    assert changes == pytest.approx([100 * found[f"change_{way}"] for way in ("max", "mean", "stride")])
    assert found["receptive_field_stride"] == found["receptive_field_pooling"] == 10
    code = shown(page, CodeView, "code")
    assert code._event is not None
    assert "nn.Conv2d(1, 2, 4, stride=2, padding=1)" in code._event.source
    # Wrong input is said, and nothing of the run is lost.
    type_over(page, "kernel", "2")
    assert "even" in page.form.said()
    assert rows(measured)[0][1:] == pytest.approx(accuracy, abs=0.01)
