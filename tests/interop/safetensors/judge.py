# SPDX-License-Identifier: Apache-2.0
"""The safetensors package as a judge.

verdicts FOLDER  opens each file in name order; a line each: "ok", or what is wrong with it
write FILE       saves a few arrays
dump FILE        a line per tensor, sorted by name: name, type, shape, bytes in hex
slices FILE      a line per slice of the tensor t that is asked for in FILE.slices: shape and bytes in hex, or "no"
"""
import os
import sys

import numpy
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file


def verdicts(folder):
    for name in sorted(os.listdir(folder)):
        try:
            with safe_open(os.path.join(folder, name), framework="np") as opened:
                opened.keys()
            print("ok")
        except SafetensorError as error:
            print(str(error).replace("\n", " "))


def write(path):
    arrays = {
        "b.weight": numpy.arange(6, dtype=numpy.float32).reshape(2, 3),
        "a.weight": numpy.arange(4, dtype=numpy.float16),
        "steps": numpy.array(7, dtype=numpy.int64),
        "mask": numpy.array([True, False, True]),
        "bytes": numpy.arange(5, dtype=numpy.uint8),
        "nothing": numpy.zeros((0, 3), dtype=numpy.float64),
        "h\u00e9 \"\\\n": numpy.array([1, -1], dtype=numpy.int16),
    }
    save_file(arrays, path, metadata={"format": "np"})


def dump(path):
    with safe_open(path, framework="np") as opened:
        for name in sorted(opened.keys()):
            part = opened.get_slice(name)
            array = numpy.ascontiguousarray(opened.get_tensor(name))
            print(name.encode().hex(), part.get_dtype(), part.get_shape(), array.tobytes().hex())


def slices(path):
    def axis(text):
        if ":" not in text:
            return int(text)
        begin, end = text.split(":")
        return slice(int(begin) if begin else None, int(end) if end else None)

    with safe_open(path, framework="np") as opened, open(path + ".slices", encoding="utf-8") as wanted:
        for line in wanted:
            try:
                part = opened.get_slice("t")[tuple(axis(text) for text in line.split())]
                print(list(part.shape), numpy.ascontiguousarray(part).tobytes().hex())
            except (SafetensorError, IndexError, TypeError, ValueError):
                print("no")


{"verdicts": verdicts, "write": write, "dump": dump, "slices": slices}[sys.argv[1]](sys.argv[2])
