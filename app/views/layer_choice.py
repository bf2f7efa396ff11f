"""Which layer of a large network is seen: a choice in the title line, where not all of them fit."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.language import tr
from app.views.choice import Choice
from app.views.groups import Group
from app.views.painted import PaintedView


class LayerChoice(Choice):
    """Offers layers where an experiment has more than it carries, or where more than `most` are carried.

    What is chosen stays until it is carried: a question is answered a little later.
    """

    def __init__(self, view: PaintedView, most: int) -> None:
        super().__init__(view, tr("Which layer is shown"))
        self._most = most
        self._asked = ""
        self.changed.connect(self._ask)

    def follow(self, carried: Sequence[str], available: Sequence[str]) -> None:
        """Take what an event carries, and what it could."""
        names = list(available) or (list(carried) if len(carried) > self._most else [])
        self.offer({name: name for name in names})
        if self._asked in carried:
            self._asked = ""
        # Another view may have asked for another layer.
        if names and carried and self.chosen not in carried and not self._asked:
            first = next((name for name in carried if name in names), "")
            if first:
                self.put(first)

    def select(self, layer: str | None) -> None:
        """Take what was picked in another view."""
        if layer in self.keys and layer is not None:
            self._ask(layer)
            self.put(layer)

    def seen(self, groups: Sequence[Group]) -> list[Group]:
        """Return the groups to be shown: all, or that of the layer that is chosen, if it is there."""
        if not self.keys:
            return list(groups)
        return [group for group in groups if group.name == self.chosen] or list(groups)[: self._most]

    def _ask(self, layer: str) -> None:
        self._asked = layer
