#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles the C++ programs of a Markdown file, without generating code. Usage: check_readme.py FILE COMPILER INCLUDE…"""
import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"^```cpp\n(.*?)^```", re.MULTILINE | re.DOTALL)


def main():
    file, compiler, folders = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-unused-variable", "-xc++",
               *(f"-I{folder}" for folder in folders), "-"]
    blocks = BLOCK.findall(file.read_text(encoding="utf-8"))
    failed = False
    for number, block in enumerate(blocks, 1):
        result = subprocess.run(command, input=block, capture_output=True, text=True, check=False)
        if result.returncode:
            failed = True
            print(f"== block {number} of {file.name}\n{result.stderr[:4000]}")
    print(f"{len(blocks)} programs, {'failed' if failed else 'all good'}")
    return 1 if failed or not blocks else 0


if __name__ == "__main__":
    sys.exit(main())
