"""The program of a transfer: one function that trains, called four times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.core.code import Code
from lab.topics.transfer.gain.figures import SCALES
from lab.training.program import trainings_program

if TYPE_CHECKING:
    from lab.topics.transfer.gain import GainParams

STILL = {
    "body": "still = list(frozen[:-1])",
    "convolutions": "still = [each for each in frozen if isinstance(each, (nn.Conv2d, nn.ConvTranspose2d, *NORMS))]",
}
"""What does not learn, by the value of the parameter."""


@dataclass(frozen=True)
class Ends:
    """Lines that read source and target as `train`, `train_labels`, `test`, `test_labels`, and how many classes."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    source_classes: int
    target_classes: int


def scaled_lines(pixels: str) -> tuple[str, ...]:
    """Return the line that scales `train` and `test` in [0, 1]; none where they stay so."""
    shift, over = SCALES[pixels]
    return () if pixels == "unit" else (f"train, test = ((images - {shift}) / {over} for images in (train, test))",)


def program(params: GainParams, network: tuple[str, ...], ends: Ends) -> Code:
    """Return the program of the whole run; `network` are lines that make one, with as many outputs as `classes`."""
    from lab.topics.transfer.gain import LEAST, STREAM

    copied = (
        ("tuned[:-1].load_state_dict(source[:-1].state_dict())",)
        if params.statistics
        else (
            "for here, there in zip(tuned[:-1].parameters(), source[:-1].parameters()):",
            "    here.data.copy_(there)  # Running means and variances stay behind.",
        )
    )
    return trainings_program(
        params,
        network=network,
        initialisation=params.initialisation,
        body=(
            "import copy",
            "",
            *ends.source,
            f"source = trained(made({ends.source_classes}), train, train_labels, {params.source_epochs})",
            'print("source_accuracy:", accuracy(source, test, test_labels))',
            "",
            *ends.target,
            'print("zero_shot:", accuracy(source, test, test_labels))  # Class 0 counts as class 0, and so on.',
            f"chosen = np.random.default_rng([{params.seed}, {STREAM}]).permutation(len(train))[:{params.examples}]",
            f"times = -(-{LEAST} // len(chosen))  # So that an epoch has {LEAST:,} images at least.",
            "train, train_labels = train[chosen].repeat(times, 1, 1, 1), train_labels[chosen].repeat(times)",
            "",
            f"tuned = made({ends.target_classes})",
            *copied,
            "frozen = copy.deepcopy(tuned)",
            "NORMS = nn.BatchNorm1d, nn.BatchNorm2d",
            STILL[params.frozen],
            "for module in still:",
            "    module.requires_grad_(False)",
            "held = [module for module in still if isinstance(module, NORMS)]  # They keep their statistics.",
            "",
            f"scratch = trained(made({ends.target_classes}), train, train_labels, {params.epochs})",
            f"tuned = trained(tuned, train, train_labels, {params.epochs})",
            f"frozen = trained(frozen, train, train_labels, {params.epochs}, held)",
            'for name, network in {"scratch": scratch, "tuned": tuned, "frozen": frozen}.items():',
            '    print(f"{name}:", accuracy(network, test, test_labels))',
            'print("gain:", accuracy(tuned, test, test_labels) - accuracy(scratch, test, test_labels))',
        ),
    )
