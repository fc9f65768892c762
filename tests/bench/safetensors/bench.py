#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs bench_safetensors, and then the safetensors package on the same file. Usage: bench.py PROGRAM FOLDER [BYTES]

FOLDER needs three times BYTES (2 GB), memory too. Run it with a Python that has safetensors and numpy.
"""
import json
import os
import subprocess
import sys
import time

import numpy
from safetensors import safe_open
from safetensors.numpy import load_file, save_file


def best(rounds, work):
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def open_only(path):
    with safe_open(path, framework="np") as opened:
        opened.metadata()


def read_into(path, targets):
    """Into arrays that are there, as the C++ program does: without new memory."""
    with safe_open(path, framework="np") as opened:
        for name, target in targets.items():
            numpy.copyto(target, opened.get_tensor(name))


def main():
    program, folder = sys.argv[1:3]
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 2_000_000_000
    ours = json.loads(subprocess.run([program, folder, str(size)], check=True, capture_output=True, text=True).stdout)
    path, copy = os.path.join(folder, "bench.safetensors"), os.path.join(folder, "python.safetensors")
    small = os.path.join(folder, "small.safetensors")
    save_file({f"model.layers.{i}.self_attn.q_proj.weight": numpy.zeros(10, dtype=numpy.float32) for i in range(10_000)}, small)
    tensors = load_file(path)

    def save():
        if os.path.exists(copy):
            os.remove(copy)
        save_file(tensors, copy)

    rows = [
        ("open, 300 tensors", ours["open_s"], None, best(20, lambda: open_only(path))),
        ("open, header of 10 000 tensors", ours["parse_10000_s"], None, best(10, lambda: open_only(small))),
        ("open and read", ours["read_s"], ours["memcpy_s"], best(3, lambda: load_file(path))),
        ("open and read into memory that is there", ours["read_s"], ours["memcpy_s"], best(3, lambda: read_into(path, tensors))),
        ("write", ours["save_s"], ours["write2_s"], best(3, save)),
    ]
    print(f"{size} bytes; seconds, the best of several rounds\n")
    print("| what | ours | memcpy / write(2) | its part of that speed | Python package |\n|---|--:|--:|--:|--:|")
    for what, own, machine, python in rows:
        ratio = f"{machine / own:.2f}" if machine else ""
        print(f"| {what} | {own:.4f} | {machine if machine else ''} | {ratio} | {python:.4f} |")
    for used in (path, copy, small):
        os.remove(used)


main()
