"""The program of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.code import Code, defined
from lab.nets.program import network_lines
from lab.topics.cnn.gaussians.figures import HALF, MIDDLE, NAMES, SPREAD
from lab.training.program import classifier_program, reconstruction_program

if TYPE_CHECKING:
    from lab.topics.cnn.gaussians import GaussiansParams

BLOBS = "lab.data.blobs"


def program(params: GaussiansParams, task: str, scaled: bool, outputs: int, tests: int) -> Code:
    """Return the program that makes the same images, and learns from them."""
    network = network_lines(params, params.shape, outputs)
    given = f"noise={params.noise!r}, side={params.side}"
    begins = ("from numpy import ndarray as Array", "", "SIDE = 91", "", "")
    tensors = "train, test = (torch.tensor(images).unsqueeze(1) for images in (train, test))"
    if task == "class":
        return classifier_program(
            params,
            data=(
                *begins,
                *defined(BLOBS, "blobs", "noisy", "gaussians"),
                f"train, train_labels, _ = gaussians({params.images}, ({params.seed}, 0), {given})",
                f"test, test_labels, _ = gaussians({tests}, ({params.seed}, 1), {given})",
                tensors,
                "train_labels = torch.tensor(train_labels).float().unsqueeze(1)",
                "test_labels = torch.tensor(test_labels).float().unsqueeze(1)",
            ),
            network=network,
            initialisation=params.initialisation,
            binary=True,
            after=(
                f'print("test_accuracy_half:", ((outputs > {HALF}) == (test_labels > 0.5)).double().mean().item())',
            ),
        )
    middle, spread = f"middle, spread = torch.tensor({MIDDLE}), torch.tensor({SPREAD})", "spread * " if scaled else ""
    aims = "(torch.tensor(numbers){} for numbers in (train_targets, test_targets))"
    return reconstruction_program(
        params,
        data=(
            *begins,
            *defined(BLOBS, "blobs", "noisy", "placed"),
            f"train, train_targets = placed({params.images}, ({params.seed}, 0), {given})",
            f"test, test_targets = placed({tests}, ({params.seed}, 1), {given})",
            tensors,
            *([middle] if scaled else []),
            f"train_targets, test_targets = {aims.format('.sub(middle).div(spread)' if scaled else '')}",
        ),
        network=network,
        criterion="nn.MSELoss()",
        initialisation=params.initialisation,
        judged=(
            f"errors = ({spread}(outputs - test_targets)).square().mean(0)",
            'print("test_mse:", errors.mean().item())',
            *(f'print("test_{name}:", errors[{place}].item())' for place, name in enumerate(NAMES)),
        ),
    )
