"""Weight files of torchvision, from a disk or a stick: known by name, checked by hash, and kept as safetensors."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import Tensor

from lab.core.text import DataError, Message, message
from lab.data.downloading import RemoteFile, fetch
from lab.nets.pretrained.kept import kept
from lab.nets.pretrained.published import Published, of_file, of_network, weight_files
from lab.nets.pretrained.torch_files import read_state
from lab.nets.weight_files import write_weights
from lab.nets.zoo.build import on_meta

_MIB = 1 << 20
_DENSE = re.compile(r"^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\.(?:weight|bias|running_mean|running_var))$")
"""Names of DenseNet's oldest files: norm.1 is what is called norm1 now."""
_EXTRA = {"googlenet": ("aux1.", "aux2.")}
"""What a file has more: classifiers that only help while a network is trained, and that torchvision leaves out too."""

Progress = Callable[[int, int], None]


def import_weights(path: Path, progress: Progress | None = None) -> Message:
    """Check and keep the weights in a file, or in each known file of a folder; return what came.

    Raises DataError where a file is not what its name says; what was kept before stays.
    """
    files = weight_files(path)
    sizes = [file.stat().st_size if file.is_file() else 0 for file in files]
    came = []
    for place, file in enumerate(files):
        if progress is not None:
            progress(sum(sizes[:place]), sum(sizes))
        known = of_file(file.name)
        if known is None:
            raise DataError(
                "{file} is not one of torchvision's files of weights that can be used here: their names end with the "
                "beginning of their checksum, as resnet18-f37072fd.pth does. Nothing was kept.",
                file=str(file),
            )
        keep(known, file)
        came.append(known)
    if progress is not None:
        progress(sum(sizes), sum(sizes))
    return arrived(came)


def download_weights(
    name: str, progress: Progress | None = None, cancelled: Callable[[], bool] = lambda: False
) -> Message:
    """Download the newest weights of a network, check and keep them; return what came. Raises DataError."""
    known = of_network(name)
    if known is None:
        raise DataError("There are no weights of {name} that can be downloaded.", name=name)
    folder = kept(name).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as temporary:
            target = Path(temporary) / known.file
            remote = RemoteFile(known.file, (known.address,), sha256=known.sha256)
            fetch(name, remote, target, round(known.megabytes * _MIB), progress, cancelled)
            keep(known, target)
    except OSError as error:
        raise _unwritten(folder, error) from error
    return arrived([known])


def arrived(came: list[Published]) -> Message:
    """Return what to say of weights that are here now."""
    return message(
        "The trained weights of {names} are here.", names=", ".join(f"{each.network} ({each.weights})" for each in came)
    )


def keep(known: Published, file: Path) -> None:
    """Check a file against its hash and its network, and keep its numbers."""
    state = _fitting(known, read_state(file, known.sha256), file)
    arrays = {name: value.numpy() for name, value in state.items()}
    about = {"file": known.file, "weights": known.weights, "source": known.address}
    try:
        write_weights(kept(known.network), arrays, about)
    except OSError as error:
        raise _unwritten(kept(known.network), error) from error


def _fitting(known: Published, state: Mapping[str, Tensor], file: Path) -> dict[str, Tensor]:
    """Return the numbers of a file by the names of the network and in its types. Raises DataError."""
    wanted = on_meta(known.network).state_dict()
    given = {_DENSE.sub(r"\1\2", name): value for name, value in state.items()}
    found: dict[str, Tensor] = {}
    for name, expected in wanted.items():
        value = given.pop(name, None)
        if value is None and name.endswith("num_batches_tracked"):
            value = torch.zeros((), dtype=torch.int64)  # Older files do not have it; it is not used.
        if value is None:
            raise _other(known, file, message("{name} is missing", name=name))
        if value.shape != expected.shape:
            raise _other(
                known,
                file,
                message(
                    "{name} has the shape {found}, not {expected}",
                    name=name,
                    found=_shape(value),
                    expected=_shape(expected),
                ),
            )
        if not torch.isfinite(value).all():
            raise _other(known, file, message("{name} holds numbers that are not finite", name=name))
        found[name] = value.to(expected.dtype).contiguous()
    more = [name for name in given if not name.startswith(_EXTRA.get(known.network, ("\0",)))]
    if more:
        raise _other(known, file, message("{name} is no part of it", name=more[0]))
    return found


def _shape(value: Tensor) -> str:
    return " × ".join(map(str, value.shape)) or "1"


def _other(known: Published, file: Path, reason: Message) -> DataError:
    return DataError(
        "{file} does not fit {network}: {reason}. Nothing was kept.",
        file=str(file),
        network=known.network,
        reason=reason,
    )


def _unwritten(path: Path, error: OSError) -> DataError:
    return DataError(
        "{file} could not be written: {reason}. What was there is unchanged.",
        file=str(path),
        reason=error.strerror or str(error),
    )
