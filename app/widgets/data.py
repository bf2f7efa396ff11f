"""Data sets: which are here, and how the others come: imported from files, or downloaded."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QThread, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.language import digits, say, tr
from app.runs.worker import sentence
from lab.core.text import Message, message
from lab.data.store import DatasetInfo, DataStore, Origin

if TYPE_CHECKING:
    from lab.nets.pretrained.published import Published

TELL_SECONDS = 0.1
log = logging.getLogger(__name__)
Report = Callable[[int, int], None]
Work = Callable[[Report, Callable[[], bool]], DatasetInfo | Message]
"""Does an import or download; returns what came: a data set, or what to say of weights."""


class DataThread(QThread):
    """Does one import or download; `told` with parts done and parts in all, at most ten times a second."""

    told = Signal(object, object)
    done = Signal(object)
    """A Message: what came of it."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self._told_at = 0.0
        self.cancelled = False
        self.info: DatasetInfo | None = None

    def run(self) -> None:
        """Work, and say how it went; nothing that goes wrong is swallowed."""
        try:
            came = self._work(self._report, lambda: self.cancelled)
        except Exception as error:
            log.warning("the data set did not come", exc_info=error)
            self.done.emit(sentence(error))
            return
        if isinstance(came, Message):
            self.done.emit(came)
            return
        self.info = came
        said = message(
            "{title}: {train} + {test} images are here.",
            title=self.info.title,
            train=f"{self.info.train_count:,}",
            test=f"{self.info.test_count:,}",
        )
        for note in self.info.notes:
            said = message("{said} {more}", said=said, more=note)
        self.done.emit(said)

    def _report(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told_at >= TELL_SECONDS or done == total:
            self._told_at = now
            self.told.emit(done, total)


class DataDialog(QDialog):
    """The list of data sets, with Import and Download; closing it cancels what is under way."""

    def __init__(self, store: DataStore, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._store = store
        self._thread: DataThread | None = None
        self._closing = False
        self.setWindowTitle(tr("Data sets"))
        self.resize(760, 520)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([tr("Data set"), tr("Images"), tr("Where it is")])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.setWordWrap(True)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._enable)
        self.words = QLabel(
            tr(
                "Import takes a folder or USB stick with a folder of images for each class, with the IDX files of "
                "MNIST, Fashion-MNIST or EMNIST letters, plain or .gz, or with CIFAR-10, packed or unpacked; or a "
                "file: lines of a label and 784 pixels (mnist_train_small.csv, plain or .gz), an .npz with x_train and "
                "y_train (Keras's mnist.npz) or of Descent, EMNIST's gzip.zip, cifar-10-binary.tar.gz, "
                "cifar-10-python.tar.gz; or torchvision's weights of a network, as resnet18-f37072fd.pth. Download "
                "needs a network."
            )
        )
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sheet = QLabel()
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bar = QProgressBar()
        self.bar.hide()
        self.import_button = QPushButton(tr("Import a folder …"))
        self.import_button.clicked.connect(self._ask_folder)
        self.file_button = QPushButton(tr("Import a file …"))
        self.file_button.clicked.connect(self._ask_file)
        self.download_button = QPushButton(tr("Download"))
        self.download_button.clicked.connect(self._download)
        self.cancel_button = QPushButton(tr("Cancel"))
        self.cancel_button.clicked.connect(self.cancel)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        for button in (self.import_button, self.file_button, self.download_button, self.cancel_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.about)
        layout.addWidget(self.sheet)
        layout.addWidget(self.words)
        layout.addWidget(self.bar)
        layout.addLayout(buttons)
        self._fill()
        self._enable()

    def import_from(self, path: Path) -> None:
        """Import a file, or what is in a folder."""
        self._begin(lambda report, _cancelled: _import(path, self._store, report))

    def cancel(self) -> None:
        """End what is under way; what was there stays."""
        if self._thread is not None:
            self._thread.cancelled = True
            self.words.setText(tr("Cancelling …"))

    def join(self) -> None:
        """Wait for the thread."""
        if self._thread is not None:
            self._thread.cancelled = True
            self._thread.wait()

    def reject(self) -> None:
        """Close at once when nothing is under way, else as soon as it has been cancelled."""
        # Escape and the frame's own button come here too.
        if self._thread is not None:
            self._closing = True
            self.cancel()
            return
        super().reject()

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Import a folder …"))
        if folder:
            self.import_from(Path(folder))

    def _ask_file(self) -> None:
        kinds = f"{tr('Data sets of images')} (*.csv *.csv.gz *.tsv *.txt *.npz *.tar.gz *.tgz *.tar *.zip *.pth)"
        file, _ = QFileDialog.getOpenFileName(self, tr("Import a file …"), filter=kinds)
        if file:
            self.import_from(Path(file))

    def _download(self) -> None:
        info, network = self._chosen(), self._chosen_network()
        if network is not None:
            name = network.network
            self._begin(lambda report, cancelled: _download_weights(name, report, cancelled))
        elif info is not None:
            from lab.data.downloading import download

            self._begin(lambda report, cancelled: download(info.name, self._store, report, cancelled))

    def _begin(self, work: Work) -> None:
        thread = self._thread = DataThread(work)
        thread.told.connect(self._told)
        thread.done.connect(self._done)
        thread.finished.connect(self._finished)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.words.setText(tr("Working …"))
        self._enable()
        thread.start()

    def _told(self, done: int, total: int) -> None:
        # Qt counts in 32 bits; bytes of a download may not fit.
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(round(1000 * done / total) if total else 0)

    def _done(self, outcome: Message) -> None:
        self.words.setText(say(outcome))

    def _finished(self) -> None:
        came = self._thread.info if self._thread is not None else None
        self._thread = None
        self.bar.hide()
        self._fill()
        for row, info in enumerate(self._infos):
            if came is not None and info.name == came.name:
                self.table.setCurrentCell(row, 0)
        self._enable()
        if self._closing:
            self.reject()

    def _chosen(self) -> DatasetInfo | None:
        row = self._row()
        return self._infos[row] if 0 <= row < len(self._infos) else None

    def _chosen_network(self) -> Published | None:
        row = self._row()
        return self._networks[row - len(self._infos)] if row >= len(self._infos) else None

    def _row(self) -> int:
        """Return the row that is chosen, −1 for none."""
        rows = self.table.selectionModel().selectedRows() if self.table.selectionModel() else []
        return int(rows[0].row()) if rows else -1

    def _enable(self) -> None:
        idle, chosen = self._thread is None, self._chosen()
        network = self._chosen_network()
        offered = chosen is not None and chosen.download_bytes > 0 and not chosen.installed
        offered = offered or (network is not None and network.network not in self._at_hand)
        self.import_button.setEnabled(idle)
        self.file_button.setEnabled(idle)
        self.download_button.setEnabled(idle and offered)
        self.download_button.setToolTip("" if offered else tr("Choose a data set to download that is not here yet"))
        self.cancel_button.setEnabled(not idle)
        if network is not None:
            self.about.setText(_about_weights(network))
        elif chosen is not None:
            self.about.setText(_about(chosen))
        else:
            self.about.setText(tr("Choose a data set to read where it comes from."))
        self._show_sheet(chosen)

    def _show_sheet(self, chosen: DatasetInfo | None) -> None:
        """Show the first images of each class of an imported set; they were drawn when it was imported."""
        picture = QPixmap()
        if chosen is not None and chosen.installed and chosen.origin is Origin.IMPORTED:
            picture.load(str(self._store.sheet(chosen.name)))
        self.sheet.setPixmap(picture)
        self.sheet.setVisible(not picture.isNull())
        if chosen is not None:
            self.sheet.setAccessibleName(tr("The first images of each class of {title}", title=say(chosen.title)))

    def _fill(self) -> None:
        from lab.nets.pretrained.kept import at_hand
        from lab.nets.pretrained.published import newest

        self._infos, self._networks, self._at_hand = self._store.available(), newest(), at_hand()
        rows = [
            (say(info.title), digits(f"{info.train_count:,} + {info.test_count:,}"), _where(info))
            for info in self._infos
        ]
        rows += [
            (
                tr("Weights of {name}", name=each.network),
                "–",
                tr("imported, as published")
                if each.network in self._at_hand
                else tr("not here; import it, or download it"),
            )
            for each in self._networks
        ]
        self.table.setRowCount(len(rows))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        self.table.resizeRowsToContents()


def _import(path: Path, store: DataStore, report: Report) -> DatasetInfo | Message:
    """Import what lies there, beside the window: a stick may take its time to say what that is."""
    from lab.data.importing import import_path
    from lab.nets.pretrained.published import has_weights

    if has_weights(path):
        from lab.nets.pretrained.importing import import_weights

        return import_weights(path, report)
    return import_path(path, store, progress=report)


def _download_weights(name: str, report: Report, cancelled: Callable[[], bool]) -> Message:
    from lab.nets.pretrained.importing import download_weights

    return download_weights(name, report, cancelled)


def _about_weights(network: Published) -> str:
    return tr(
        "Trained on ImageNet by the authors of torchvision; {accuracy} % of its validation images right. The file "
        "{file} has {size} MB. torchvision is free (BSD-3-Clause), and says that weights may be bound by the terms "
        "of the pictures that they were trained on.",
        accuracy=f"{network.top1:.1f}",
        file=network.file,
        size=f"{network.megabytes:.0f}",
    )


def _about(info: DatasetInfo) -> str:
    words = [say(info.source), tr("Licence: {licence}.", licence=say(info.licence))]
    if not info.installed and info.download_bytes:
        words.append(tr("The download has {size} MB.", size=f"{info.download_bytes / 1e6:.0f}"))
    return " ".join(words)


def _where(info: DatasetInfo) -> str:
    if info.problem is not None:
        return say(info.problem)
    if not info.installed:
        return tr("not here; import it, or download it") if info.download_bytes else tr("not here; import them")
    if info.origin is Origin.BUNDLED:
        return tr("comes with Descent")
    if not info.download_bytes:
        return tr("imported")
    return tr("imported, as published") if info.verified else tr("imported; not known to be as published")
