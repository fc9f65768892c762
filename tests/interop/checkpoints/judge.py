# SPDX-License-Identifier: Apache-2.0
"""The Python client and the safetensors package as judges of checkpoints.

splits               plans of random state dicts, a JSON object a line
save FOLDER LIMIT    a sharded state dict, as `save_torch_state_dict` writes it
dump FOLDER          a line per tensor of a folder with an index, sorted: name, type, shape, bytes in hex
dduf-write FILE      a DDUF file
dduf-export IN FILE  a DDUF file of a folder
dduf-dump FILE       a line per entry: name, offset, length, SHA-256
dduf-verdicts FOLDER "ok" or the error's class for each file, in name order
torch-write FILE     a file as `torch.save` writes it, and on stdout a line per tensor as `dump` has them
"""
import collections
import hashlib
import io
import json
import os
import pickle
import random
import sys
import types
import zipfile

import numpy
from huggingface_hub import split_state_dict_into_shards_factory
from huggingface_hub.serialization._dduf import export_entries_as_dduf, export_folder_as_dduf, read_dduf_file
from safetensors import safe_open
from safetensors.numpy import save_file


def index_text(split, metadata):
    return json.dumps({"metadata": {**split.metadata, **metadata}, "weight_map": split.tensor_to_filename}, indent=2)


def splits():
    generator = random.Random(5)
    for _ in range(300):
        count = generator.randrange(12)
        names = [f"l{i}." + generator.choice(["w", "é", 'b"', chr(0x1F600)]) for i in range(count)]
        tensors = {name: [generator.randrange(20), generator.choice([None, 0, 1, 2])] for name in names}
        limit = generator.choice([0, 1, 5, 10, 19, 40, "0.01KB", "1KB"])
        metadata = generator.choice([{}, {"z": "1", "a": "ü"}, {"total_size": "x"}])
        split = split_state_dict_into_shards_factory(
            tensors, get_storage_size=lambda t: t[0], get_storage_id=lambda t: t[1], max_shard_size=limit,
            filename_pattern="model{suffix}.safetensors")
        print(json.dumps({"tensors": list(tensors.items()), "limit": limit, "metadata": list(metadata.items()),
                          "files": list(split.filename_to_tensors.items()), "index": index_text(split, metadata)}))


def arrays():
    return {"z.weight": numpy.arange(6, dtype=numpy.float32).reshape(2, 3), "a.bias": numpy.arange(3, dtype=numpy.float64),
            "none": numpy.zeros((0, 2), dtype=numpy.float32), "step": numpy.array(7, dtype=numpy.int64),
            "é": numpy.arange(4, dtype=numpy.float16)}


def save(folder, limit):
    tensors = arrays()
    split = split_state_dict_into_shards_factory(
        tensors, get_storage_size=lambda t: t.nbytes, max_shard_size=int(limit),
        filename_pattern="model{suffix}.safetensors")
    for name, members in split.filename_to_tensors.items():
        save_file({member: tensors[member] for member in members}, os.path.join(folder, name), metadata={"format": "pt"})
    with open(os.path.join(folder, "model.safetensors.index.json"), "w") as file:
        file.write(index_text(split, {}))


def dump(folder):
    with open(os.path.join(folder, "model.safetensors.index.json")) as file:
        weight_map = json.load(file)["weight_map"]
    for name in sorted(weight_map, key=str.encode):
        with safe_open(os.path.join(folder, weight_map[name]), framework="np") as opened:
            array = numpy.ascontiguousarray(opened.get_tensor(name))
            part = opened.get_slice(name)
            print(name.encode().hex(), part.get_dtype(), part.get_shape(), array.tobytes().hex())


def dduf_write(path):
    export_entries_as_dduf(path, [("model_index.json", b'{"vae": ["a", "b"]}'), ("vae/config.json", b"{}"),
                                  ("vae/model.safetensors", bytes(range(256)) * 300), ("empty.txt", b""), ("é.txt", b"x")])


def dduf_dump(path):
    for name, entry in read_dduf_file(path).items():
        with entry.as_mmap() as content:
            print(name.encode().hex(), entry.offset, entry.length, hashlib.sha256(content).hexdigest())


def dduf_verdicts(folder):
    for name in sorted(os.listdir(folder)):
        try:
            read_dduf_file(os.path.join(folder, name))
            print("ok")
        except Exception as error:
            print(type(error).__name__)


def fake_torch():
    """Just enough of PyTorch's names to write what its pickler writes."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")

    def _rebuild_tensor_v2(*arguments):
        raise NotImplementedError

    def _rebuild_parameter(*arguments):
        raise NotImplementedError

    for function in (_rebuild_tensor_v2, _rebuild_parameter):
        function.__module__, function.__qualname__ = "torch._utils", function.__name__
        setattr(utils, function.__name__, function)
    for name in ("Float", "Half", "Long", "Bool"):
        setattr(torch, name + "Storage", type(name + "Storage", (), {"__module__": "torch"}))
    torch._utils = utils
    sys.modules.update({"torch": torch, "torch._utils": utils})
    return torch


def torch_write(path):
    torch = fake_torch()
    storages = []

    class Storage:
        def __init__(self, kind, array):
            self.kind, self.array, self.key = kind, array, str(len(storages))
            storages.append(self)

    class Tensor:
        def __init__(self, storage, view):
            self.storage, self.view = storage, view

        def __reduce__(self):
            size = self.view.itemsize
            offset = (self.view.__array_interface__["data"][0] - self.storage.array.__array_interface__["data"][0]) // size
            return torch._utils._rebuild_tensor_v2, (self.storage, offset, self.view.shape,
                                                     tuple(s // size for s in self.view.strides), False,
                                                     collections.OrderedDict())

    class Parameter:
        def __init__(self, tensor):
            self.tensor = tensor

        def __reduce__(self):
            return torch._utils._rebuild_parameter, (self.tensor, True, collections.OrderedDict())

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            if isinstance(value, Storage):
                return ("storage", getattr(torch, value.kind + "Storage"), value.key, "cpu", value.array.size)
            return None

    base = numpy.arange(24, dtype=numpy.float32)
    shared = Storage("Float", base)
    views = {"whole": base, "matrix": base.reshape(4, 6), "turned": base.reshape(4, 6).T, "tail": base[20:],
             "every second": base[::2], "cube": base.reshape(2, 3, 4).transpose(2, 0, 1)}
    state = collections.OrderedDict((name, Tensor(shared, view)) for name, view in views.items())
    for kind, array in (("Half", numpy.arange(3, dtype=numpy.float16)), ("Long", numpy.array(2**40)),
                        ("Bool", numpy.array([True, False]))):
        state[kind] = Parameter(Tensor(Storage(kind, array), array))
        views[kind] = array
    content = io.BytesIO()
    Pickler(content, protocol=2).dump(state)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("some_name/data.pkl", content.getvalue())
        for storage in storages:
            archive.writestr("some_name/data/" + storage.key, storage.array.tobytes())
        archive.writestr("some_name/version", "3\n")
    names = {"float32": "F32", "float16": "F16", "int64": "I64", "bool": "BOOL"}
    for name in sorted(views):
        print(name.encode().hex(), names[str(views[name].dtype)], list(views[name].shape),
              numpy.ascontiguousarray(views[name]).tobytes().hex())


{"splits": splits, "save": save, "dump": dump, "dduf-write": dduf_write, "dduf-export": lambda a, b: export_folder_as_dduf(b, a),
 "dduf-dump": dduf_dump, "dduf-verdicts": dduf_verdicts, "torch-write": torch_write}[sys.argv[1]](*sys.argv[2:])
