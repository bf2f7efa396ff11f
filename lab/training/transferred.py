"""Weights of one network in another: which were taken, and why others were not.

A training begins from given weights when its network has them before it is set up, and parts of it are frozen by name;
batch norm of what is frozen keeps its statistics, unless they may move:

    taken = take(source, model, ["conv*", "batch_norm*"])
    Setup(model, …, groups=(Group("conv*", frozen=True), Group("batch_norm*", frozen=True, statistics_move=True)))
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

import torch
from torch import Tensor, nn

from lab.core.figures import Words
from lab.core.text import Message, RunError, message

Kind = Literal["parameter", "buffer"]
Fate = Literal["copied", "not asked for", "missing", "no place", "other shape", "other kind"]
FATES: Mapping[Fate, Message] = {
    "copied": message("copied"),
    "not asked for": message("not asked for"),
    "missing": message("the other network has none"),
    "no place": message("no place for it here"),
    "other shape": message("another shape"),
    "other kind": message("numbers of another kind"),
}
"""What became of a tensor, in words."""
SHOWN = 4
"""Names that a refusal lists."""


@dataclass(frozen=True)
class Entry:
    """One tensor by its name in `state_dict`: its shapes `there` and `here`, None where a network has none, and what
    became of it. Of one that has no place here, the kind is only known where the source is a network.
    """

    name: str
    kind: Kind
    there: tuple[int, ...] | None
    here: tuple[int, ...] | None
    fate: Fate

    @property
    def why(self) -> Words:
        """What became of it, in words, with the shapes where they are the reason."""
        if self.fate != "other shape":
            return FATES[self.fate]
        return message("{there} does not fit {here}", there=_shape(self.there), here=_shape(self.here))


@dataclass(frozen=True)
class Taken:
    """What came of it: an entry for each tensor of the target in its order, then those that have no place there."""

    entries: tuple[Entry, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters that were copied."""
        return self._copied("parameter")

    @property
    def buffers(self) -> tuple[str, ...]:
        """The names of the buffers that were copied: statistics of batch norm, for instance."""
        return self._copied("buffer")

    @property
    def left(self) -> tuple[Entry, ...]:
        """What was not copied."""
        return tuple(entry for entry in self.entries if entry.fate != "copied")

    @property
    def unfit(self) -> tuple[Entry, ...]:
        """What was asked for and could not be copied."""
        return tuple(entry for entry in self.left if entry.fate != "not asked for")

    def _copied(self, kind: Kind) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.entries if entry.kind == kind and entry.fate == "copied")


def take(
    source: nn.Module | Mapping[str, Tensor],
    target: nn.Module,
    names: Collection[str] = ("*",),
    *,
    buffers: bool = True,
    whole: bool = False,
) -> Taken:
    """Copy tensors of a network, or of its `state_dict`, into another, where names and shapes are the same.

    The tensors of the target stay the same objects, with other numbers: an optimiser that holds them goes on holding
    them. Its modes, and what learns in it, are not changed.

    Args:
        source: where numbers come from; never changed.
        target: where they go.
        names: patterns of the names that are asked for, as in `Group`: "features.*".
        buffers: whether buffers come along; without, as in a loop over `named_parameters`.
        whole: as `load_state_dict` has it: both have the same tensors, or nothing is changed.

    Raises:
        RunError: with `whole`, something does not fit.
    """
    given = source.state_dict() if isinstance(source, nn.Module) else dict(source)
    own, learned = target.state_dict(), {name for name, _ in target.named_parameters()}
    theirs = {name for name, _ in source.named_parameters()} if isinstance(source, nn.Module) else set(given)
    entries = []
    for name in (*own, *(name for name in given if name not in own)):
        kind: Kind = "parameter" if name in (learned if name in own else theirs) else "buffer"
        asked = any(fnmatchcase(name, pattern) for pattern in names) and (buffers or kind == "parameter")
        there, here = given.get(name), own.get(name)
        fate = _fate(there, here) if asked else "not asked for"
        entries.append(Entry(name, kind, _size(there), _size(here), fate))
    found = Taken(tuple(entries))
    if whole and found.unfit:
        raise _refusal(found.unfit)
    with torch.no_grad():
        for entry in found.entries:
            if entry.fate == "copied":
                own[entry.name].copy_(given[entry.name])
    return found


def _fate(there: Tensor | None, here: Tensor | None) -> Fate:
    if there is None:
        return "missing"
    if here is None:
        return "no place"
    if there.shape != here.shape:
        return "other shape"
    # A whole number would be taken for a weight, without a word.
    return "copied" if there.is_floating_point() == here.is_floating_point() else "other kind"


def _refusal(unfit: Collection[Entry]) -> RunError:
    first = next(iter(unfit))
    return RunError(
        "The weights do not fit this network: {count} of its tensors, such as {names}; of {first}: {why}.",
        count=len(unfit),
        names=", ".join(entry.name for entry in list(unfit)[:SHOWN]),
        first=first.name,
        why=first.why,
    )


def _size(tensor: Tensor | None) -> tuple[int, ...] | None:
    return None if tensor is None else tuple(tensor.shape)


def _shape(size: tuple[int, ...] | None) -> str:
    return " × ".join(map(str, size or (1,)))
