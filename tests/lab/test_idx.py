"""IDX files: what is whole is read exactly; whatever is not gives a sentence with the file's name."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.core.text import DataError
from lab.data.idx import LARGEST_DATA, idx_header, idx_md5, read_idx, read_idx_stream, write_idx

IMAGES: NDArray[np.uint8] = (np.arange(5 * 4 * 3, dtype=np.uint8) * 7).reshape(5, 4, 3)
PLAIN = idx_header(IMAGES.shape) + IMAGES.tobytes()
GZIPPED = gzip.compress(PLAIN, mtime=0)


def read(data: bytes, dimensions: int = 3) -> NDArray[np.uint8]:
    return read_idx_stream(io.BytesIO(data), dimensions, "some-file")


@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_what_was_written_is_read(tmp_path: Path, name: str) -> None:
    write_idx(tmp_path / name, IMAGES)
    assert np.array_equal(read_idx(tmp_path / name, 3), IMAGES)


def test_gzip_is_seen_by_content_not_by_name(tmp_path: Path) -> None:
    (tmp_path / "images.gz").write_bytes(PLAIN)
    (tmp_path / "images").write_bytes(GZIPPED)
    assert np.array_equal(read_idx(tmp_path / "images.gz", 3), IMAGES)
    assert np.array_equal(read_idx(tmp_path / "images", 3), IMAGES)


@given(st.integers(0, len(PLAIN) - 1))
def test_a_plain_file_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(DataError, match="some-file"):
        read(PLAIN[:length])


@given(st.integers(0, len(GZIPPED) - 1))
def test_a_gzip_file_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(DataError, match="some-file"):
        read(GZIPPED[:length])


@given(st.integers(0, len(GZIPPED) - 1), st.integers(1, 255))
def test_a_gzip_file_with_a_wrong_byte_is_refused_or_unharmed(position: int, change: int) -> None:
    data = bytearray(GZIPPED)
    data[position] ^= change
    try:
        found = read(bytes(data))
    except DataError:
        return
    assert np.array_equal(found, IMAGES)


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    # Any other exception fails.
    with contextlib.suppress(DataError):
        read(data, 1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (PLAIN + b"\0", "goes on after the 60 bytes"),
        (PLAIN[:-1], r"60 bytes of data for the shape \(5, 4, 3\), 59 are there"),
        (b"PK\x03\x04" + PLAIN, "begins with the bytes 50 4b"),
        (b"\0\0\x0d\x03" + PLAIN[4:], "IDX type 0x0d; only 0x08"),
        (idx_header((5,)) + bytes(5), "has 1 dimensions; 3 are expected"),
        (idx_header((0, 28, 28)), r"is empty: its header says the shape \(0, 28, 28\)"),
        (struct.pack(">BBBBIII", 0, 0, 8, 3, 0xFFFFFFFF, 28, 28), f"at most {LARGEST_DATA}"),
        (GZIPPED + b"more", "gzip data are damaged"),
        (b"", "ends after 0 bytes, inside its header of 16 bytes"),
    ],
)
def test_the_sentence_says_what_was_found_and_what_is_allowed(data: bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read(data)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere.*cannot be read"):
        read_idx(tmp_path / "nowhere", 3)


def test_the_md5_is_that_of_the_uncompressed_file(tmp_path: Path) -> None:
    write_idx(tmp_path / "images", IMAGES)
    expected = hashlib.md5((tmp_path / "images").read_bytes(), usedforsecurity=False).hexdigest()
    assert idx_md5(IMAGES) == expected
    # A view in another memory order has the same contents, so the same file.
    assert idx_md5(np.asfortranarray(IMAGES)) == expected


@pytest.mark.parametrize("images", [300_000, 2**32 - 1])
def test_a_small_file_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(tmp_path: Path, images: int) -> None:
    path = tmp_path / "train-images-idx3-ubyte.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(struct.pack(">BBBBIII", 0, 0, 8, 3, images, 28, 28))
        for _ in range(240):
            stream.write(bytes(1 << 20))
    assert path.stat().st_size < 2 << 20
    tracemalloc.start()
    with pytest.raises(DataError, match="at most"):
        read_idx(path, 3)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20
    assert LARGEST_DATA >= 60_000 * 32 * 32 * 3 * 5 // 6, "CIFAR-10 is read"
