#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what every file of the tree must have and must not hold. Usage: check_text.py <root of the source tree>

Must have: the licence in the first line (after `#!`). Must not hold: a note to do something later, a mark of a merge
conflict, an absolute path of somebody's machine, something that looks like a real token.
"""
import re
import sys
from pathlib import Path

LICENCE = "SPDX-License-Identifier: Apache-2.0"
LICENSED = {".hpp", ".cpp", ".h", ".c", ".cmake", ".py", ".sh", ".js", ".mjs"}
SKIPPED_FOLDERS = {".git", ".cache", "build", "node_modules", "__pycache__"}
TEXT = LICENSED | {".md", ".txt", ".json", ".in", ".yml", ".yaml", ".conf", ""}
FORBIDDEN = [
    (re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b(?!\(#\d+\))"), "a note for later names no issue"),
    (re.compile(r"^(<{7}|>{7}) ", re.MULTILINE), "a mark of a merge conflict"),
    (re.compile(r"(?<![\w./-])/(work|home/(?!(me|user)/)\w+|Users/\w+)/\w"), "an absolute path of one machine"),
    (re.compile(r"\bhf_[A-Za-z0-9]{34}\b"), "what looks like a real token"),
]


def files(root):
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and not path.is_symlink() and not SKIPPED_FOLDERS & set(parts):
            yield path


def needs_licence(path):
    return path.suffix in LICENSED or path.name == "CMakeLists.txt" or path.parent.name == ".ci"


def check(root, path):
    text = path.read_text(encoding="utf-8", errors="replace")
    relative = path.relative_to(root).as_posix()
    if needs_licence(path):
        lines = text.split("\n", 2)
        first = lines[1] if lines[0].startswith("#!") and len(lines) > 1 else lines[0]
        if LICENCE not in first:
            yield f"{relative}:1: the first line is not the licence ({LICENCE})"
    for pattern, what in FORBIDDEN:
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{relative}:{line}: {what}: {match.group(0)}"


def main():
    root = Path(sys.argv[1])
    read = [path for path in files(root) if path.suffix in TEXT and path.stat().st_size < 1 << 20]
    problems = [problem for path in read for problem in check(root, path)]
    for problem in problems:
        print(problem)
    print(f"{len(read)} files read, {len(problems)} problems")
    return 1 if problems or not read else 0


if __name__ == "__main__":
    sys.exit(main())
