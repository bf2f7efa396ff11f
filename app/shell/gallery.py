"""Pictures of every page, for README, the tests, and whoever reviews the look."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.shell.start import display_problem
from lab.core.command import command

if TYPE_CHECKING:
    from app.shell.window import Window
    from lab.core.params import Params

STATES = ("before", "running", "finished", "wrong")
LONGEST_MS = 120_000
# A seven, as points in pixels of the 280 × 280 drawing.
SEVEN = ((70, 70), (130, 66), (205, 68), (180, 120), (150, 180), (128, 232))


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--page", "pages", multiple=True, help="A page, for instance cnn.mnist; by default all of them.")
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@click.option("--language", type=click.Choice(["en", "fa"]), default="en", show_default=True)
@click.option("--size", default="1280x720", show_default=True, help="Width x height in pixels.")
@click.option(
    "--state",
    type=click.Choice(STATES),
    default="running",
    show_default=True,
    help="What is to be seen: before anything runs, while it runs, at the end, or with a wrong value.",
)
def _command(out: Path, pages: tuple[str, ...], theme: str, language: str, size: str, state: str) -> None:
    """Open each page, run its experiment for a moment, and save a PNG of it in OUT."""
    width, cross, height = size.partition("x")
    if not (
        cross and width.isdigit() and height.isdigit() and 960 <= int(width) <= 8000 and 600 <= int(height) <= 8000
    ):
        raise click.BadParameter(f"{size}: allowed is WIDTHxHEIGHT, from 960x600 to 8000x8000", param_hint="--size")
    if display_problem(os.environ, sys.platform) is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="descent-gallery-") as folder:
        # The pictures must not depend on what the user did before.
        os.environ["DESCENT_HOME"] = folder
        for path in take_pictures(out, pages, theme, language, (int(width), int(height)), state):
            click.echo(str(path))


def gallery(arguments: list[str]) -> None:
    """Run the command."""
    _command(args=arguments, prog_name=f"{command()} gallery")


def take_pictures(
    out: Path, pages: tuple[str, ...], theme_name: str, language: str, size: tuple[int, int], state: str
) -> list[Path]:
    """Save the pictures and return their paths. Raises click.BadParameter for a page that does not exist."""
    from PySide6.QtWidgets import QApplication

    from app.core import theme
    from app.core.settings import Settings
    from app.shell.window import Window
    from lab.core.catalogue import current
    from lab.core.files import home

    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    theme.load_fonts(application)
    settings = Settings(theme=theme_name, language=language, size=list(size))
    window = Window(settings, home() / "settings.json")
    try:
        names = window.names()
        pages = tuple(map(current, pages))
        for page in pages:
            if page not in names:
                raise click.BadParameter(f"{page}: allowed is one of {', '.join(names)}", param_hint="--page")
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.FileError(str(out), error.strerror) from error
        window.show()
        saved = []
        for name in pages or names:
            window.open(name)
            _wait(100)
            _act(window, name, state)
            path = out / f"{name}-{theme_name}-{language}-{size[0]}x{size[1]}-{state}.png"
            if not window.grab().save(str(path)):
                raise click.FileError(str(path), "the picture cannot be written")
            saved.append(path)
    finally:
        # Qt would end the process if the threads of the window were still running.
        window.close()
        window.deleteLater()
    return saved


def _act(window: Window, name: str, state: str) -> None:
    """Bring a page into the state that is to be seen."""
    from PySide6.QtCore import QPointF

    from app.pages.lifecycle import lifecycle
    from app.pages.page import Page
    from app.topics.draw import DrawPage
    from app.views.sketch import SketchView
    from app.widgets.canvas import Stroke
    from lab.core.catalogue import experiment
    from lab.core.events import Metrics, Probabilities
    from lab.core.experiment import Experiment

    page, chosen = window.page(name), experiment(name) if name != "home" else Experiment
    lives = lifecycle(chosen)
    if isinstance(page, DrawPage):
        if state != "before":
            points = tuple(QPointF(x, y) for x, y in SEVEN)
            page.canvas.set_strokes((Stroke(points, 22, False),))

            def answered() -> bool:
                answer = page.runner.history.newest(Probabilities)
                return isinstance(answer, Probabilities) and answer.values is not None

            _until(lambda: answered() or page.runner.status == "failed")
        _until(lambda: state != "finished" or not page.runner.busy)
    elif isinstance(page, Page) and state == "wrong":
        _until(lambda: not lives.computes or page.runner.history.newest(Metrics) is not None)
        page.form.set_texts(_wrong(chosen.params))
    elif isinstance(page, Page) and state in ("running", "finished") and lives.follows:
        if lives.computes:
            _until(lambda: page.runner.history.newest(Metrics) is not None)
        elif lives.verifies and state == "finished":
            _until(lambda: any(page.runner.history.replay()))
    elif isinstance(page, Page) and state != "before" and not lives.follows:
        # Hours are not waited for; what takes seconds is shown as it ends.
        page.form.set_texts({"epochs": "2"} if state == "finished" and chosen.step_unit == "batch" else {})
        if state == "finished":
            page.runner.set_speed(None)
        for view in page.views:
            if isinstance(view, SketchView):
                view.canvas.set_strokes((Stroke(tuple(QPointF(x, y) for x, y in SEVEN), 22, False),))
        page.press("run")
        least = 300 if chosen.persistent else 12

        def far_enough() -> bool:
            progress = page.runner.speed.progress
            running = progress is not None and progress.step >= min(least, progress.steps)
            return page.runner.status == "failed" or (running if state == "running" else not page.runner.busy)

        _until(far_enough)
    _wait(300)
    _until(lambda: not isinstance(page, Page) or not page.previewer.waits)
    views = page.views if isinstance(page, Page) else ()
    _until(lambda: not any(view.dirty for view in views))
    _until(lambda: not isinstance(page, Page | DrawPage) or page.lesson.settled)
    _wait(150)


def _wrong(params: type[Params]) -> dict[str, str]:
    """Return a value that is not allowed, for the first parameter that has limits."""
    for name, spec in params.specs().items():
        if spec.kind in ("integer", "real", "integers", "reals") and spec.high is not None:
            return {name: f"{10 * abs(spec.high) + 1:.0f}"}
    return {name: "?;" for name, spec in params.specs().items() if spec.kind in ("text", "blocks")}


def _until(condition: Callable[[], bool]) -> None:
    """Let the window work until `condition()` holds, at most two minutes."""
    from PySide6.QtCore import QElapsedTimer

    clock = QElapsedTimer()
    clock.start()
    while not condition() and clock.elapsed() < LONGEST_MS:
        _wait(50)


def _wait(milliseconds: int) -> None:
    """Let the window work for a while."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
