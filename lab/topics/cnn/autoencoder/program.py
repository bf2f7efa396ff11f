"""The program of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lab.core.code import Code, defined
from lab.nets.program import network_lines
from lab.topics.cnn.autoencoder.decoders import period
from lab.topics.cnn.autoencoder.images import BORDER, STARTS, WIDTHS
from lab.training.program import reconstruction_program

if TYPE_CHECKING:
    from lab.topics.cnn.autoencoder import AutoencoderParams

BLOBS, IMAGES, GRID = "lab.data.blobs", "lab.topics.cnn.autoencoder.images", "lab.topics.cnn.autoencoder.grid"
AIMS = {"same": ("train", "test"), "noisy": ("noisy_train", "noisy_test"), "clean": ("clean_train", "clean_test")}


def program(params: AutoencoderParams, tests: int) -> Code:
    """Return the program of the first network."""
    errors, repeats = "(outputs - clean_test)[:, 0].numpy()", period(params.network)
    return reconstruction_program(
        params,
        data=tuple(_images(params, tests)),
        network=network_lines(params, params.shape, None),
        criterion="nn.MSELoss()",
        initialisation=params.initialisation,
        name="network",
        judged=(
            "", "", *defined(GRID, "powers", "on_grid", "checkerboard"),
            'print("network_test_clean:", criterion(outputs, clean_test).item())',
            f'print("network_checkerboard:", checkerboard({errors}, {repeats}))',
            'print("floor:", criterion(test_targets, clean_test).item())',
            'print("untouched:", criterion(test, clean_test).item())',
        ),
    )  # fmt: skip


def _images(params: AutoencoderParams, tests: int) -> Iterator[str]:
    """Yield lines that make what is given and what is wanted."""
    parts = (("train", params.images, 0), ("test", tests, 1))
    yield from ("from numpy import ndarray as Array", "", "SIDE = 91", "", "")
    if params.data == "gaussians":
        yield from defined(BLOBS, "blobs", "noisy", "barred", "occluded")
        for part, count, place in parts:
            yield f"{part}, noisy_{part}, clean_{part} = occluded({count}, ({params.seed}, {place}), {params.noise!r})"
        if not params.bars:
            yield "train, test = noisy_train, noisy_test"
    else:
        yield f"BORDER, STARTS, WIDTHS = {BORDER}, {STARTS}, {WIDTHS}"
        yield from ("", "", *defined(BLOBS, "noisy", "barred"), *defined(IMAGES, "bordered", "spoiled"))
        yield f'with np.load("resources/datasets/{params.data}.npz") as data:'
        for part, count, _place in parts:
            yield f'    {part} = bordered(data["{part}_images"][:{count}])'
        for part, _count, place in parts:
            how = f"{params.noise!r}, {params.bars}, ({params.seed}, {place})"
            yield f"{part}, noisy_{part}, clean_{part} = spoiled({part}, {how})"
    names = ("train", "test", "train_targets", "test_targets", "clean_test")
    yield f"images = train, test, {', '.join(AIMS[params.target])}, clean_test"
    yield f"{', '.join(names)} = (torch.tensor(each).unsqueeze(1) for each in images)"
