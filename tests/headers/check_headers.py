#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles every public header by itself.

Each header is included twice in a file of its own, without code generation; the file fails to compile where a macro
of libcurl, OpenSSL or the socket headers became known. With --together, all are in one file. With --poison, all headers are included after the standard
ones and after `min`, `max` and `small` were defined as a careless windows.h would. With --cost, the preprocessed
lines of some headers are compared with their budgets.
"""
import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile
from pathlib import Path

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
MUST_STAY_UNKNOWN = ["CURL_VERSION_BITS", "LIBCURL_VERSION", "OPENSSL_VERSION_MAJOR", "OPENSSL_VERSION_NUMBER",
                     "SOCK_STREAM", "YAML_DECLARE"]
STANDARD = """algorithm array atomic chrono cmath complex condition_variable cstddef cstdint cstdio cstdlib cstring
    deque exception filesystem fstream functional future initializer_list iomanip ios iosfwd iostream istream iterator limits
    list locale map memory mutex new numeric optional ostream random ratio regex set sstream stdexcept streambuf string
    string_view system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility variant
    vector""".split()
SYSTEM = ["fcntl.h", "sys/mman.h", "sys/stat.h", "unistd.h", "nlohmann/json.hpp"]
# Preprocessed lines, `-std=c++20 -E -P`: a measure that does not depend on the machine. With g++ 12 <memory> alone is
# 35,000, with <chrono> and <filesystem> it is 48,000.
BUDGETS = {
    "errors.hpp": 51_000, "result.hpp": 51_000, "hf_api.hpp": 75_000, "functions.hpp": 75_000,
    "model_hub_mixin.hpp": 115_000, "huggingface_hub.hpp": 115_000,
}


class Compiler:
    def __init__(self, arguments):
        self.command = [arguments.compiler, f"-std=c++{arguments.std}", f"-I{arguments.include}"]
        self.command += [f"-isystem{folder}" for folder in arguments.system]

    def run(self, extra, source):
        with tempfile.TemporaryDirectory(prefix="headers-") as folder:
            file = Path(folder) / "include.cpp"
            file.write_text(source, encoding="utf-8")
            return subprocess.run(self.command + extra + [str(file)], capture_output=True, text=True, check=False)


def included(compiler, names):
    guard = "".join(f'#ifdef {macro}\n#error "{macro} became known"\n#endif\n' for macro in MUST_STAY_UNKNOWN)
    includes = "".join(f"#include <huggingface_hub/{name}>\n" for name in names)
    result = compiler.run(WARNINGS + ["-fsyntax-only"], includes + includes + guard)
    return result.stderr if result.returncode else ""


def poisoned(compiler, names):
    source = "".join(f"#include <{header}>\n" for header in STANDARD + SYSTEM)
    source += "".join(f"#define {macro} poisoned by a macro\n" for macro in ("min(a, b)", "max(a, b)", "small"))
    source += "".join(f"#include <huggingface_hub/{name}>\n" for name in names)
    result = compiler.run(["-fsyntax-only"], source)
    return result.stderr if result.returncode else ""


def lines_of(compiler, name):
    result = compiler.run(["-E", "-P"], f"#include <huggingface_hub/{name}>\n")
    return result.stdout.count("\n") if result.returncode == 0 else sys.maxsize


def check_cost(compiler, names):
    failed = False
    for name, budget in BUDGETS.items():
        if name not in names:
            print(f"{name:24} is not there yet")
            continue
        lines = lines_of(compiler, name)
        failed |= lines > budget
        print(f"{name:24} {lines:8} of {budget:8} lines{'  TOO MANY' if lines > budget else ''}")
    return failed


def check_alone(compiler, names):
    failed = False
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for name, problem in zip(names, pool.map(lambda name: included(compiler, [name]), names)):
            if problem:
                failed = True
                print(f"== {name}\n{problem[:4000]}")
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--std", required=True)
    parser.add_argument("--include", required=True, type=Path)
    parser.add_argument("--system", action="append", default=[])
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--skip", action="append", default=[], help="a header that needs more than that")
    parser.add_argument("--poison", action="store_true")
    parser.add_argument("--cost", action="store_true")
    arguments = parser.parse_args()

    compiler = Compiler(arguments)
    root = arguments.include / "huggingface_hub"
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.hpp"))
    names = [name for name in names if name not in arguments.skip]
    if arguments.cost:
        failed = check_cost(compiler, names)
    elif arguments.poison or arguments.together:
        problem = poisoned(compiler, names) if arguments.poison else included(compiler, names[::-1])
        failed = bool(problem)
        print(problem[:8000])
    else:
        failed = check_alone(compiler, names)
    print(f"{len(names)} headers, {'failed' if failed else 'all good'}")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main())
