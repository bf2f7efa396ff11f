"""The program of the page: the autoencoder, and then the three classifiers one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from lab.core.code import Code, CodeLine
from lab.nets.program import network_lines
from lab.topics.transfer.pretrained_autoencoder.params import LABELS, LEAST, TURNED, WAYS, PretrainedParams
from lab.training.program import classifier_program, reconstruction_program

if TYPE_CHECKING:
    from lab.data.store import DataStore


def program(params: PretrainedParams, data: DataStore) -> Code:
    """Return it; the classifiers are a loop over their names."""
    first = reconstruction_program(
        params.replace(epochs=params.pretrain_epochs), data=params.data_lines(data),
        network=network_lines(params.coder, params.shape, None), criterion="nn.MSELoss()", name="autoencoder",
        begun=("untrained = [numbers.detach().clone() for numbers in network.parameters()]",),
        judged=('print("reconstruction:", criterion(outputs, test).item())',),
    )  # fmt: skip
    learned = 2 * len(params.channels)
    then = classifier_program(
        params, data=(), network=network_lines(params.classifier, params.shape, None), name="NAME",
        begun=(
            'if name != "naive":',
            "    with torch.no_grad():",
            "        for own, taken in zip(network.parameters(), encoder, strict=False):",
            "            own.copy_(taken)",
            'if name == "frozen":',
            f"    network[:{learned}].requires_grad_(False)",
        ),
        varied=("inputs = mirrored(inputs, 0.5, noise)",) if params.mirrored != "never" else (),
        after=('print(f"{name}:", (outputs.argmax(1) == test_labels).double().mean().item())',),
    )  # fmt: skip
    return replace(first, lines=tuple(_tidy((*first.lines, *map(CodeLine, _between(params)), *_within(then)))))


def _between(params: PretrainedParams) -> Iterator[str]:
    """Yield what stands between the autoencoder and the classifiers."""
    yield ""
    source = "network.parameters()" if params.taken == "trained" else "untrained"
    # A weight and a bias of each convolution.
    yield f"encoder = list({source})[:{2 * len(params.channels)}]"
    drawn = f"np.random.default_rng([{params.seed}, {LABELS}]).permutation(len(train_labels))"
    yield f"chosen = {drawn}[:{params.labelled}]"
    yield f"chosen = np.tile(chosen, -(-{LEAST} // len(chosen)))  # An epoch has at least {LEAST} images."
    yield "train, train_labels = everything[chosen], train_labels[chosen]"
    if params.mirrored == "everything":
        yield f"test = mirrored(test, 0.5, torch.Generator().manual_seed({params.seed + TURNED}))"
    yield ""


def _within(program: Code) -> Iterator[CodeLine]:
    """Yield the lines of the classifiers within their loop; what was imported before is not imported again."""
    yield CodeLine(f"for name in {tuple(WAYS)}:")
    for line in program.lines:
        if not line.text.startswith(("import ", "from ")):
            text = line.text.replace('print("NAME_', 'print(f"{name}_')
            yield replace(line, text=f"    {text}" if text else "")


def _tidy(lines: Iterable[CodeLine]) -> Iterator[CodeLine]:
    """Yield lines without more than two empty ones behind each other, and none behind the head of a loop."""
    empty = 0
    for line in lines:
        if line.text or empty < 2:
            yield line
        empty = 0 if line.text and not line.text.startswith("for name") else 2 if line.text else empty + 1
