#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same calls made by the official client and by ours must put the same requests on the wire.

A recorder stands between client and hub. Compared are method, target, body (JSON by value) and the headers that mean
something; left out are random ids, signatures, times, and the order of paths in a form.
"""

import difflib
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from recorder import Recorder, comparable  # noqa: E402
from support import Hub  # noqa: E402

TOKEN = "hf_user_write"
# Asked by the official client only: names of tools for its user agent.
NOT_OURS = ("/api/agent-harnesses",)


def make_folder(folder):
    """Small on purpose: what is compared are requests. The big file goes in parts."""
    files = {
        "c.json": b"{}",
        "w.safetensors": bytes(range(256)) * 100,
        "sub/v.safetensors": b"v" * 300,
        "README.md": b"---\nlicense: mit\n---\n# x\n",
        ".gitignore": b"*.log\n",
        "z.log": b"no\n",
        "größe ü.txt": b"u",
    }
    for name, content in files.items():
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


OFFICIAL_CALLS = """
import sys
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi
from huggingface_hub.errors import EntryNotFoundError

endpoint, token, folder = sys.argv[1:]
api = HfApi(endpoint=endpoint, token=token)
api.create_repo("user/m")
api.create_repo("user/d", private=True, repo_type="dataset")
api.create_repo("user/s", repo_type="space", space_sdk="static")
api.create_repo("user/m", exist_ok=True)

api.upload_file(path_or_fileobj=b"hello", path_in_repo="a/b c.txt", repo_id="user/m")
api.upload_folder(repo_id="user/m", folder_path=folder, path_in_repo="sub")
api.upload_folder(repo_id="user/m", folder_path=folder, path_in_repo="sub")
pr = api.upload_file(path_or_fileobj=b"x", path_in_repo="x.txt", repo_id="user/m", create_pr=True)
api.upload_file(path_or_fileobj=b"y", path_in_repo="y.txt", repo_id="user/m", revision=pr.pr_revision)
ahead = CommitOperationAdd("w3.safetensors", b"ahead of the commit")
api.preupload_lfs_files("user/m", [ahead])
api.create_commit("user/m", [ahead], commit_message="Ahead")
api.upload_file(path_or_fileobj=b"---\\nlicense: mit\\n---\\n", path_in_repo="README.md", repo_id="user/d",
                repo_type="dataset")

api.create_branch("user/m", branch="f/x", revision="main")
api.create_branch("user/m", branch="f/x", exist_ok=True)
api.create_tag("user/m", tag="v1", tag_message="T")
api.list_repo_refs("user/m", include_pull_requests=True)

api.list_repo_files("user/m")
list(api.list_repo_tree("user/m", expand=True, path_in_repo="a"))
api.get_paths_info("user/m", ["a/b c.txt", "nope"])
api.list_repo_commits("user/m", formatted=True)
api.model_info("user/m", files_metadata=True, revision="f/x")
api.model_info("user/m", expand=["sha", "likes"])
api.dataset_info("user/d")
api.space_info("user/s")
api.file_exists("user/m", "a/b c.txt")
api.file_exists("user/m", "nope")
api.repo_exists("user/none")
api.revision_exists("user/m", "nope")
list(api.list_models(author="user", filter=["x", "y"], full=True, limit=3, search="m", sort="last_modified"))
list(api.list_datasets(language="en", search="d"))
list(api.list_spaces(linked=True, sort="likes"))
api.whoami()
api.auth_check("user/m", write=True)

api.create_commit(
    "user/m",
    [CommitOperationAdd("n.txt", b"n"), CommitOperationDelete("a/"),
     CommitOperationCopy("sub/w.safetensors", "w2.safetensors"), CommitOperationCopy("sub/c.json", "c2.json")],
    commit_message="M", commit_description="D", parent_commit=api.model_info("user/m").sha)
try:
    api.delete_file("nope", "user/m")
except EntryNotFoundError:
    pass
api.upload_folder(repo_id="user/m", folder_path=folder, allow_patterns="no such file", delete_patterns="sub/sub/v*")
api.delete_folder("sub", "user/m")
api.delete_files("user/m", ["c*.json"])
api.super_squash_history("user/m")
api.delete_tag("user/m", tag="v1")
api.delete_branch("user/m", branch="f/x")
api.update_repo_settings("user/m", gated="auto", private=True)
api.move_repo("user/m", "user/m2")
api.delete_repo("user/d", repo_type="dataset")
api.delete_repo("user/none", missing_ok=True)
"""


class Requests(unittest.TestCase):
    def record(self, command, folder):
        hub = Hub("--part-size=10000")
        recorder = Recorder(hub.url)
        try:
            with tempfile.TemporaryDirectory() as home:
                environment = {
                    name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))
                }
                environment |= {"HF_HOME": home, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
                environment |= {"HF_ENDPOINT": recorder.url}
                subprocess.run([*command, recorder.url, TOKEN, folder], check=True, env=environment, timeout=300)
        finally:
            recorder.stop()
            hub.stop()
        return [comparable(request) for request in recorder.requests if request[1] not in NOT_OURS]

    def test_are_those_of_the_official_client(self):
        with tempfile.TemporaryDirectory() as folder:
            make_folder(folder)
            official = self.record([sys.executable, "-c", OFFICIAL_CALLS], folder)
            ours = self.record([os.environ["INTEROP_REQUEST_DRIVER"]], folder)
        self.assertGreater(len(official), 60)
        # Files are uploaded side by side, so the requests of two files may come in any order.
        differences = list(difflib.unified_diff(sorted(official), sorted(ours), "official", "ours", lineterm="", n=0))
        self.assertEqual(differences, [], "\n".join(differences))


if __name__ == "__main__":
    unittest.main()
