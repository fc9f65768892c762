# SPDX-License-Identifier: Apache-2.0
"""What the interop tests share: the hub under test, a folder to push, comparisons."""

import hashlib
import os
import pathlib
import subprocess

HUB_BINARY = os.environ["INTEROP_HUB"]
MODELS = pathlib.Path(os.environ["INTEROP_MODELS"]) / "silero_vad" / "data"
WEIGHTS = MODELS / "silero_vad_16k.safetensors"
ONNX = MODELS / "silero_vad_16k_op15.onnx"


class Hub:
    """An embedded hub in a process of its own; ends with this object."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [HUB_BINARY, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self.process.stdout.readline().strip()
        if not self.url.startswith("http://"):
            raise RuntimeError("the hub did not start")

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.wait(timeout=20) != 0:
            raise RuntimeError("the hub failed")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def make_folder(folder):
    """Twenty files, two of them LFS, in sub-folders, with names that need encoding."""
    contents = {
        "README.md": b"---\nlicense: mit\ntags:\n- interop\npipeline_tag: voice-activity-detection\n---\n\n# Interop\n",
        "config.json": b'{"architectures": ["Tiny"], "hidden_size": 4}\n',
        "model.safetensors": WEIGHTS.read_bytes(),
        "onnx/model.onnx": ONNX.read_bytes(),
        "empty.txt": b"",
        "onnx/notes.txt": b"line\r\nline\n",
        "größe/日本語.txt": "größe".encode(),
        "größe/файл.json": b"{}",
        "with space/a b.txt": b"space",
        "with space/100%.txt": b"percent",
        "with space/what?.txt": b"question",
        "with space/hash#tag.txt": b"hash",
        "with space/plus+and&.txt": b"plus",
        "deep/er/and/deeper/file.txt": b"deep",
        ".hidden": b"hidden",
        "quote'd \"name\".txt": b"quotes",
        "emoji-\U0001f680.txt": b"rocket",
        "a/b.txt": b"1",
        "a-b.txt": b"2",
        "a.txt": b"3",
    }
    assert len(contents) == 20
    for path, content in contents.items():
        target = pathlib.Path(folder) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return contents


def read_folder(folder):
    folder = pathlib.Path(folder)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".cache" not in path.relative_to(folder).parts
    }


def git_blob_id(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
