"""What the network sees and what it looks for: feature maps of one image, and kernels."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from app.core.language import after, tr
from app.views.groups import Group, MosaicsView
from app.views.layer_choice import LayerChoice
from app.views.mosaic import largest
from app.views.painted import number
from lab.core.events import Event, FeatureMaps, Weights
from lab.core.figures import Link
from lab.nets.convolution.kernels import written_rows

_LAYERS, _KERNELS = 24, 12
"""Layers that are shown beside each other: of maps, and of kernels."""
_FEW = 4
"""Input channels up to which the kernels of a layer that is shown alone stand in any grid."""


class FeatureMapsView(MosaicsView):
    """One image and what every layer makes of it, or one of many layers.

    Emits `selected("layer", name)` when a layer is picked, and None when it is let go.
    """

    events: ClassVar[tuple[type[Event], ...]] = (FeatureMaps,)
    interval_ms: ClassVar[int] = 250

    def __init__(self, title: str, name: str, invitation: str = "") -> None:
        super().__init__(title)
        self.name = name
        self._invitation = invitation
        self._event: FeatureMaps | None = None
        self.choice = LayerChoice(self, _LAYERS)
        self.choice.changed.connect(self._ask)

    def keep(self, event: Event) -> None:
        if isinstance(event, FeatureMaps) and event.name == self.name:
            self._event = event
            self.choice.follow([name for name, _ in event.layers], event.available)

    def select(self, name: str, value: Any) -> None:
        if name == "layer":
            self.choice.select(value)
        super().select(name, value)

    def _ask(self, layer: str) -> None:
        super().select("layer", layer)
        self.selected.emit("layer", layer)

    def clear(self) -> None:
        self._event = None
        self.choice.offer({})
        self.forget()

    def empty(self) -> str:
        if self._event is not None:
            return ""
        invitation = tr("Here you will see what every layer makes of one image.\nPress Run, or pick an image.")
        return self._invitation or invitation

    def groups(self) -> tuple[Group, ...]:
        if self._event is None:
            return ()
        kind = "grey" if self._event.image.ndim == 2 else "colour"
        image = Group("", self._event.image[None], kind, 1.0, weight=2.6)
        groups = []
        for name, maps in self._event.layers:
            maps = np.asarray(maps).reshape(len(maps), *np.shape(maps)[1:3]) if np.ndim(maps) == 3 else maps
            maps = maps.reshape(-1, 1, 1) if maps.ndim == 1 else maps
            low, high = float(maps.min(initial=0)), float(maps.max(initial=0))
            # NaN is neither; where there is any, or an infinity, the others decide.
            usual = math.isfinite(low) and math.isfinite(high)
            signed = low < 0 if usual else bool((maps < 0).any())
            scale = self._event.scales.get(name) or ((max(-low, high) or 1.0) if usual else largest(maps))
            groups.append(Group(name, maps, "signed" if signed else "magnitude", scale))
        seen = self.choice.seen(groups)
        # A layer that was picked has all the room, so that it can be read.
        alone = [group for group in seen if group.name == self._picked]
        return image, *(alone or seen)

    def under(self, group: Group) -> tuple[str, ...]:
        if not group.name:
            return (tr("image"),)
        low = "±" if group.kind == "signed" else "0…"
        assert self._event is not None
        return group.name, f"{low}{group.scale:.2g}{_part(len(group.maps), self._event.whole.get(group.name))}"

    def describe_content(self, point: QPointF) -> str:
        found = self.value_at(point)
        group = found[0] if found else self.group_at(point)
        if group is None or self._event is None:
            return ""
        if not group.name:
            if found is None:
                return tr("the image that the network is given")
            value = ", ".join(number(float(each)) for each in np.ravel(group.maps[found[1:]]))
            return tr("image, row {row}, column {column}: {value}", row=found[2], column=found[3], value=value)
        count, height, width = group.maps.shape
        whole = self._event.whole.get(group.name, group.maps.shape)
        colours = (
            tr("colours from −{scale} (blue) over 0 to {scale} (orange)", scale=group.scale)
            if group.kind == "signed"
            else tr("colours from 0 (dark) to {scale} (bright)", scale=group.scale)
        )
        shape = str(whole[0]) if height * width == 1 else " × ".join(map(str, whole))
        lines = [tr("{name}, output of shape {shape}", name=group.name, shape=shape)]
        if self._event.step:
            # A network that is there already, such as the one that comes with Descent, took none here.
            lines = [f"{lines[0]}{tr(', ')}{after(self._event.step)}"]
        if found is not None:
            _, channel, row, column = found
            value = f"{float(group.maps[channel, row, column]):.6g}"
            lines.insert(
                0,
                tr("{name}, unit {channel}: {value}", name=group.name, channel=channel, value=value)
                if height * width == 1
                else tr(
                    "{name}, channel {channel}, row {row}, column {column}: {value}",
                    name=group.name,
                    channel=channel,
                    row=row,
                    column=column,
                    value=value,
                ),
            )
        if whole[0] > count:
            lines.append(tr("of {total} maps, the first {count} are shown", total=whole[0], count=count))
        lines.append(colours)
        if not self.choice.keys:
            lines.append(tr("Click to see all layers") if self._picked else tr("Click to see this layer alone, larger"))
        return "\n".join(lines)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        group = self.group_at(event.position())
        if group is not None and not group.name and self._picked and not self.choice.keys:
            # The way back from a layer that is seen alone.
            group = next(each for each in self._groups if each.name == self._picked)
        if event.button() == Qt.MouseButton.LeftButton and group is not None and group.name:
            # Of many layers one has to be shown.
            name = None if group.name == self._picked and not self.choice.keys else group.name
            self.select("layer", name)
            self.selected.emit("layer", name)


class KernelsView(MosaicsView):
    """The kernels of all convolutions: a column for each output channel, a row for each input channel.

    A click on one opens it on photographs: `selected("kernel", Link)`.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Weights,)
    interval_ms: ClassVar[int] = 250
    largest_map: ClassVar[int] = 50

    def __init__(self, title: str, name: str | None = None) -> None:
        super().__init__(title)
        self.name = name
        self._event: Weights | None = None
        self.choice = LayerChoice(self, _KERNELS)
        self.choice.changed.connect(self._ask)

    def keep(self, event: Event) -> None:
        if isinstance(event, Weights) and self.name in (None, event.name):
            self._event = event
            kernels = [name for name, array in event.arrays.items() if np.ndim(array) == 4]
            self.choice.follow([name.removesuffix(".weight") for name in kernels], event.available)

    def select(self, name: str, value: Any) -> None:
        if name == "layer":
            self.choice.select(value)
        super().select(name, value)

    def _ask(self, layer: str) -> None:
        super().select("layer", layer)
        self.selected.emit("layer", layer)

    def clear(self) -> None:
        self._event = None
        self.choice.offer({})
        self.forget()

    def empty(self) -> str:
        if self._event is not None and any(np.ndim(array) == 4 for array in self._event.arrays.values()):
            return ""
        return tr("Here the kernels of the convolutions will take shape.\nPress Run to start.")

    def groups(self) -> tuple[Group, ...]:
        if self._event is None:
            return ()
        groups = []
        for name, array in self._event.arrays.items():
            if np.ndim(array) != 4:
                continue
            out_channels, in_channels, height, width = array.shape
            columns, weight, maps = out_channels, 1.0, array.transpose(1, 0, 2, 3)
            if in_channels == 1 or (self.choice.keys and in_channels <= _FEW):
                # Kernels of the image itself have no rows of input channels: they may be larger, in any grid.
                columns, weight, maps = None, 2.0, array
            maps = maps.reshape(-1, height, width)
            scale = largest(array)
            groups.append(Group(name.removesuffix(".weight"), maps, "signed", scale, columns, weight))
        return tuple(self.choice.seen(groups))

    def under(self, group: Group) -> tuple[str, ...]:
        assert self._event is not None
        key = self._key(group)
        return group.name, f"±{group.scale:.2g}{_part(len(self._event.arrays[key]), self._event.whole.get(key))}"

    def describe_content(self, point: QPointF) -> str:
        found = self.value_at(point)
        group = found[0] if found else self.group_at(point)
        if group is None or self._event is None:
            return ""
        key = self._key(group)
        array = self._event.arrays[key]
        whole = self._event.whole.get(key, array.shape)
        shape = " × ".join(str(size) for size in whole)
        lines = [
            f"{tr('{name}, shape {shape}', name=key, shape=shape)}{tr(', ')}{after(self._event.step)}",
            tr("colours from −{scale} (blue) over 0 to {scale} (orange)", scale=group.scale),
        ]
        if found is not None:
            _, index, row, column = found
            in_channel, out_channel = divmod(index, array.shape[0])
            if group.columns is None:
                out_channel, in_channel = divmod(index, array.shape[1])
            lines.insert(
                0,
                tr(
                    "kernel from channel {source} to channel {target}, row {row}, column {column}: {value}",
                    source=in_channel,
                    target=out_channel,
                    row=row,
                    column=column,
                    value=f"{float(array[out_channel, in_channel, row, column]):.6g}",
                ),
            )
            lines.append(tr("A click lays it over photographs, in the Convolution tab."))
        if whole[0] > len(array):
            lines.append(tr("of {total} outputs, the first {count} are shown", total=whole[0], count=len(array)))
        return "\n".join(lines)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.value_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or found is None:
            return
        group, index = found[:2]
        # As many figures as a person may want to change.
        shown = np.array([[float(f"{value:.5g}") for value in row] for row in group.maps[index].tolist()])
        self.selected.emit("kernel", Link("convolution.kernels", {"kernel": "own", "weights": written_rows(shown)}))

    def _key(self, group: Group) -> str:
        assert self._event is not None
        full = f"{group.name}.weight"
        return full if full in self._event.arrays else group.name


def _part(count: int, whole: tuple[int, ...] | None) -> str:
    """Say that only a part of a layer is here; nothing where all of it is."""
    return "" if whole is None else " · " + tr("first {count} of {total}", count=count, total=whole[0])
