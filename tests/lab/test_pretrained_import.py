"""Weights that torchvision publishes: imported and downloaded if they are what their names say, else refused."""

from __future__ import annotations

import hashlib
import io
import os
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image
from torch import Tensor

from lab.core.text import DataError, RunError
from lab.nets.pretrained import published, weights
from lab.nets.pretrained.importing import download_weights, import_weights
from lab.nets.pretrained.kept import kept, must_be_at_hand, source_of
from lab.nets.pretrained.preparing import preparation, prepared
from lab.nets.pretrained.published import Published, of_file
from lab.terminal.cli import cli

NAME = "squeezenet1_1"


def saved(folder: Path, monkeypatch: pytest.MonkeyPatch, state: object, name: str = NAME, zipped: bool = True) -> Path:
    """Write a file whose name has its hash, and let it be one of torchvision's."""
    stream = io.BytesIO()
    torch.save(state, stream, _use_new_zipfile_serialization=zipped)
    raw = stream.getvalue()
    file = f"{name}-{hashlib.sha256(raw).hexdigest()[:8]}.pth"
    entry = Published(name, "IMAGENET1K_V1", file, 58.178, len(raw) / 2**20)
    monkeypatch.setattr(published, "published", lambda: iter([entry]))
    path = folder / file
    path.write_bytes(raw)
    return path


def state_of(name: str = NAME) -> dict[str, Tensor]:
    return dict(weights.untrained(name, 3).state_dict())


def test_names_and_checksums_are_those_of_torchvision() -> None:
    from torchvision import models

    for each in published.published():
        entry = models.get_model_weights(each.network)[each.weights]
        assert entry.url == each.address
        assert entry.meta["_metrics"]["ImageNet-1K"]["acc@1"] == each.top1
        assert len(each.sha256) >= 8 and set(each.sha256) <= set("0123456789abcdef")
    found = of_file("resnet18-f37072fd.pth")
    assert found is not None and (found.network, found.sha256) == ("resnet18", "f37072fd")
    assert of_file("resnet18-f37072fd (1).pth") == found and of_file("resnet18.pth") is None


def test_pictures_are_made_ready_as_torchvision_does() -> None:
    from torchvision import models

    picture = np.asarray(
        Image.fromarray(np.random.default_rng(1).integers(0, 255, (6, 9, 3), np.uint8)).resize((420, 300))
    )
    for name in ("squeezenet1_1", "inception_v3"):
        entry = models.get_model_weights(name).DEFAULT
        theirs = entry.transforms()(Image.fromarray(picture))
        ours = prepared(picture, preparation(name))
        assert ours.shape == theirs.shape
        # They resize first and cut then, which moves the picture by less than a pixel.
        assert (ours - theirs).abs().mean() < 0.03


@pytest.mark.parametrize("zipped", [True, False])
def test_what_is_imported_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zipped: bool) -> None:
    with pytest.raises(DataError, match=r"not here.*data download squeezenet1_1.*import squeezenet1_1-b8a52dc0.pth"):
        must_be_at_hand(NAME)
    state = state_of()
    path = saved(tmp_path, monkeypatch, {name: value.half() for name, value in state.items()}, zipped=zipped)
    done = CliRunner().invoke(cli, ["data", "import", str(path)])
    assert done.exit_code == 0, done.output
    assert "The trained weights of squeezenet1_1 (IMAGENET1K_V1) are here." in done.output
    assert weights.at_hand() == (weights.ALWAYS, NAME)
    assert path.name in str(source_of(NAME)) and "58.2 %" in str(source_of(NAME))
    found = weights.load(NAME)
    for name, value in found.state_dict().items():
        assert torch.equal(value, state[name].half().float())
    assert NAME in CliRunner().invoke(cli, ["data", "list"]).output
    # A damaged file is never used.
    raw = bytearray(kept(NAME).read_bytes())
    raw[-5] ^= 1
    kept(NAME).write_bytes(raw)
    with pytest.raises(RunError, match="was changed after it was written"):
        weights.load(NAME)


def test_a_folder_of_weights_is_imported_and_other_things_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path, monkeypatch, state_of())
    (tmp_path / "other.pth").write_bytes(b"x")
    (tmp_path / "readme.txt").write_text("x", "utf-8")
    assert "squeezenet1_1" in str(import_weights(tmp_path))
    done = CliRunner().invoke(cli, ["data", "import", str(tmp_path / "other.pth")])
    assert done.exit_code == 2 and "is not one of torchvision's files of weights" in done.output


def test_what_does_not_fit_the_network_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = state_of()
    first = next(iter(state))
    wrong = {
        f"{first} is missing": {name: value for name, value in state.items() if name != first},
        "more is no part of it": state | {"more": torch.zeros(1)},
        r"has the shape 2 × 3, not 64 × 3 × 3 × 3": state | {first: torch.zeros(2, 3)},
        # No memory is spent on a shape that only says to be large.
        r"has the shape 1000000 × 1000000": state | {first: torch.zeros(1).expand(1_000_000, 1_000_000)},
        "not finite": state | {first: torch.full_like(state[first], float("nan"))},
    }
    for reason, given in wrong.items():
        path = saved(tmp_path, monkeypatch, given)
        with pytest.raises(DataError, match=rf"does not fit squeezenet1_1: .*{reason}"):
            import_weights(path)
    renamed = path.with_name("squeezenet1_1-00000000.pth")
    os.rename(path, renamed)
    entry = Published(NAME, "IMAGENET1K_V1", renamed.name, 58.178, 5.0)
    monkeypatch.setattr(published, "published", lambda: iter([entry]))
    with pytest.raises(DataError, match="SHA-256 begins with"):
        import_weights(renamed)
    with pytest.raises(DataError, match="There is no file"):
        import_weights(tmp_path / "gone" / renamed.name)
    assert not kept(NAME).exists()


@pytest.mark.long
def test_old_names_of_densenet_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = state_of("densenet121")
    old = {
        name.replace("norm1.", "norm.1.").replace("norm2.", "norm.2.").replace("conv1.", "conv.1."): value
        for name, value in state.items()
        if not name.endswith("num_batches_tracked")
    }
    assert "features.denseblock1.denselayer1.norm.1.weight" in old
    import_weights(saved(tmp_path, monkeypatch, old, "densenet121"))
    found = weights.load("densenet121").state_dict()
    assert found.keys() == state.keys() and all(torch.equal(found[name], state[name]) for name in state)


def test_a_download_is_checked_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = saved(tmp_path, monkeypatch, state_of()).read_bytes()
    told: list[int] = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda request, timeout: io.BytesIO(raw))
    assert "are here" in str(download_weights(NAME, lambda done, total: told.append(done)))
    assert told == sorted(told) and told[-1] == len(raw)
    assert weights.at_hand() == (weights.ALWAYS, NAME)
    assert [path.name for path in kept(NAME).parent.iterdir()] == [kept(NAME).name]
    kept(NAME).unlink()
    with pytest.raises(DataError, match="cancelled"):
        download_weights(NAME, cancelled=lambda: True)
    monkeypatch.setattr(urllib.request, "urlopen", lambda request, timeout: io.BytesIO(raw[:-3]))
    with pytest.raises(DataError, match="did not arrive"):
        download_weights(NAME)

    def nothing(request: object, timeout: float) -> io.BytesIO:
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr(urllib.request, "urlopen", nothing)
    done = CliRunner().invoke(cli, ["data", "download", NAME])
    assert done.exit_code == 2 and "Without a network, import it" in done.output
    assert weights.at_hand() == (weights.ALWAYS,)
