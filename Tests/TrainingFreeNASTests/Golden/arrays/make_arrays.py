#!/usr/bin/env python3
"""Writes the arrays beside this script with NumPy (2.4 made those that are stored here).

usage: make_arrays.py

Every array holds numbers that follow from their index: see NPYGoldenTests.swift.
"""

import pathlib

import numpy as np

here = pathlib.Path(__file__).parent


def ramp(shape, dtype, order="C"):
    """Element k of the row-major order is 3 k - 4."""
    values = 3 * np.arange(int(np.prod(shape, dtype=int))) - 4
    return np.array(values.reshape(shape), dtype=dtype, order=order)


for dtype in ["<f2", "<f4", "<f8", ">f4", ">f8", "|i1", "<i2", ">i4", "<i8"]:
    name = dtype.replace("<", "little_").replace(">", "big_").replace("|", "")
    np.save(here / f"{name}.npy", ramp((2, 3), dtype))
for dtype in ["|u1", "<u2", ">u4", "<u8"]:
    name = dtype.replace("<", "little_").replace(">", "big_").replace("|", "")
    np.save(here / f"{name}.npy", ramp((2, 3), "<i8").clip(0).astype(dtype))
np.save(here / "fortran.npy", ramp((2, 3, 4), "<f4", order="F"))
np.save(here / "scalar.npy", ramp((), "<f8"))
np.save(here / "nothing.npy", ramp((0, 3), "<f4"))
for number, version in [(2, (2, 0)), (3, (3, 0))]:
    with open(here / f"version{number}.npy", "wb") as file:
        np.lib.format.write_array(file, ramp((2, 3), "<f4"), version=version)
members = {
    "images": np.arange(2 * 3 * 8 * 8, dtype="u1").reshape(2, 8, 8, 3) // 3,
    "labels": np.array([1, 0]),
}
np.savez(here / "stored.npz", **members)
np.savez_compressed(here / "deflated.npz", **members)
