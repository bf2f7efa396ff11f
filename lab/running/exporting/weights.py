"""The weights of a run as a `state_dict`, in a file of safetensors that torch reads without Descent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from lab.core.text import RunError
from lab.data.store import DataStore
from lab.running.runs import Run

NAME = "state_dict.safetensors"
_MARK = "model."


def write_state(run: Run, _data: DataStore, folder: Path) -> None:
    """Write the parameters and buffers of the newest kept state by the names of `state_dict()`.

    Of several trainings side by side each name begins with that of its training: "tanh/conv1.weight". What was frozen
    is not kept with a run, and so not written. Raises OSError, and RunError where there are none.
    """
    steps = run.checkpoints()
    state = run.checkpoint(steps[-1]) if steps else None
    named = {} if state is None else {name: np.ascontiguousarray(array) for name, array in state.tensors.items()}
    weights = {}
    for name, array in named.items():
        training, mark, rest = name.rpartition(f"/{_MARK}") if f"/{_MARK}" in name else ("", _MARK, name)
        if training:
            weights[f"{training}/{rest}"] = array
        elif name.startswith(mark):
            weights[name.removeprefix(mark)] = array
    if not weights:
        words = "The run in {folder} keeps no weights of a network. Nothing was written."
        raise RunError(words, folder=str(run.folder))
    save_file(weights, folder / NAME)
