"""The ways in which weights are copied. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lab.core.text import Message, message


@dataclass(frozen=True)
class Way:
    """What it is called, what is said of it, and its line in Python."""

    label: Message
    why: Message
    lines: tuple[str, ...]
    late: bool = False
    """Whether it is done when the optimiser is already there, and makes another object of the network."""


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "parameters": Way(
            message("named_parameters"),
            message("The loop of the notes. What batch norm has gathered is no parameter, and stays behind."),
            (
                "for (_, own), (_, theirs) in zip(network.named_parameters(), source.named_parameters()):",
                "    own.data = deepcopy(theirs.data)",
            ),
        ),
        "state": Way(
            message("load_state_dict"),
            message("Parameters and buffers, into the tensors that the optimiser holds."),
            ("network.load_state_dict(source.state_dict())",),
        ),
        "deepcopy": Way(
            message("deepcopy, old optimiser"),
            message("All is copied, but the optimiser holds the parameters of the network that was there before."),
            ("network = deepcopy(source)",),
            late=True,
        ),
        "deepcopy_first": Way(
            message("deepcopy, then optimiser"),
            message("All is copied, and the optimiser is made afterwards, of the copy."),
            ("network = deepcopy(source)",),
        ),
        "assigned": Way(
            message("network = source"),
            message("No copy at all: a second name for the same network, which goes on to learn."),
            ("network = source",),
        ),
    }
)
