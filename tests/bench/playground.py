"""How fast a network of the playground learns while everything on its page is live."""

from __future__ import annotations

from app.pages.page import Page
from tests.bench.figures import figure
from tests.bench.windows import open_window, until, wait


def epochs_per_second() -> float:
    """Return the epochs a second at the defaults of the playground, those of TensorFlow Playground, at full speed."""
    window = open_window("ann.playground")
    page = window.page("ann.playground")
    assert isinstance(page, Page)
    page.runner.set_speed(None)
    page.form.set_texts({"epochs": "100000"})
    page.press("run")
    until(lambda: page.runner.speed.progress is not None and page.runner.speed.progress.step > 100)
    wait(8000)
    rate = page.runner.speed.steps_per_second
    window.close()
    return rate or 0.0


def main() -> None:
    """Print every figure."""
    figure("playground_epochs_per_second", epochs_per_second(), "1/s", 240)


if __name__ == "__main__":
    main()
