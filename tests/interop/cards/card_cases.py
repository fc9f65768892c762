# SPDX-License-Identifier: Apache-2.0
"""Prints what the Python client makes of the cards in corpus.py, one JSON object a line.

usage: card_cases.py [record|template]

With `template` it prints what the default templates give for the variables of TEMPLATE_VARS. With `record` it prints only what tests/unit/cards needs to do without Python: the file tests/vectors/cards.jsonl.
"""
import copy
import json
import logging
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0])

import corpus  # noqa: E402
from yaml_cases import typed  # noqa: E402

from huggingface_hub import DatasetCard, ModelCard, SpaceCard  # noqa: E402
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


def record():
    for content in corpus.CARDS:
        for name in ("ModelCard", "DatasetCard", "SpaceCard"):
            card_class = CLASSES[name]
            case = {"class": name, "input": content}
            for key, make in (("plain", lambda: card_class(content)), ("changed", lambda: changed(card_class, content))):
                result = outcome(make)
                case[key] = result.get("content")
            print(json.dumps(case))


def main():
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
