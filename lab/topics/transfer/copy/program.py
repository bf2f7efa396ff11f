"""The program of one way to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.code import Code
from lab.topics.transfer.copy.ways import WAYS
from lab.topics.transfer.given import built_lines, data_lines, loaded_lines
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.topics.transfer.copy import CopyParams

MADE = (
    "with torch.no_grad():",
    "    theirs, own = (torch.cat([each.eval()(part) for part in test.split(500)]) for each in (source, network))",
    'print("equal_outputs:", float(torch.equal(theirs, own)))',
    'print("max_difference:", (theirs - own).abs().max().item())',
    'print("copied_accuracy:", (own.argmax(1) == test_labels).double().mean().item())',
    "",
    "",
    "def came_along(mine, given):",
    "    return sum(torch.equal(one, other) and one is not other for one, other in zip(mine, given))",
    "",
    "",
    'print("parameters_copied:", came_along(network.parameters(), source.parameters()))',
    'print("buffers_copied:", came_along(network.buffers(), source.buffers()))',
    "before, source_before = deepcopy(network), deepcopy(source)",
)
AFTER = (
    "",
    "",
    "def moved(now, then):",
    "    return sum(not torch.equal(one, other) for one, other in zip(now, then))",
    "",
    "",
    'print("parameters_moved:", moved(network.parameters(), before.parameters()))',
    'print("buffers_moved:", moved(network.buffers(), before.buffers()))',
    'print("source_moved:", moved(source.state_dict().values(), source_before.state_dict().values()))',
)


def program(params: CopyParams, data: DataStore) -> Code:
    """Return the program that copies in the chosen way, says what came along, and goes on to learn."""
    way, model = WAYS[params.way], params.model
    source = (
        "source = deepcopy(network).to(memory_format=torch.channels_last)",
        *loaded_lines(params, "source"),
        "network = network.to(memory_format=torch.channels_last)",
    )
    return classifier_program(
        params,
        data=data_lines(model.dataset, params, data),
        network=built_lines(params),
        initialisation=model.params.initialisation,
        begun=(*source, *(() if way.late else way.lines)),
        ready=(*(way.lines if way.late else ()), *MADE),
        after=AFTER,
        name=params.way,
    )
