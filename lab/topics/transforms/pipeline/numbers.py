"""The pipeline as a program, the first sample as numbers, and what becomes of the label."""

from __future__ import annotations

from collections import Counter

import numpy as np

from lab.core.blocks import ReadBlock
from lab.core.code import CodeLine
from lab.core.figures import Cell
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import message
from lab.topics.transforms.pipeline.block_kinds import KINDS, SPOILS, call
from lab.topics.transforms.pipeline.label import Judged
from lab.topics.transforms.pipeline.passing import Pipelined
from lab.topics.transforms.pipeline.sources import Source


def sample_numbers(source: Source, blocks: tuple[ReadBlock, ...], samples: int, seed: int, piped: Pipelined) -> Numbers:
    """Return the first sample as numbers, and the program that makes all; one that fails says why, and no more."""
    first = piped.samples[0].astype(np.float64)
    numbers = (
        (len(piped.stages) - 1, "stages", ""),
        (first.shape, "output_shape", "samples[0].shape"),
        (float(first.min()), "least", "samples[0].min().item()"),
        (float(first.max()), "greatest", "samples[0].max().item()"),
        (float(first.mean()), "mean", "samples[0].double().mean().item()"),
    )
    # No table has them: labels are not needed.
    quantities = (
        Quantity("", 0 if piped.problem else samples, "", "samples", "len(samples)", listed=False),
        *(Quantity("", value, "", name, "" if piped.problem else code, listed=False) for value, name, code in numbers),
    )
    setup = _program(source, blocks, samples, seed, bool(piped.problem))
    return Numbers(quantities, setup=setup)


def _program(source: Source, blocks: tuple[ReadBlock, ...], samples: int, seed: int, fails: bool) -> Lines:
    run = [f"for i in range({samples}):", f"    torch.manual_seed({seed} + i)", "    samples.append(pipeline(x))"]
    if fails:
        run = ["try:", *(f"    {line}" for line in run), "except (RuntimeError, TypeError, ValueError) as error:"]
        run.append("    print(error)")
    return (
        "import torch",
        "from torchvision.transforms import v2",
        *source.lines,
        "",
        CodeLine(
            "x = torch.tensor(image).permute(2, 0, 1)", why=message("from H × W × C to C × H × W, still 0 to 255")
        ),
        "pipeline = v2.Compose([",
        *(CodeLine(f"    {call(block)},", why=message(KINDS[block.kind].help)) for block in blocks),
        *(() if blocks else ("    v2.Identity(),",)),
        "])",
        "samples = []",
        *run,
    )


def label_numbers(blocks: tuple[ReadBlock, ...], source: Source, guess: str, judged: Judged | None) -> Numbers:
    """Return the question about the label, and once it is guessed, the answer."""
    columns = (message("the label"), message("answer"))
    image = Quantity(message("image"), source.name)
    if source.digit is None:
        words = message("Take MNIST digits as images: there is a network that knows them, and can be asked.")
        return Numbers((image,), "label", columns, words)
    if judged is None:
        words = message("Is it still the same digit? Choose your guess in the form, then a network is asked.")
        return Numbers((image,), "label", columns, words)
    share = Cell(f"{judged.right} / {len(judged.found)}", mark="good" if judged.keeps else "bad")
    taken = (item for item in Counter(judged.found).most_common() if item[0] != judged.truth)
    right = (guess == "keeps") == judged.keeps
    quantities = (
        image,
        Quantity(message("still recognised"), judged.right, "", "recognised", cells=(share,)),
        *(Quantity(message("taken for {label}", label=label), count) for label, count in taken),
        *(Quantity(message(KINDS[each.kind].label), SPOILS[each.kind]) for each in blocks if each.kind in SPOILS),
        Quantity(
            message("your guess"), message("right") if right else message("wrong"), mark="good" if right else "bad"
        ),
    )
    note = message("The network that comes with Descent was asked about each sample; it errs on 1 digit in 100 itself.")
    return Numbers(quantities, "label", columns, note)
