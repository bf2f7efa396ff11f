"""Weight files: what is written is read; what was cut short or changed is refused and left alone."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from lab.core.text import RunError
from lab.nets.weight_files import read_weights, write_weights

ARRAYS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "count": np.array(3, dtype=np.int64), "e": np.zeros(0)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "w.safetensors"
    write_weights(path, ARRAYS, {"steps": 7, "loss": 0.1})
    return path


def test_arrays_and_description_come_back(path: Path) -> None:
    arrays, about = read_weights(path)
    assert about == {"steps": 7, "loss": 0.1}
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].shape == array.shape
        assert np.array_equal(arrays[name], array)


def test_columns_first_arrays_are_kept_by_value(tmp_path: Path) -> None:
    turned = np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1)
    write_weights(tmp_path / "t", {"t": turned}, {})
    assert np.array_equal(read_weights(tmp_path / "t")[0]["t"], turned)


def test_a_file_cut_short_anywhere_is_refused_and_left(path: Path) -> None:
    whole = path.read_bytes()
    for length in [0, 1, 7, 8, *range(9, len(whole), 11)]:
        path.write_bytes(whole[:length])
        with pytest.raises(RunError, match="left as it is"):
            read_weights(path)
        assert path.read_bytes() == whole[:length]


def test_any_changed_byte_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    places = random.Random(1).sample(range(len(whole)), 60)
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 0x01
        path.write_bytes(bytes(changed))
        try:
            arrays, about = read_weights(path)
        except RunError:
            continue
        # A changed blank between two parts of the header says the same.
        assert about == {"steps": 7, "loss": 0.1}
        assert all(np.array_equal(arrays[name], array) for name, array in ARRAYS.items())


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    import torch

    torch.save({"a": torch.zeros(1)}, tmp_path / "p")
    with pytest.raises(RunError, match="not one of Descent"):
        read_weights(tmp_path / "p")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="There is no weight file"):
        read_weights(tmp_path / "none")


def test_a_write_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_weights(path, {"a": np.zeros(3)}, {})
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_the_file_is_one_of_safetensors_whatever_the_numbers_are(tmp_path: Path) -> None:
    kinds = ("?", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8", ">f4")
    arrays = {f"a.{kind}": np.arange(15).reshape(3, 5).astype(kind) for kind in kinds}
    write_weights(tmp_path / "w", {**arrays, **ARRAYS, "وزن": np.ones(3)}, {"steps": 7})
    found = load_file(tmp_path / "w")
    assert found.keys() == {*arrays, *ARRAYS, "وزن"}
    for name, array in {**arrays, **ARRAYS}.items():
        assert np.array_equal(found[name], array), name
        assert found[name].shape == array.shape
    assert read_weights(tmp_path / "w")[0].keys() == found.keys()


def test_a_file_of_the_library_itself_is_read(tmp_path: Path) -> None:
    about, digest = '{"steps": 7}', hashlib.blake2b(b'{"steps": 7}', digest_size=16)
    digest.update(b"w<f4(2, 3)" + ARRAYS["a"].tobytes())
    save_file({"w": ARRAYS["a"]}, tmp_path / "w", {"about": about, "checksum": digest.hexdigest()})
    arrays, found = read_weights(tmp_path / "w")
    assert np.array_equal(arrays["w"], ARRAYS["a"])
    assert found == {"steps": 7}


def test_large_arrays_are_not_copied_on_their_way(tmp_path: Path) -> None:
    array = np.zeros(4_000_000)
    tracemalloc.start()
    try:
        write_weights(tmp_path / "w", {"w": array}, {})
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < array.nbytes / 4
