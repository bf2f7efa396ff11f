"""A lesson on the screen: text, formulas, and links that set parameters and run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QPaintEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from app.core.language import right_to_left, tr
from app.core.theme import colours
from app.widgets.formula import OBJECT, FormulaPainter, as_written, formula_format
from lab.core.lessons import MARKDOWN, Formula, Lesson, formulas, parse_try

# While Markdown is read, each formula is one character of Unicode's private use area.
_FIRST_PLACE = 0xE000
_PUNCTUATION = ".,:;!?)”،؛؟»"
# In Persian text these keep `f(x)` from being shown as `(f(x`.
_LEFT_TO_RIGHT, _END = "\u2066", "\u2069"
_LINE_HEIGHT_PERCENT = 93.0
_MARKDOWN = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


@dataclass(frozen=True)
class _Placed:
    """A formula, the character that holds its place, and the punctuation that follows it."""

    formula: Formula
    place: str
    tail: str


class LessonView(QTextBrowser):
    """Shows a lesson; Tab moves over its links, Enter follows one.

    Formulas are typeset after the first paint, one at a time, so that the text is there at once.
    """

    tried = Signal(dict)
    """A try link was followed: texts by parameter name, for `Params.from_texts`; empty for the defaults."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lesson: Lesson | None = None
        self._pending: list[Formula] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._typeset_next)
        self._painter = FormulaPainter(self.document())
        self.document().setIndentWidth(18)
        self.document().setDocumentMargin(9)
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._follow)
        self.setAccessibleName(tr("Lesson"))

    def show_lesson(self, lesson: Lesson) -> None:
        """Show a lesson from its beginning, in the language and the colours in force."""
        self._lesson = lesson
        self._build(lesson)
        self.verticalScrollBar().setValue(0)

    @property
    def settled(self) -> bool:
        """Whether all formulas are typeset."""
        return not self._pending

    def show_words(self, words: str) -> None:
        """Scroll to the first place where words stand, and mark them; nothing happens where they do not."""
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.find(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, then begin to typeset what is still missing."""
        super().paintEvent(event)
        if self._pending and not self._timer.isActive():
            self._timer.start()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._lesson is not None:
            scrolled = self.verticalScrollBar().value()
            self._build(self._lesson)
            self.verticalScrollBar().setValue(scrolled)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy as plain text, with formulas in TeX."""
        cursor = self.textCursor()
        pieces = []
        for position in range(cursor.selectionStart(), cursor.selectionEnd()):
            letter = self.document().characterAt(position)
            if letter == OBJECT:
                at = QTextCursor(self.document())
                at.setPosition(position + 1)
                letter = as_written(at.charFormat())
            pieces.append("\n" if letter in "\u2028\u2029" else letter)
        data = QMimeData()
        data.setText("".join(pieces))
        return data

    def _build(self, lesson: Lesson) -> None:
        direction = Qt.LayoutDirection.RightToLeft if right_to_left() else Qt.LayoutDirection.LeftToRight
        self.setLayoutDirection(direction)
        document = self.document()
        source, placed = _markdown(lesson)
        document.setMarkdown(source, _MARKDOWN)
        _place_formulas(document, placed)
        block = document.begin()
        while block.isValid():
            _style_block(block, direction)
            _style_links(block)
            block = block.next()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._pending = [
            entry.formula
            for entry in placed
            if not self._painter.knows(entry.formula.tex, entry.formula.display, document)
        ]

    def _typeset_next(self) -> None:
        document = self.document()
        if self._pending:
            formula = self._pending.pop(0)
            self._painter.typeset(formula.tex, formula.display, document)
        if not self._pending:
            self._timer.stop()
            self._painter.lay_out(document)
            self.viewport().update()

    def _follow(self, url: QUrl) -> None:
        try:
            texts = parse_try(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        except ValueError:
            # Lessons are read without a network: only try links lead anywhere, and lab.core.lessons refuses others.
            return
        self.tried.emit(texts)


def _markdown(lesson: Lesson) -> tuple[str, list[_Placed]]:
    """Return the whole lesson as Markdown, and what stands in the place of its formulas."""
    pieces = [f"# {lesson.title}"]
    placed: list[_Placed] = []
    for block in lesson.blocks:
        if block.kind != MARKDOWN:
            pieces.append(f"```{block.kind}\n{block.source}\n```")
            continue
        text, end = "", 0
        for formula in formulas(block.source):
            place = chr(_FIRST_PLACE + len(placed))
            after = block.source[formula.end : formula.end + 1]
            tail = after if after and after in _PUNCTUATION and not formula.display else ""
            text += block.source[end : formula.start] + (f"\n\n{place}\n\n" if formula.display else place)
            end = formula.end + len(tail)
            placed.append(_Placed(formula, place, tail))
        text += block.source[end:]
        pieces.append(re.sub(r"`[^`\n]+`", rf"{_LEFT_TO_RIGHT}\g<0>{_END}", text) if right_to_left() else text)
    return "\n\n".join(pieces), placed


def _place_formulas(document: QTextDocument, placed: list[_Placed]) -> None:
    for entry in placed:
        cursor = document.find(entry.place)
        style = formula_format(cursor.charFormat(), entry.formula.tex, entry.formula.display, entry.tail)
        cursor.insertText(OBJECT, style)
        if entry.formula.display:
            centred = QTextBlockFormat()
            centred.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            cursor.mergeBlockFormat(centred)


def _style_block(block: QTextBlock, direction: Qt.LayoutDirection) -> None:
    """Set the margins, direction and size of letters of a paragraph, heading, entry of a list or line of code."""
    style = block.blockFormat()
    style.setTopMargin(0)
    style.setBottomMargin(2 if block.textList() else 7)
    # A formula of its own line needs all of its height.
    percent = 100.0 if block.text() == OBJECT else _LINE_HEIGHT_PERCENT
    style.setLineHeight(percent, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    style.setLayoutDirection(direction)
    if style.headingLevel():
        title = style.headingLevel() == 1
        style.setTopMargin(0 if title else 8)
        style.setBottomMargin(4)
        letters = QTextCharFormat()
        # One step is a fifth larger than the text.
        letters.setProperty(QTextFormat.Property.FontSizeAdjustment.value, 1 if title else 0)
        letters.setFontWeight(QFont.Weight.Medium if title else QFont.Weight.Bold)
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(letters)
    elif style.hasProperty(QTextFormat.Property.BlockCodeFence.value):
        style.setBottomMargin(0)
        style.setBackground(QBrush(QColor(colours().raised)))
        style.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    QTextCursor(block).setBlockFormat(style)


def _style_links(block: QTextBlock) -> None:
    """Give links the accent, a line beneath, and a tooltip that says what they do."""
    links = []
    pieces = block.begin()
    while not pieces.atEnd():
        fragment = pieces.fragment()
        if fragment.charFormat().isAnchor():
            links.append((fragment.position(), fragment.length(), fragment.charFormat().anchorHref()))
        pieces += 1
    for position, length, target in links:
        style = QTextCharFormat()
        style.setForeground(QBrush(QColor(colours().accent)))
        style.setFontUnderline(True)
        style.setToolTip(_said(target))
        cursor = QTextCursor(block)
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(style)


def _said(target: str) -> str:
    texts = parse_try(target)
    if not texts:
        return tr("Runs with the default values")
    # Names and values stay as they are typed, from left to right.
    lines = "\n".join(f"{_LEFT_TO_RIGHT}{name} = {value}{_END}" for name, value in texts.items())
    return tr("Sets these and runs:") + "\n" + lines
