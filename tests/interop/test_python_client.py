# SPDX-License-Identifier: Apache-2.0
"""The official Python client pushes to the embedded hub, pulls from it and administers it."""

import hashlib
import io
import json
import os
import pathlib
import shutil
import tempfile
import unittest

os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="interop-home-")

import huggingface_hub
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi
from huggingface_hub.errors import (
    BadRequestError,
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

import support

TYPES = ["model", "dataset", "space"]


def create(api, repo_id, repo_type="model", **options):
    if repo_type == "space":
        options.setdefault("space_sdk", "static")
    return api.create_repo(repo_id, repo_type=repo_type, **options)


class PythonClient(unittest.TestCase):
    HUB_OPTIONS = ()

    def setUp(self):
        self.temporary = pathlib.Path(tempfile.mkdtemp(prefix="interop-"))
        self.hub = support.Hub(*[option.format(tmp=self.temporary) for option in self.HUB_OPTIONS])
        self.addCleanup(shutil.rmtree, self.temporary, ignore_errors=True)
        self.addCleanup(self.hub.stop)
        self.api = HfApi(endpoint=self.hub.url, token="hf_user_write")
        self.reader = HfApi(endpoint=self.hub.url, token="hf_user_read")
        self.bob = HfApi(endpoint=self.hub.url, token="hf_bob_write")
        self.anonymous = HfApi(endpoint=self.hub.url, token=False)

    def pull(self, repo_id, **options):
        cache = tempfile.mkdtemp(dir=self.temporary)
        return support.read_folder(self.api.snapshot_download(repo_id, cache_dir=cache, **options))

    def test_pushes_and_pulls_a_folder(self):
        source = self.temporary / "source"
        contents = support.make_folder(source)
        for repo_type in TYPES:
            with self.subTest(repo_type):
                url = create(self.api, "user/pushed", repo_type)
                self.assertEqual(url.repo_id, "user/pushed")
                info = self.api.upload_folder(repo_id="user/pushed", folder_path=source, repo_type=repo_type)
                self.assertRegex(info.oid, "^[0-9a-f]{40}$")
                pulled = self.pull("user/pushed", repo_type=repo_type)
                self.assertIn(".gitattributes", pulled)
                del pulled[".gitattributes"]
                self.assertEqual(pulled, contents)
                # The same again changes nothing.
                again = self.api.upload_folder(repo_id="user/pushed", folder_path=source, repo_type=repo_type)
                self.assertEqual(again.oid, info.oid)

    def test_tree_and_paths_agree_with_the_content(self):
        contents = support.make_folder(self.temporary / "source")
        create(self.api, "user/tree")
        self.api.upload_folder(repo_id="user/tree", folder_path=self.temporary / "source")
        entries = {entry.path: entry for entry in self.api.list_repo_tree("user/tree", recursive=True, expand=True)}
        for path, content in contents.items():
            entry = entries[path]
            self.assertEqual(entry.size, len(content))
            if path.endswith((".safetensors", ".onnx")):
                self.assertEqual(entry.lfs.sha256, hashlib.sha256(content).hexdigest())
                self.assertEqual(entry.lfs.size, len(content))
            else:
                self.assertIsNone(entry.lfs)
                self.assertEqual(entry.blob_id, support.git_blob_id(content))
            self.assertEqual(entry.last_commit.title, "Upload folder using huggingface_hub")
        self.assertEqual(entries["deep/er/and"].__class__.__name__, "RepoFolder")
        top = {entry.path for entry in self.api.list_repo_tree("user/tree", "deep")}
        self.assertEqual(top, {"deep/er"})
        info = self.api.get_paths_info("user/tree", ["größe/日本語.txt", "deep", "missing"], expand=True)
        self.assertEqual([entry.path for entry in info], ["größe/日本語.txt", "deep"])
        with self.assertRaises(EntryNotFoundError):
            list(self.api.list_repo_tree("user/tree", "missing"))

    def test_commit_ids_are_those_of_git(self):
        create(self.api, "user/git")
        commit = self.api.upload_file(
            path_or_fileobj=b"content", path_in_repo="a/b.txt", repo_id="user/git", commit_message="One"
        )
        entries = {entry.path: entry for entry in self.api.list_repo_tree("user/git", recursive=True)}
        body = b"100644 b.txt\0" + bytes.fromhex(support.git_blob_id(b"content"))
        tree = hashlib.sha1(b"tree %d\0" % len(body) + body).hexdigest()
        self.assertEqual(entries["a"].tree_id, tree)
        self.assertEqual(self.api.model_info("user/git").sha, commit.oid)

    def test_commits_add_delete_copy_and_guard(self):
        create(self.api, "user/commits")
        first = self.api.create_commit(
            "user/commits",
            [
                CommitOperationAdd("keep.txt", b"keep"),
                CommitOperationAdd("folder/one.txt", b"1"),
                CommitOperationAdd("folder/two.txt", b"2"),
                CommitOperationAdd("weights.bin", io.BytesIO(b"\0\1\2" * 1000)),
            ],
            commit_message="Add",
            commit_description="Some files.\n\nMore text.",
        )
        second = self.api.create_commit(
            "user/commits",
            [
                CommitOperationDelete("folder/"),
                CommitOperationCopy("weights.bin", "copied.bin"),
                CommitOperationCopy("keep.txt", "copied.txt"),
            ],
            commit_message="Change",
            parent_commit=first.oid,
        )
        self.assertEqual(
            set(self.api.list_repo_files("user/commits")),
            {".gitattributes", "keep.txt", "copied.txt", "weights.bin", "copied.bin"},
        )
        with self.assertRaises(HfHubHTTPError) as caught:
            self.api.create_commit(
                "user/commits", [CommitOperationAdd("x", b"x")], commit_message="No", parent_commit=first.oid
            )
        self.assertEqual(caught.exception.response.status_code, 412)
        commits = self.api.list_repo_commits("user/commits", formatted=True)
        self.assertEqual([commit.title for commit in commits], ["Change", "Add", "initial commit"])
        self.assertEqual(commits[0].commit_id, second.oid)
        self.assertEqual(commits[1].message, "Some files.\n\nMore text.")
        self.assertEqual(commits[1].authors, ["user"])
        with self.assertRaises(EntryNotFoundError):
            self.api.delete_file("missing.txt", "user/commits")
        self.api.delete_file("keep.txt", "user/commits")
        self.assertFalse(self.api.file_exists("user/commits", "keep.txt"))
        self.assertTrue(self.api.file_exists("user/commits", "keep.txt", revision=first.oid))
        self.api.super_squash_history("user/commits")
        self.assertEqual(len(self.api.list_repo_commits("user/commits")), 1)

    def test_branches_and_tags(self):
        for repo_type in TYPES:
            with self.subTest(repo_type):
                create(self.api, "user/refs", repo_type)
                here = {"repo_type": repo_type}
                head = self.api.upload_file(
                    path_or_fileobj=b"1", path_in_repo="f.txt", repo_id="user/refs", **here
                ).oid
                self.api.create_branch("user/refs", branch="feature/x", **here)
                with self.assertRaises(HfHubHTTPError) as caught:
                    self.api.create_branch("user/refs", branch="feature/x", **here)
                self.assertEqual(caught.exception.response.status_code, 409)
                self.api.create_branch("user/refs", branch="feature/x", exist_ok=True, **here)
                self.api.create_tag("user/refs", tag="v1", revision=head[:8], tag_message="First", **here)
                with self.assertRaises(RevisionNotFoundError):
                    self.api.create_tag("user/refs", tag="v2", revision="missing", **here)
                self.api.upload_file(
                    path_or_fileobj=b"2", path_in_repo="f.txt", repo_id="user/refs", revision="feature/x", **here
                )
                refs = self.api.list_repo_refs("user/refs", include_pull_requests=True, **here)
                self.assertEqual({ref.name for ref in refs.branches}, {"main", "feature/x"})
                self.assertEqual([(ref.name, ref.target_commit) for ref in refs.tags], [("v1", head)])
                self.assertEqual(self.pull("user/refs", revision="feature/x", **here)["f.txt"], b"2")
                self.assertEqual(self.pull("user/refs", revision="v1", **here)["f.txt"], b"1")
                self.api.delete_branch("user/refs", branch="feature/x", **here)
                self.api.delete_tag("user/refs", tag="v1", **here)
                with self.assertRaises(RevisionNotFoundError):
                    self.api.delete_tag("user/refs", tag="v1", **here)
                with self.assertRaises(HfHubHTTPError):
                    self.api.delete_branch("user/refs", branch="main", **here)
                with self.assertRaises(RevisionNotFoundError):
                    self.api.repo_info("user/refs", revision="feature/x", **here)

    def test_pull_requests(self):
        create(self.api, "user/pulls")
        self.api.upload_file(path_or_fileobj=b"1", path_in_repo="f.txt", repo_id="user/pulls")
        info = self.api.upload_file(
            path_or_fileobj=b"2", path_in_repo="f.txt", repo_id="user/pulls", create_pr=True, commit_message="Better"
        )
        self.assertEqual((info.pr_num, info.pr_revision), (1, "refs/pr/1"))
        self.assertEqual(self.pull("user/pulls", revision="refs/pr/1")["f.txt"], b"2")
        self.assertEqual(self.pull("user/pulls")["f.txt"], b"1")
        self.api.upload_file(
            path_or_fileobj=b"3", path_in_repo="g.txt", repo_id="user/pulls", revision="refs/pr/1"
        )
        refs = self.api.list_repo_refs("user/pulls", include_pull_requests=True)
        self.assertEqual([ref.ref for ref in refs.pull_requests], ["refs/pr/1"])
        self.api.merge_pull_request("user/pulls", 1, comment="Thanks")
        pulled = self.pull("user/pulls")
        self.assertEqual((pulled["f.txt"], pulled["g.txt"]), (b"2", b"3"))
        details = self.api.get_discussion_details("user/pulls", 1)
        self.assertEqual((details.status, details.is_pull_request, details.title), ("merged", True, "Better"))
        source = self.temporary / "source"
        support.make_folder(source)
        pushed = self.bob.upload_folder(repo_id="user/pulls", folder_path=source, create_pr=True)
        self.assertIsNotNone(pushed.pr_url)
        self.assertEqual(len(list(self.api.get_repo_discussions("user/pulls"))), 2)
        talk = self.bob.create_discussion("user/pulls", title="A question", description="Why?")
        self.api.comment_discussion("user/pulls", talk.num, comment="Because.")
        self.bob.rename_discussion("user/pulls", talk.num, new_title="The question")
        self.bob.change_discussion_status("user/pulls", talk.num, new_status="closed", comment="Thanks.")
        details = self.api.get_discussion_details("user/pulls", talk.num)
        self.assertEqual((details.status, details.title), ("closed", "The question"))
        self.assertEqual([event.type for event in details.events].count("comment"), 3)

    def test_moves_deletes_and_settings(self):
        for repo_type in TYPES:
            with self.subTest(repo_type):
                here = {"repo_type": repo_type}
                create(self.api, "user/before", repo_type, private=True)
                self.assertTrue(self.api.repo_info("user/before", **here).private)
                with self.assertRaises(RepositoryNotFoundError):
                    self.bob.repo_info("user/before", **here)
                with self.assertRaises(RepositoryNotFoundError):
                    self.anonymous.repo_info("user/before", **here)
                self.api.update_repo_settings("user/before", private=False, **here)
                self.assertFalse(self.anonymous.repo_info("user/before", **here).private)
                self.api.upload_file(path_or_fileobj=b"1", path_in_repo="f.txt", repo_id="user/before", **here)
                self.api.move_repo("user/before", "acme/after", **here)
                self.assertEqual(self.api.repo_info("user/before", **here).id, "acme/after")
                self.assertEqual(self.pull("user/before", **here)["f.txt"], b"1")
                self.assertEqual(self.pull("acme/after", **here)["f.txt"], b"1")
                with self.assertRaises(HfHubHTTPError):
                    create(self.api, "acme/after", repo_type)
                create(self.api, "acme/after", repo_type, exist_ok=True)
                self.api.delete_repo("acme/after", **here)
                self.assertFalse(self.api.repo_exists("acme/after", **here))
                with self.assertRaises(RepositoryNotFoundError):
                    self.api.delete_repo("acme/after", **here)
                self.api.delete_repo("acme/after", missing_ok=True, **here)

    def test_gated_repositories(self):
        create(self.api, "user/gated")
        self.api.upload_file(path_or_fileobj=b"1", path_in_repo="f.txt", repo_id="user/gated")
        self.api.update_repo_settings("user/gated", gated="manual")
        self.assertEqual(self.bob.model_info("user/gated").gated, "manual")
        with self.assertRaises(GatedRepoError):
            self.bob.hf_hub_download("user/gated", "f.txt", cache_dir=self.temporary / "cache")
        with self.assertRaises(GatedRepoError):
            self.anonymous.auth_check("user/gated")
        self.api.grant_access("user/gated", "bob")
        self.bob.auth_check("user/gated")
        self.bob.hf_hub_download("user/gated", "f.txt", cache_dir=self.temporary / "cache")
        self.assertEqual([r.username for r in self.api.list_accepted_access_requests("user/gated")], ["bob"])

    def test_refusals(self):
        create(self.api, "user/refusals")
        for call, error, status in [
            (lambda: self.reader.create_repo("user/other"), HfHubHTTPError, 403),
            (lambda: self.bob.create_repo("user/other"), HfHubHTTPError, 403),
            (
                lambda: self.reader.upload_file(
                    path_or_fileobj=b"1", path_in_repo="f.txt", repo_id="user/refusals"
                ),
                HfHubHTTPError,
                403,
            ),
            (lambda: self.api.model_info("user/missing"), RepositoryNotFoundError, 404),
            (lambda: self.anonymous.model_info("user/missing"), RepositoryNotFoundError, 401),
            (lambda: self.api.model_info("user/refusals", revision="missing"), RevisionNotFoundError, 404),
            (lambda: HfApi(endpoint=self.hub.url, token="hf_wrong").whoami(), HfHubHTTPError, 401),
            (
                lambda: self.api.upload_file(
                    path_or_fileobj=b"1", path_in_repo="f.txt", repo_id="user/refusals", revision="missing"
                ),
                RevisionNotFoundError,
                404,
            ),
            (
                lambda: self.api.upload_file(
                    path_or_fileobj=b"1", path_in_repo="..\\ddd", repo_id="user/refusals"
                ),
                HfHubHTTPError,
                422,
            ),
            (
                lambda: self.api.create_commit(
                    "user/refusals",
                    [CommitOperationAdd("README.md", b"---\nlicense: [broken\n---\n")],
                    commit_message="Bad card",
                ),
                ValueError,
                None,
            ),
        ]:
            with self.assertRaises(error) as caught:
                call()
            if status is not None:
                self.assertEqual(caught.exception.response.status_code, status)
                self.assertTrue(caught.exception.request_id)

    def test_information(self):
        source = self.temporary / "source"
        support.make_folder(source)
        create(self.api, "user/info")
        self.api.upload_folder(repo_id="user/info", folder_path=source)
        info = self.api.model_info("user/info", files_metadata=True, securityStatus=True)
        self.assertEqual(info.card_data.license, "mit")
        self.assertIn("interop", info.tags)
        self.assertEqual(info.pipeline_tag, "voice-activity-detection")
        self.assertEqual(info.safetensors.total, sum(info.safetensors.parameters.values()))
        sizes = {sibling.rfilename: sibling.size for sibling in info.siblings}
        self.assertEqual(sizes["model.safetensors"], support.WEIGHTS.stat().st_size)
        metadata = self.api.get_safetensors_metadata("user/info")
        self.assertEqual(metadata.parameter_count, info.safetensors.parameters)
        for name, repo_type, infos in [
            ("user/info", "model", huggingface_hub.hf_api.ExpandModelProperty_T),
            ("user/data", "dataset", huggingface_hub.hf_api.ExpandDatasetProperty_T),
            ("user/page", "space", huggingface_hub.hf_api.ExpandSpaceProperty_T),
        ]:
            if repo_type != "model":
                create(self.api, name, repo_type)
            for prop in infos.__args__:
                self.api.repo_info(name, repo_type=repo_type, expand=[prop])
        with self.assertRaises(BadRequestError):
            self.api.model_info("user/info", expand=["nonsense"])
        self.assertEqual(self.api.whoami()["orgs"][0]["name"], "acme")

    def test_listings(self):
        for number in range(5):
            create(self.api, f"user/listed-{number}")
            create(self.api, f"acme/data-{number}", "dataset")
        create(self.api, "user/page", "space")
        create(self.api, "user/hidden", private=True)
        self.assertEqual(len(list(self.api.list_models())), 6)
        self.assertEqual(len(list(self.anonymous.list_models())), 5)
        self.assertEqual([m.id for m in self.api.list_models(search="LISTED-3")], ["user/listed-3"])
        self.assertEqual(len(list(self.api.list_models(limit=2))), 2)
        self.assertEqual(len(list(self.api.list_datasets(author="acme", full=True))), 5)
        self.assertEqual(len(list(self.api.list_datasets(author="user"))), 0)
        self.assertEqual([s.id for s in self.api.list_spaces(full=True)], ["user/page"])
        newest = next(iter(self.api.list_models(sort="created_at", expand=["createdAt", "sha"])))
        self.assertEqual(newest.id, "user/hidden")

    def test_large_files_in_parts(self):
        content = os.urandom(3_500_000) + bytes(2_000_000)
        create(self.api, "user/large")
        path = self.temporary / "large.bin"
        path.write_bytes(content)
        self.api.upload_file(path_or_fileobj=path, path_in_repo="large.bin", repo_id="user/large")
        self.assertEqual(self.pull("user/large")["large.bin"], content)

    def test_cards(self):
        create(self.api, "user/card")
        card = huggingface_hub.ModelCard("---\nlicense: apache-2.0\n---\n# Card\n")
        os.environ["HF_ENDPOINT"] = self.hub.url
        self.api.upload_file(path_or_fileobj=str(card).encode(), path_in_repo="README.md", repo_id="user/card")
        self.assertEqual(self.api.model_info("user/card").card_data.license, "apache-2.0")
        with self.assertRaisesRegex(ValueError, '"license" must be one of'):
            self.api.upload_file(
                path_or_fileobj=b"---\nlicense: asdf\n---\n", path_in_repo="README.md", repo_id="user/card"
            )

    def test_command_line(self):
        import subprocess
        import sys

        source = self.temporary / "source"
        contents = support.make_folder(source)
        environment = dict(
            os.environ, HF_ENDPOINT=self.hub.url, HF_TOKEN="hf_user_write", HF_HOME=str(self.temporary / "home")
        )
        hf = str(pathlib.Path(sys.executable).with_name("hf"))

        def run(*arguments):
            return subprocess.run(
                [hf, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True
            ).stdout

        self.assertIn("user", run("auth", "whoami"))
        run("upload", "user/cli", str(source), ".")
        target = self.temporary / "target"
        run("download", "user/cli", "--local-dir", str(target))
        pulled = support.read_folder(target)
        del pulled[".gitattributes"]
        self.assertEqual(pulled, contents)
        run("cache", "verify", "user/cli", "--local-dir", str(target))


class PythonClientWithStorageOfItsOwn(PythonClient):
    """Signed URLs on another origin, parts, small pages, small files through a redirect, a folder as the store."""

    HUB_OPTIONS = (
        "--folder={tmp}/hub",
        "--storage-url=http://localhost:{{port}}",
        "--part-size=1000000",
        "--page-size=3",
        "--resolve-cache",
    )


class Restart(unittest.TestCase):
    def test_every_acknowledged_commit_survives_a_kill(self):
        temporary = pathlib.Path(tempfile.mkdtemp(prefix="interop-"))
        self.addCleanup(shutil.rmtree, temporary, ignore_errors=True)
        expected = {}
        for number in range(3):
            hub = support.Hub(f"--folder={temporary}/hub")
            api = HfApi(endpoint=hub.url, token="hf_user_write")
            api.create_repo("user/kept", exist_ok=True)
            for path, content in expected.items():
                cache = tempfile.mkdtemp(dir=temporary)
                local = api.hf_hub_download("user/kept", path, cache_dir=cache)
                self.assertEqual(pathlib.Path(local).read_bytes(), content)
            for kind in ("txt", "safetensors"):
                content = json.dumps([number, kind]).encode()
                api.upload_file(path_or_fileobj=content, path_in_repo=f"{number}.{kind}", repo_id="user/kept")
                expected[f"{number}.{kind}"] = content
            hub.kill()
        self.assertFalse(list((temporary / "hub" / "tmp").iterdir()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
