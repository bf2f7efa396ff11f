"""Images kept apart, divided into those by which one chooses and those for the last word. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.code import defined
from lab.core.params import Params, real


@dataclass(frozen=True, kw_only=True)
class DevParams(Params):
    """Which share of the images kept apart is for choosing."""

    dev_share: float = real(
        0.6, 0.1, 0.9, label="Dev share", group="Data",
        help="The share of the images kept apart by which one chooses; the rest is for the last word.",
    )  # fmt: skip

    @property
    def shares(self) -> dict[str, float]:
        """How the images kept apart are divided."""
        return {"dev": self.dev_share, "test": round(1 - self.dev_share, 12)}


def dividing_lines(params: DevParams, seed: int) -> tuple[str, ...]:
    """Return lines of Python that divide `test`, `test_labels` into those and `dev`, `dev_labels`."""
    return (
        *("from collections.abc import Mapping", "", "Array = np.ndarray", "", ""),
        *defined("lab.data.dividing", "split"),
        f"parts = split(test_labels.numpy(), {params.shares!r}, {seed})",
        'dev, dev_labels = test[parts["dev"]], test_labels[parts["dev"]]',
        'test, test_labels = test[parts["test"]], test_labels[parts["test"]]',
    )


def judging_lines(*sources: tuple[str, str, str]) -> tuple[str, ...]:
    """Return lines that print accuracies of `network`, each of a name, an expression of images, and their labels."""
    each = ", ".join(f'("{name}", {images}, {labels})' for name, images, labels in sources)
    return (
        "with torch.no_grad():",
        f"    for name, images, labels in ({each},):",
        "        right = torch.cat([network(part).argmax(1) for part in images.split(500)]) == labels",
        '        print(f"{name}_accuracy:", right.double().mean().item())',
    )
