# SPDX-License-Identifier: Apache-2.0
"""Prints what the Python client makes of the cards in corpus.py, one JSON object a line.

usage: card_cases.py [record|template]

With `template` it prints what the default templates give for the variables of TEMPLATE_VARS. With `record` it prints
what tests/unit/cards needs to do without Python, the file tests/vectors/cards.jsonl: each card as the four classes save
it after loading, unchanged and with one key changed, and as `metadata_save` leaves it.
"""
import contextlib
import copy
import json
import logging
import pathlib
import sys
import tempfile

sys.path.insert(0, __file__.rsplit("/", 1)[0])

import corpus  # noqa: E402
from yaml_cases import typed  # noqa: E402

from huggingface_hub import DatasetCard, ModelCard, SpaceCard, metadata_load, metadata_save  # noqa: E402
from huggingface_hub.repocard import RepoCard  # noqa: E402

logging.disable(logging.WARNING)
CLASSES = {"RepoCard": RepoCard, "ModelCard": ModelCard, "DatasetCard": DatasetCard, "SpaceCard": SpaceCard}


def outcome(make):
    """The card as bytes and data; or the error it gives."""
    try:
        card = make()
        before = {"text": card.text, "dict": typed(card.data.to_dict()), "yaml": copy.deepcopy(card.data).to_yaml()}
        return {"content": str(card), **before}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def changed(card_class, content):
    card = card_class(content)
    card.data["license"] = "changed-license"
    card.data["zzz_new"] = ["a", {"b": None}]
    card.text = card.text + "\nmore\n"
    return card


TEMPLATE_DATA = [{}, {"language": ["en", "fr"], "license": "mit", "tags": ["a"]}, {"base_model": "a/b", "pretty_name": "it's"}]
TEMPLATE_VARS = [{}, {"model_id": "tiny", "developers": "Me", "repo": None, "results": 0.5, "bias_recommendations": "None."}]


def templates():
    for card_class in (ModelCard, DatasetCard):
        for data in TEMPLATE_DATA:
            for given in TEMPLATE_VARS:
                card = card_class.from_template(card_class.card_data_class(**data), **given)
                print(json.dumps({"class": card_class.__name__, "data": typed(data), "vars": typed(given), "content": str(card)}))


# What a key is changed to, in turn.
VALUES = ["apache-2.0", ["a", {"b": None}], None, "no", 1.0, "two\nlines", {"k": ["🎁", "é"]}, "word " * 30 + "end", [], True, "1e3"]


def change_of(index, content):
    """The key to be changed, and its new value: every third time one that is there already."""
    try:
        keys = [k for k in raw_metadata(content) if isinstance(k, str) and k not in SPECIAL]
    except Exception:
        keys = []
    key = "license" if index % 3 == 0 else "new_key" if index % 3 == 1 or not keys else keys[index % len(keys)]
    return key, VALUES[index % len(VALUES)]


# Keys that a class converts: a raw value would be another case.
SPECIAL = {"model-index", "eval_results", "model_name", "tags", "train-eval-index", "train_eval_index"}


def raw_metadata(content):
    with card_file(content) as path:
        return metadata_load(path) or {}


@contextlib.contextmanager
def card_file(content):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "README.md"
        path.write_bytes(content.encode())
        yield path


def saved(card_class, content, change=None):
    """The bytes that loading and saving gives; None where the card cannot be loaded."""
    try:
        with card_file(content) as path:
            card = card_class.load(path)
            if change:
                card.data[change[0]] = change[1]
            card.save(path)
            return path.read_bytes().decode()
    except Exception:
        return None


def metadata_saved(content, change):
    try:
        with card_file(content) as path:
            metadata = metadata_load(path) or {}
            metadata[change[0]] = change[1]
            metadata_save(path, metadata)
            return path.read_bytes().decode()
    except Exception:
        return None


def splice(base, text):
    """`text` as [bytes kept from the start of `base`, bytes kept from its end, what stands between]; True: the same."""
    if text is None or base is None:
        return text
    if text == base:
        return True
    start = 0
    while start < min(len(base), len(text)) and base[start] == text[start]:
        start += 1
    end = 0
    while end < min(len(base), len(text)) - start and base[-1 - end] == text[-1 - end]:
        end += 1
    return [len(base[:start].encode()), len(base[len(base) - end:].encode()), text[start:len(text) - end]]


def record():
    for index, content in enumerate(corpus.CARDS):
        change = change_of(index, content)
        groups = {}
        for name, card_class in CLASSES.items():
            plain = saved(card_class, content)
            result = json.dumps([splice(content, plain), splice(plain, saved(card_class, content, change))])
            groups.setdefault(result, []).append(name.removesuffix("Card"))
        case = {"input": content, "key": change[0], "value": typed(change[1]),
                "cards": {"+".join(names): json.loads(result) for result, names in groups.items()},
                "metadata": splice(content, metadata_saved(content, change))}
        print(json.dumps(case, ensure_ascii=False, separators=(",", ":")))


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    if sys.argv[1:] == ["record"]:
        return record()
    if sys.argv[1:] == ["template"]:
        return templates()
    for content in corpus.CARDS:
        for name, card_class in CLASSES.items():
            for ignore in (False, True):
                case = {"class": name, "input": content, "ignore": ignore}
                case["plain"] = outcome(lambda: card_class(content, ignore_metadata_errors=ignore))
                if not ignore:
                    case["changed"] = outcome(lambda: changed(card_class, content))
                print(json.dumps(case))


if __name__ == "__main__":
    main()
