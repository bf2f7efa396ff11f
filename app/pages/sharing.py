"""Copying the run of a page as text, and pasting one."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.core.language import say, tr
from app.pages.catalogue import layout
from app.pages.lifecycle import lifecycle
from app.runs.runner import Runner
from app.widgets.form import Form
from app.widgets.notice import Notice
from lab.core.catalogue import experiment
from lab.core.reading import cut
from lab.core.text import LabError
from lab.running import sharing
from lab.running.sharing import Copied, Shared


class Sharer(QObject):
    """Puts the run of a page on the clipboard, and begins at the one that is found there."""

    elsewhere = Signal(object)
    """What was pasted is of another page: a Shared."""
    filled = Signal()
    """The form shows the parameters of what was pasted."""

    def __init__(self, runner: Runner, form: Form, notice: Notice, parent: QObject) -> None:
        super().__init__(parent)
        self._runner, self._form, self._notice = runner, form, notice
        self._arriving: Shared | None = None
        runner.copied.connect(self._copied)

    def press(self, name: str) -> None:
        """Do what the button says, "copy" or "paste"."""
        if name == "copy":
            self.copy()
        else:
            self.paste()

    def copy(self) -> None:
        """Copy what is shown: the run in the state after its present step, or else what the form describes."""
        follows = lifecycle(experiment(self._runner.experiment)).follows
        if not follows and self._runner.status not in ("idle", "failed"):
            self._runner.copy()
            return
        params = self._form.params()
        if params is None:
            self._notice.show_words(self._form.said())
        else:
            self._copied(sharing.copy(self._runner.experiment, params, None))

    def paste(self) -> None:
        """Read the clipboard; a text that holds no run says why, and changes nothing."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self._notice.show_words(tr("There is no text on the clipboard."))
            return
        try:
            shared = sharing.decode(text)
        except LabError as error:
            self._notice.show_words(say(error.message))
            return
        if layout(shared.experiment) is None:
            words = tr("This text is of the experiment {name}, which has no page here.", name=shared.experiment)
            self._notice.show_words(words)
        elif shared.experiment != self._runner.experiment:
            self.elsewhere.emit(shared)
        else:
            self.begin(shared)

    def begin(self, shared: Shared) -> None:
        """Put what was pasted into the form, once it may read the files that it names, where there are any.

        The text comes from somebody else: what lies on this computer is no matter of his.
        """
        files = shared.params.files()
        if not files:
            self._begin(shared)
            return
        words = tr(
            "This text would read {files} on this computer. Nothing was taken from it yet.",
            files=tr(", ").join(cut(name, 300) for name in files[:3]) + ("…" if files[3:] else ""),
        )
        self._notice.ask(words, tr("Read it"), lambda: self._begin(shared))

    def _begin(self, shared: Shared) -> None:
        """Put the parameters into the form, and begin at the state, where there is one."""
        self._form.set_texts(shared.params.to_texts())
        self.filled.emit()
        # It is said again when the run is there, as a run that begins clears what was said before.
        self._arriving = None if self._runner.moves and shared.state is None else shared
        if shared.state is not None:
            self._runner.start_from(shared)
        else:
            self._say_arrived(shared)

    def follow(self) -> None:
        """Say where the run stands, once it is there."""
        if self._arriving is None or self._runner.status in ("starting", "running"):
            return
        if self._runner.status != "failed":
            self._say_arrived(self._arriving)
        self._arriving = None

    def stop(self) -> None:
        """Let go of the runner."""
        self._runner.copied.disconnect(self._copied)

    def _say_arrived(self, shared: Shared) -> None:
        if shared.state is None:
            words = tr("Pasted: the parameters are in the form. This text holds no state.")
        elif self._runner.status == "finished":
            words = tr("Pasted: the run as it was at its end, after step {step}.", step=shared.state.step)
        else:
            words = tr(
                "Pasted: the run stands at step {step}. Continue goes on from there with the same numbers.",
                step=shared.state.step,
            )
        self._notice.show_words(words, calm=True)

    def _copied(self, copied: Copied) -> None:
        QGuiApplication.clipboard().setText(copied.text)
        length = f"{len(copied.text):,}"
        if copied.problem is not None:
            words = tr(
                "Only the parameters were copied. {reason} With the same seed they lead to the same numbers.",
                reason=say(copied.problem),
            )
        elif copied.step is None:
            words = tr("Copied as text: the parameters, {length} characters. Ctrl+Shift+V pastes it.", length=length)
        else:
            words = tr(
                "Copied as text: the parameters and the state at step {step}, {length} characters. Ctrl+Shift+V pastes"
                " it, here or in another Descent.",
                step=copied.step,
                length=length,
            )
        self._notice.show_words(words, calm=True)
