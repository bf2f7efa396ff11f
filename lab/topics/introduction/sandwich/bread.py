"""The arithmetic of a sandwich: amounts times flavours, a prediction, an error, and the error's way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TASTED = 1e-9
"""Flavours below this are taken for none where one would be divided by them."""

Amounts = tuple[float, float]
"""Butter and jam, in spoons: the weights."""


@dataclass(frozen=True)
class Customer:
    """Someone's tongue: how much flavour a spoon of butter and one of jam have for it, and how much it wants."""

    butter: float
    jam: float
    target: float

    @property
    def strength(self) -> float:
        """The squared length of the inputs: a step of rate r multiplies the error by 1 − 2·r·strength."""
        return self.butter**2 + self.jam**2


@dataclass(frozen=True)
class Bite:
    """One customer tries one sandwich: everything that flows forward, and everything that comes back.

    Gradients are ∂loss/∂quantity by the chain rule, with loss = error².
    """

    butter: float
    jam: float
    customer: Customer

    @property
    def from_butter(self) -> float:
        """The flavour that the butter gives."""
        return self.butter * self.customer.butter

    @property
    def from_jam(self) -> float:
        """The flavour that the jam gives."""
        return self.jam * self.customer.jam

    @property
    def prediction(self) -> float:
        """The flavour of the sandwich."""
        return self.from_butter + self.from_jam

    @property
    def error(self) -> float:
        """Prediction minus target: negative when the sandwich tastes too weak."""
        return self.prediction - self.customer.target

    @property
    def loss(self) -> float:
        """The squared error."""
        return self.error**2

    @property
    def error_gradient(self) -> float:
        """∂loss/∂error, and of all that is only added up on the way: the prediction and both flavours."""
        return 2 * self.error

    @property
    def butter_gradient(self) -> float:
        """∂loss/∂butter."""
        return self.error_gradient * self.customer.butter

    @property
    def jam_gradient(self) -> float:
        """∂loss/∂jam."""
        return self.error_gradient * self.customer.jam

    def improved(self, learning_rate: float) -> Amounts:
        """Return the amounts after one step of gradient descent."""
        return self.butter - learning_rate * self.butter_gradient, self.jam - learning_rate * self.jam_gradient


def mean_loss(amounts: Amounts, customers: Sequence[Customer]) -> float:
    """Return the loss of a sandwich, averaged over all customers."""
    return sum(Bite(*amounts, customer).loss for customer in customers) / len(customers)


def best(amounts: Amounts, customers: Sequence[Customer]) -> Amounts:
    """Return the sandwich of least mean loss; where there are many, the one nearest to `amounts`.

    Least squares of the change by the pseudoinverse: gradient descent cannot leave the plane of its inputs, so this
    is where it ends with one customer.
    """
    inputs = np.array([(customer.butter, customer.jam) for customer in customers])
    inputs[np.abs(inputs) < TASTED] = 0
    targets = np.array([customer.target for customer in customers])
    change = np.linalg.pinv(inputs) @ (targets - inputs @ np.array(amounts))
    return amounts[0] + float(change[0]), amounts[1] + float(change[1])
