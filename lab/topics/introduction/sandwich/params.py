"""What is asked for: a sandwich, a tongue, and how to learn from it."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.metaparameters import rate_field
from lab.core.params import Params, choice, integer, real
from lab.topics.introduction.sandwich.bread import Customer
from lab.topics.introduction.sandwich.bread_figures import LARGEST_TARGET, MOST_SPOONS, STRONGEST, WEAKEST

OTHERS = (Customer(1.0, 2.0, 7.0), Customer(1.0, -1.0, 3.0))
"""The second customer, and a third one who does not like jam; with the first of the defaults, two agree on one
sandwich, (3, 2), and three on none."""
RANGE = 100.0
"""Spoons beyond which a run has diverged."""


@dataclass(frozen=True, kw_only=True)
class SandwichParams(Params):
    """A sandwich, a tongue, and how to learn from it."""

    butter: float = real(
        1.0, 0.0, MOST_SPOONS, unit="spoons", slider=True, group="Sandwich",
        label="Butter", help="The first weight: how much butter is on the bread before anything is learned.",
    )  # fmt: skip
    jam: float = real(
        4.0, 0.0, MOST_SPOONS, unit="spoons", slider=True, group="Sandwich",
        label="Jam", help="The second weight: how much jam is on the bread before anything is learned.",
    )  # fmt: skip
    butter_flavour: float = real(
        2.0, WEAKEST, STRONGEST, slider=True, group="Customer",
        label="Butter's flavour", help="The first input: how much flavour one spoon of butter has for this customer.",
    )  # fmt: skip
    jam_flavour: float = real(
        1.0, WEAKEST, STRONGEST, slider=True, group="Customer",
        label="Jam's flavour", help="The second input: how much flavour one spoon of jam has for this customer.",
    )  # fmt: skip
    target: float = real(
        8.0, 0.0, LARGEST_TARGET, slider=True, group="Customer",
        label="Wanted", help="The target: how much flavour this customer wants in all.",
    )  # fmt: skip
    customers: str = choice(
        "one",
        {"one": "One", "two": "Two, in turn", "three": "Three, in turn"},
        label="Customers",
        help="Who tastes: only the customer above, or others too, one after the other.",
        group="Customer",
    )
    learning_rate: float = rate_field(
        0.05, 0.001, 1.0, help="The share of its gradient by which a weight is changed in one step."
    )
    steps: int = integer(
        12, 1, 200, group="Training",
        label="Steps", help="How often the error comes back; each step is once forward and once backward.",
    )  # fmt: skip

    @property
    def everyone(self) -> tuple[Customer, ...]:
        """All who taste, in turn."""
        first = Customer(self.butter_flavour, self.jam_flavour, self.target)
        return (first, *OTHERS)[: {"one": 1, "two": 2, "three": 3}[self.customers]]
