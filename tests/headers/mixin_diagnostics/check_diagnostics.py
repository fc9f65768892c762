#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles one program that is wrong on purpose.

Its line `// expect: TEXT` says what the compiler must print; that must be the only error, in one line. A program
without such a line must compile.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--std", required=True)
    parser.add_argument("--include", required=True)
    parser.add_argument("--system", action="append", default=[])
    parser.add_argument("program", type=Path)
    given = parser.parse_args()

    command = [given.compiler, f"-std=c++{given.std}", "-fsyntax-only", "-Wall", "-Wextra", f"-I{given.include}"]
    command += [f"-isystem{folder}" for folder in given.system] + [str(given.program)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    # clang prints the text of the message with the backquotes; both keep a literal of several parts in one line.
    errors = [line for line in result.stderr.splitlines() if re.search(r"\berror:", line)]
    expected = re.search(r"^// expect: (.*)$", given.program.read_text(encoding="utf-8"), re.MULTILINE)
    if not expected:
        good = result.returncode == 0 and not result.stderr
    else:
        good = result.returncode != 0 and len(errors) == 1 and expected.group(1) in errors[0]
    if not good:
        print(f"expected: {expected.group(1) if expected else 'no message'}\n", result.stderr, sep="\n")
        sys.exit(1)


main()
