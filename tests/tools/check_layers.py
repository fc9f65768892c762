#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the includes and fails on the first arrow that points up.

The table of layers is the one of the architecture: a layer may include itself and lower ones. Third-party
libraries are each kept behind the files named here. Usage: check_layers.py <root of the source tree>
"""
import fnmatch
import re
import sys
from pathlib import Path

LAYERS = {
    "core": 0, "formats": 1, "http": 2, "auth": 3, "cache": 3, "cards": 3, "checkpoints": 3, "session": 4, "hub": 5, "xet": 5,
    "transfer": 6, "operations": 7, "surface": 8, "cli": 9, "server": 9,
}
# Layers of one height that must not know each other.
STRANGERS = [{"auth", "cache", "cards"}, {"cli", "server"}]
# `server` shares no request code with the client; `cli` uses the public headers and nothing else.
ONLY = {"server": {"core", "formats", "server"}, "cli": {"cli"}}

# Public headers, first match wins: the layer whose contract they are.
PUBLIC = [
    ("detail/mixin_*.hpp", "surface"), ("detail/json_abi.hpp", "core"), ("detail/*.hpp", "formats"),
    ("safetensors/*.hpp", "formats"), ("serialization/dduf.hpp", "checkpoints"), ("serialization/gguf*.hpp", "checkpoints"),
    ("serialization/torch_checkpoint.hpp", "checkpoints"), ("serialization/*.hpp", "formats"), ("host_tensor.hpp", "formats"),
    ("tensor_dict.hpp", "formats"), ("types/*.hpp", "formats"), ("hf_uri.hpp", "formats"),
    ("cards/meta_value.hpp", "formats"),
    ("http/*.hpp", "http"), ("auth.hpp", "auth"), ("cache/*.hpp", "cache"), ("cards/*.hpp", "cards"),
    ("api/*.hpp", "hub"), ("remote_*.hpp", "hub"), ("server/*.hpp", "server"),
    ("hf_api.hpp", "surface"), ("functions.hpp", "surface"), ("async.hpp", "surface"),
    ("commit_scheduler.hpp", "surface"), ("gguf_hub.hpp", "surface"),
    ("model_hub_mixin.hpp", "surface"), ("mixin_options.hpp", "surface"), ("from_pretrained_args.hpp", "surface"),
    ("file_system.hpp", "surface"), ("huggingface_hub.hpp", "surface"),
    ("*.hpp", "core"),
]

# Header of a dependency -> the only files that may include it.
BEHIND = [
    (r"^curl/", ["src/http/curl_*"]),
    (r"^openssl/", ["src/core/digest*", "src/core/base64*", "src/core/crypto_lazy*"]),
    (r"^(zip|unzip|ioapi)\.h$", ["src/checkpoints/zip_*"]),
    (r"^yaml\.h$", ["src/formats/yaml*"]),
    (r"^lz4", ["src/formats/xet/lz4*"]),
    (r"^blake3\.h$", ["src/core/keyed_hash*"]),
    (r"^CLI/", ["src/cli/arguments.cpp"]),
]
# What `hf_api.hpp` and the headers it reaches must not cost a user.
HEAVY = {"nlohmann/json.hpp", "regex", "iostream", "future"}

# Model frameworks: each has a header of its own, and nothing else knows it.
FRAMEWORKS = {
    "armadillo": r"^armadillo", "dlib": r"^dlib/", "eigen": r"^(unsupported/)?Eigen/", "fasttext": r"^fasttext/",
    "opencv": r"^opencv2/", "torch": r"^(torch|ATen|c10)/", "xgboost": r"^xgboost/",
}
PUBLIC[:0] = [("detail/framework_*.hpp", "surface"), *((f"{name}.hpp", "surface") for name in FRAMEWORKS)]
BEHIND += [(pattern, [f"include/huggingface_hub/{name}.hpp", f"include/huggingface_hub/detail/framework_{name}.hpp"])
           for name, pattern in FRAMEWORKS.items()]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(path):
    return [name for _, name in INCLUDE.findall(path.read_text(encoding="utf-8"))]


def layer_of_public(name):
    return next(layer for pattern, layer in PUBLIC if fnmatch.fnmatch(name, pattern))


def layer_of_include(name):
    """The layer that an include belongs to, and whether it is private; None for one that is not ours."""
    if name.startswith("huggingface_hub/"):
        return layer_of_public(name.removeprefix("huggingface_hub/")), False
    folder = name.split("/")[0]
    return (folder, True) if "/" in name and folder in LAYERS else None


def may_include(source, target, private):
    if source in ONLY:
        if source == "cli" and not private:
            return True
        return target in ONLY[source]
    if any(source in group and target in group and source != target for group in STRANGERS):
        return False
    return LAYERS[target] <= LAYERS[source]


def check_file(root, path, problems):
    relative = path.relative_to(root).as_posix()
    public = relative.startswith("include/")
    if public:
        layer = layer_of_public(relative.removeprefix("include/huggingface_hub/"))
    else:
        layer = relative.split("/")[1]
        if layer not in LAYERS:
            problems.append(f"{relative}: the folder {layer} is in no layer; add it to check_layers.py")
            return
    for name in includes(path):
        for pattern, homes in BEHIND:
            if re.match(pattern, name) and not any(fnmatch.fnmatch(relative, home) for home in homes):
                problems.append(f"{relative}: only {', '.join(homes)} may include <{name}>")
        found = layer_of_include(name)
        if found is None:
            continue
        target, private = found
        if public and private:
            problems.append(f"{relative}: a public header includes {name}, which is not installed")
        elif public and not (root / "include" / name).exists():
            problems.append(f"{relative}: includes {name}, which does not exist")
        elif not may_include(layer, target, private):
            problems.append(f"{relative}: layer {layer} may not include {name} of layer {target}")


def check_cost(root, problems):
    """`hf_api.hpp` and `functions.hpp` stay clear of the headers that are slow to compile."""
    for start in ("hf_api.hpp", "functions.hpp"):
        seen, queue = set(), [f"huggingface_hub/{start}"]
        while queue:
            name = queue.pop()
            path = root / "include" / name
            if name in seen or not path.exists():
                continue
            seen.add(name)
            for inner in includes(path):
                if inner in HEAVY:
                    problems.append(f"include/{name}: reached from {start}, must not include <{inner}>")
                queue.append(inner)


def main():
    root = Path(sys.argv[1])
    problems = []
    files = [p for top in ("include", "src") for p in sorted((root / top).rglob("*")) if p.suffix in (".hpp", ".cpp")]
    for path in files:
        check_file(root, path, problems)
    check_cost(root, problems)
    for problem in problems:
        print(problem)
    print(f"{len(files)} files read, {len(problems)} problems")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
