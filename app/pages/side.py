"""The leading column of a page: the lesson and the form, which share its height."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from app.widgets.form import Form
from app.widgets.lesson import LessonView
from lab.core.params import Params

LOW = 720
"""A column that is lower than this, in pixels, begins with what can be changed."""
FORM_IF_LOW, FORM_IF_HIGH = 0.62, 0.5
"""The part of the height for the form, where both need more than there is."""


class Side(QSplitter):
    """Each gets what it needs, as far as there is room, until a person moves the border between them."""

    def __init__(self, params: type[Params], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._moved = False
        self.lesson, self.form = LessonView(self), Form(params, self)
        self.addWidget(self.lesson)
        self.addWidget(self.form)
        self.setChildrenCollapsible(False)
        self.setMinimumWidth(305)
        self.splitterMoved.connect(self._hold)
        # Its height is known when its width is, and again when its formulas are set.
        self.lesson.document().documentLayout().documentSizeChanged.connect(self.share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new height."""
        super().resizeEvent(event)
        self.share()

    def share(self) -> None:
        """Put what comes first at the top, and give each its part."""
        height = self.height() - self.handleWidth()
        low = height < LOW
        first = self.form if low else self.lesson
        if self.indexOf(first) != 0:
            self.insertWidget(0, first)
        if not self._moved:
            lesson = round(self.lesson.document().size().height()) + 4
            most = round(height * (FORM_IF_LOW if low else FORM_IF_HIGH))
            form = min(self.form.needed_height(), max(most, height - lesson))
            parts = {self.form: form, self.lesson: height - form}
            self.setSizes([parts[self.form if self.widget(place) is self.form else self.lesson] for place in (0, 1)])

    def _hold(self) -> None:
        self._moved = True
