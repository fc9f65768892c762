#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of all fuzzers: FOLDER/<name>/…, the same bytes each time. Usage: make_corpus.py FOLDER"""
import io
import json
import struct
import sys
import zipfile
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent


def archive(entries):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened:
        for name, data in entries:
            opened.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
    return content.getvalue()


def safetensors(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


def safetensors_header():
    entry = {"dtype": "I32", "shape": [2, 2], "data_offsets": [0, 16]}
    yield safetensors({"t": entry}, bytes(16))
    yield safetensors({"__metadata__": {"a": "b\u00e9"}, "t": entry, "f4": {"dtype": "F4", "shape": [4], "data_offsets": [16, 18]}},
                      bytes(18))
    yield safetensors({})
    yield safetensors(b'\t{"__metadata__":null,"a":{"dtype":"BF16","shape":[],"data_offsets":[0,2],"x":[{}]}} \n', bytes(2))
    yield safetensors(b'{"t":{"dtype":"F6_E2M3","shape":[4,0,18446744073709551615],"data_offsets":[0,0]}}')
    yield safetensors(b"[" * 200)


def pickles():
    yield b"\x80\x02](K\x01M\x00\x01J\xff\xff\xff\xff\x8a\x02\x00\x01G?\xf8\x00\x00\x00\x00\x00\x00NX\x01\x00\x00\x00a\x88\x89e."
    yield b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R."
    yield b"\x80\x02ccollections\nOrderedDict\n)Rq\x00(X\x01\x00\x00\x00kh\x00u}X\x09\x00\x00\x00_metadatah\x00sb."
    yield b"\x80\x02ccollections\nOrderedDict\n](K\x01K\x02\x86K\x03K\x04\x86e\x85R."
    for path in sorted((TESTS / "vectors" / "torch").glob("*.bin")):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as opened:
                yield opened.read(next(name for name in opened.namelist() if name.endswith("/data.pkl")))


def zips():
    for path in sorted((TESTS / "vectors" / "torch").glob("*.bin")):
        yield path.read_bytes()
    yield archive([])
    yield archive([("a/data.pkl", b"\x80\x02}."), ("a/byteorder", b"little"), ("a/version", b"3\n")])


def dduf():
    yield archive([("model_index.json", b'{"vae": ["a", "b"]}'), ("vae/config.json", b"{}"), ("a.txt", b"x" * 50)])
    yield archive([("model_index.json", b"[]")])
    yield archive([("a/b/c.txt", b""), ("model_index.json", b"{}")])


def gguf():
    def text(value):
        return struct.pack("<Q", len(value)) + value

    def file(entries, tensors, data, version=3):
        head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(entries)) + b"".join(entries) + b"".join(tensors)
        return head + bytes(-len(head) % 32) + data

    entries = [text(b"general.architecture") + struct.pack("<I", 8) + text(b"llama"),
               text(b"llama.context_length") + struct.pack("<II", 4, 4096),
               text(b"general.alignment") + struct.pack("<II", 4, 32),
               text(b"tokens") + struct.pack("<IIQ", 9, 8, 2) + text(b"a") + text(b"b"),
               text(b"lists") + struct.pack("<IIQIQ", 9, 9, 1, 0, 2) + b"\x01\x02",
               text(b"f") + struct.pack("<Id", 12, 0.5), text(b"yes") + struct.pack("<IB", 7, 1)]
    tensor = text(b"t") + struct.pack("<IQQIQ", 2, 32, 2, 2, 0)
    yield file(entries, [tensor], bytes(64))
    yield file([], [], b"")
    yield b"GGUF" + struct.pack("<III", 1, 0, 1) + struct.pack("<I", 1) + b"k" + struct.pack("<II", 8, 2) + b"ab"


def cards():
    with open(TESTS / "vectors" / "cards.jsonl", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["input"].encode("utf-8", "surrogatepass")


def yaml():
    for card in cards():
        parts = card.split(b"---")
        if len(parts) > 2:
            yield parts[1].lstrip(b"\r\n")
    yield b"a: &x [1, 0x1F, 1e3, .inf, no, 2001-01-01]\nb: *x\n? c\n: |\n  text\n"


SEEDS = {"safetensors_header": safetensors_header, "pickle": pickles, "zip": zips, "dduf": dduf, "gguf": gguf,
         "card": cards, "yaml": yaml}

for name, seeds in SEEDS.items():
    folder = Path(sys.argv[1]) / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (folder / f"{number:04}").write_bytes(seed)
