# SPDX-License-Identifier: Apache-2.0
"""Prints what the Python client's `metadata_update` makes of cards: the file tests/vectors/card_updates.jsonl.

Each line is a card (null: the repository has none), what is to be updated, and the card that is pushed (null: refused;
of a card from the default template only the metadata). Nothing is sent: loading and pushing are replaced.
"""
import copy
import json
import logging
import pathlib
import sys
import tempfile

sys.path.insert(0, __file__.rsplit("/", 1)[0])

from card_cases import splice  # noqa: E402
from yaml_cases import typed  # noqa: E402

from huggingface_hub import metadata_eval_result, metadata_update, repocard  # noqa: E402

logging.disable(logging.WARNING)

PLAIN = "---\nlicense: mit\nfoo: bar\nlist:\n- a\nempty: null\n---\n\n# Body\n"
RESULTS = """---
language: en
model-index:
- name: Mine
  results:
  - task:
      type: text-classification
      name: Text Classification
    dataset:
      name: ReactionGIF
      type: julien-c/reactiongif
      config: default
      split: test
    metrics:
    - type: accuracy
      value: 0.2662102282047272
      name: Accuracy
      config: default
      verified: false
    - type: accuracy
      value: 0.25
      name: Accuracy
      config: default
      verified: true
      verifyToken: old
license: mit
---
body
"""


def result(**changes):
    given = {"model_pretty_name": "Mine", "task_pretty_name": "Text Classification", "task_id": "text-classification",
             "metrics_pretty_name": "Accuracy", "metrics_id": "accuracy", "metrics_value": 0.2662102282047272,
             "dataset_pretty_name": "ReactionGIF", "dataset_id": "julien-c/reactiongif", "metrics_config": "default",
             "dataset_config": "default", "dataset_split": "test", **changes}
    return metadata_eval_result(**given)


def without_name(metadata):
    metadata = copy.deepcopy(metadata)
    del metadata["model-index"][0]["name"]
    return metadata


CASES = []
for overwrite in (False, True):
    for card in (PLAIN, RESULTS, "no block", "---\nlicense: mit\n---", "---\r\nlicense: mit\r\n---\r\nbody\r\n", None):
        for repo_type in ("model", "dataset", "space"):
            for metadata in ({"foo": "bar"}, {"foo": "other", "tags": ["a"]}, {"license": None, "new": {"k": [1]}}, {"list": ["a"]}, {}):
                CASES.append((card, repo_type, metadata, overwrite))
    for card in (PLAIN, RESULTS, "no block", None):
        for metadata in (
            result(), result(metrics_value=0.5), result(metrics_value=0.25, metrics_verified=True, metrics_verification_token="old"),
            result(metrics_value=0.5, metrics_verified=True, metrics_verification_token="new"),
            result(metrics_id="f1", metrics_pretty_name="F1"), result(dataset_id="other", dataset_pretty_name="Other"),
            result(dataset_config="second"), result(model_pretty_name="Renamed", metrics_id="f1"), result(metrics_verification_token="t"),
            without_name(result(metrics_id="f1")), {**result(metrics_id="f1"), "license": "mit", "tags": ["x"]},
            {"model-index": [{"name": "x", "results": []}]}, {"model-index": [{"name": "x"}]}, {"model-index": "text"}, {"model-index": []},
            {"model-index": None},
        ):
            CASES.append((card, "model", metadata, overwrite))


def updated(content, repo_type, metadata, overwrite):
    pushed = []

    def load(cls, repo_id_or_path, **_):
        if content is None:
            raise Missing("none")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "README.md"
            path.write_bytes(content.encode())
            return LOAD(cls, path)

    def push(card, repo_id, **_):
        pushed.append(str(card))
        return "https://commit"

    repocard.RepoCard.load = classmethod(load)
    repocard.RepoCard.push_to_hub = push
    try:
        metadata_update("user/repo", copy.deepcopy(metadata), repo_type=repo_type, overwrite=overwrite)
    except Exception as error:
        return {"card": None, "error": str(error) if isinstance(error, ValueError) else ""}
    if content is None:
        return {"card": pushed[0].split("\n---\n")[0] + "\n---\n"}
    return {"card": splice(content, pushed[0])}


class Missing(repocard.EntryNotFoundError):
    def __init__(self, message):
        Exception.__init__(self, message)


LOAD = repocard.RepoCard.load.__func__


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for card, repo_type, metadata, overwrite in CASES:
        case = {"input": card, "repo_type": repo_type, "metadata": typed(metadata), "overwrite": overwrite}
        print(json.dumps({**case, **updated(card, repo_type, metadata, overwrite)}, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
