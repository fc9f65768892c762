# SPDX-License-Identifier: Apache-2.0
"""Writes the files of this folder with PyTorch: module.bin, views.bin, training.bin and legacy.bin are of 1.13.1,
newtypes.bin and (as module_2_15.bin) module.bin of 2.15.0. Usage: make.py FOLDER"""
import sys

import torch

FOLDER = sys.argv[1]


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a = torch.nn.Linear(3, 4)
        self.bn = torch.nn.BatchNorm1d(4)
        self.b = self.a
        self.register_buffer("fp16", torch.arange(6, dtype=torch.float16).reshape(2, 3).t())
        self.register_buffer("b16", torch.arange(4, dtype=torch.bfloat16))
        self.register_buffer("flag", torch.tensor([True, False]))
        self.register_buffer("c", torch.tensor([1 + 2j, 3 - 4j], dtype=torch.complex64))
        self.register_buffer("empty", torch.zeros(0, 3))
        self.register_buffer("scalar", torch.tensor(7, dtype=torch.int64))
        self.register_buffer("u8", torch.arange(5, dtype=torch.uint8))


torch.manual_seed(0)
torch.save(Net().state_dict(), FOLDER + "/module.bin")
w = torch.arange(12.0).reshape(3, 4)
torch.save({"w": w, "t": w.t(), "row": w[1], "col": w[:, 2], "expanded": torch.ones(1).expand(5)}, FOLDER + "/views.bin")
torch.save({"p": torch.nn.Parameter(torch.ones(2)), "epoch": 3, "lr": 0.1, "name": "x", "nested": {"k": torch.zeros(1)},
            "none": None, "list": [1, 2]}, FOLDER + "/training.bin")
torch.save({"w": w}, FOLDER + "/legacy.bin", _use_new_zipfile_serialization=False)
if hasattr(torch, "float8_e4m3fn"):
    torch.save({"f8": torch.arange(4.0).to(torch.float8_e4m3fn), "u16": torch.arange(3).to(torch.uint16),
                "f8t": torch.arange(6.0).reshape(2, 3).to(torch.float8_e5m2).t()}, FOLDER + "/newtypes.bin")
