# SPDX-License-Identifier: Apache-2.0
"""`hfcpp` and the official Python client share caches, local folders and repositories."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import support

HFCPP = os.environ["INTEROP_HFCPP"]
HF = str(pathlib.Path(sys.executable).with_name("hf"))
TYPES = ["model", "dataset", "space"]

READ_OFFLINE = """
import json, sys
from huggingface_hub import hf_hub_download, snapshot_download, try_to_load_from_cache
repo_id, repo_type, revision, names = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
folder = snapshot_download(repo_id, repo_type=repo_type, revision=revision)
for name in names:
    assert hf_hub_download(repo_id, name, repo_type=repo_type, revision=revision) == f"{folder}/{name}", name
    assert try_to_load_from_cache(repo_id, name, repo_type=repo_type, revision=revision) == f"{folder}/{name}", name
print(folder)
"""


class SharedCache(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="interop-"))
        cls.hub = support.Hub()
        cls.contents = support.make_folder(cls.shared / "source")
        for repo_type in TYPES:
            cls.fill("user/" + repo_type, repo_type)

    @classmethod
    def tearDownClass(cls):
        cls.hub.stop()
        shutil.rmtree(cls.shared, ignore_errors=True)

    @classmethod
    def fill(cls, repo_id, repo_type):
        """The folder on main; one file changed on a branch, at a tag, in a pull request."""
        cls.call(
            [sys.executable, "-c", """
import sys
from huggingface_hub import HfApi
api, repo_id, source = HfApi(), sys.argv[1], sys.argv[3]
here = {"repo_id": repo_id, "repo_type": sys.argv[2]}
api.create_repo(space_sdk="static" if sys.argv[2] == "space" else None, **here)
api.upload_folder(folder_path=source, **here)
for number, revision in enumerate(["feature/x", "tagged"]):
    api.create_branch(branch=revision, **here)
    api.upload_file(path_or_fileobj=revision.encode(), path_in_repo="config.json", revision=revision, **here)
api.create_tag(tag="v1.0", revision="tagged", **here)
api.upload_file(path_or_fileobj=b"pull", path_in_repo="config.json", create_pr=True, **here)
""", repo_id, repo_type, str(cls.shared / "source")],
            home=cls.shared / "home",
        )

    @classmethod
    def environment(cls, home, offline=False):
        return dict(
            os.environ,
            HF_ENDPOINT=cls.hub.url,
            HF_HOME=str(home),
            HF_HUB_DISABLE_PROGRESS_BARS="1",
            HF_HUB_DISABLE_TELEMETRY="1",
            HF_HUB_DISABLE_XET="1",
            HF_HUB_OFFLINE="1" if offline else "0",
            HF_TOKEN="hf_user_write",
        )

    @classmethod
    def call(cls, command, home, offline=False):
        done = subprocess.run(
            command, env=cls.environment(home, offline), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if done.returncode != 0:
            raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout.strip()

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(dir=self.shared))

    def python(self, script, *arguments, **options):
        return self.call([sys.executable, "-c", script, *arguments], options.pop("home", self.home), **options)

    def hfcpp(self, *arguments, **options):
        return self.call([HFCPP, *arguments], options.pop("home", self.home), **options)

    def commit_of(self, repo_type, revision="main"):
        script = "import sys; from huggingface_hub import HfApi; print(HfApi().repo_info(*sys.argv[1:3], repo_type=sys.argv[3]).sha)"
        script = script.replace("*sys.argv[1:3]", "sys.argv[1], revision=sys.argv[2]")
        return self.python(script, "user/" + repo_type, revision, repo_type)

    def revisions(self, repo_type):
        """Revision, and what config.json is there."""
        main = self.contents["config.json"]
        return [
            ("main", main),
            ("feature/x", b"feature/x"),
            ("v1.0", b"tagged"),
            ("refs/pr/1", b"pull"),
            (self.commit_of(repo_type), main),
        ]

    def check_snapshot(self, folder, config):
        expected = dict(self.contents, **{"config.json": config})
        found = support.read_folder(folder)
        found.pop(".gitattributes")
        self.assertEqual(found, expected)

    def start(self, command, **variables):
        process = subprocess.Popen(
            command, env=dict(self.environment(self.home), **variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.kill)
        return process

    def test_processes_of_both_clients_work_on_one_cache_at_once(self):
        rounds = 50
        source = self.home / "source"
        source.mkdir()
        for number in range(rounds):
            (source / f"{number}.txt").write_text(f"{number} " * 5000)
        self.hfcpp("upload", "user/rounds", str(source), ".")
        names = " ".join(f"{number}.txt" for number in range(rounds))
        python = (
            "import sys; from huggingface_hub import hf_hub_download\n"
            "for name in sys.argv[1].split(): print(hf_hub_download('user/rounds', name))"
        )
        shell = f'for name in {names}; do "$0" download user/rounds $name --quiet || exit 1; done'
        commands = [[sys.executable, "-c", python, names], ["bash", "-c", shell, HFCPP]] * 4
        processes = [self.start(command) for command in commands]
        for process in processes:
            out, err = process.communicate(timeout=300)
            self.assertEqual(process.returncode, 0, err)
            for number, path in enumerate(out.split()):
                self.assertEqual(pathlib.Path(path).read_text(), f"{number} " * 5000)
        self.assertEqual(list(self.home.rglob("*.incomplete")), [])
        self.call([HF, "cache", "verify", "user/rounds"], self.home)

    def test_a_lock_of_python_is_noticed_by_hfcpp(self):
        lock = self.home / "hub/.locks/models--user--model" / (support.git_blob_id(b"3") + ".lock")
        lock.parent.mkdir(parents=True)
        script = "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True); sys.stdin.read()"
        holder = subprocess.Popen(
            [sys.executable, "-c", script, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(holder.communicate)
        self.assertEqual(holder.stdout.readline(), "held\n")
        waiting = self.start([HFCPP, "download", "user/model", "a.txt"], HF_HUB_DOWNLOAD_TIMEOUT="1")
        out, err = waiting.communicate(timeout=60)
        self.assertEqual(waiting.returncode, 0, err)
        self.assertIn(f"has been locked by process {holder.pid}", err)

    def test_a_lock_of_hfcpp_is_noticed_by_python(self):
        etag = hashlib.sha256(self.contents["model.safetensors"]).hexdigest()
        lock = self.home / "hub/.locks/models--user--model" / (etag + ".lock")
        script = """
import sys, os, time, filelock
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
def is_free():
    try:
        filelock.FileLock(sys.argv[1], timeout=0).acquire()
    except filelock.Timeout:
        return False
    return True
time.sleep(0.1)  # From the creation of the file to the lock.
print(is_free(), flush=True)
sys.stdin.read()
print(is_free())
"""
        loading = self.start([HFCPP, "download", "user/model", "model.safetensors", "--limit-rate", "100K"])
        judge = subprocess.Popen(
            [sys.executable, "-c", script, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(judge.kill)
        self.assertEqual(judge.stdout.readline(), "False\n")
        loading.kill()
        loading.communicate()
        out, _ = judge.communicate("")
        self.assertEqual(out, "True\n")

    def test_python_reads_offline_what_hfcpp_wrote(self):
        for repo_type in TYPES:
            for revision, config in self.revisions(repo_type):
                with self.subTest(repo_type=repo_type, revision=revision):
                    repo_id = "user/" + repo_type
                    wrote = self.hfcpp(
                        "download", repo_id, "--repo-type", repo_type, "--revision", revision, "--quiet"
                    )
                    names = json.dumps(list(self.contents))
                    read = self.python(READ_OFFLINE, repo_id, repo_type, revision, names, offline=True)
                    self.assertEqual(read, wrote)
                    self.check_snapshot(read, config)
                    self.call([HF, "cache", "verify", repo_id, "--type", repo_type, "--revision", revision], self.home)

    def test_hfcpp_reads_offline_what_python_wrote(self):
        for repo_type in TYPES:
            for revision, config in self.revisions(repo_type):
                with self.subTest(repo_type=repo_type, revision=revision):
                    repo_id = "user/" + repo_type
                    script = (
                        "import sys; from huggingface_hub import snapshot_download; "
                        "print(snapshot_download(sys.argv[1], repo_type=sys.argv[2], revision=sys.argv[3]))"
                    )
                    wrote = self.python(script, repo_id, repo_type, revision)
                    arguments = ["--repo-type", repo_type, "--revision", revision, "--quiet"]
                    read = self.hfcpp("download", repo_id, *arguments, offline=True)
                    self.assertEqual(read, wrote)
                    self.check_snapshot(read, config)
                    for name in self.contents if revision == "main" else ["config.json"]:
                        one = self.hfcpp("download", repo_id, name, *arguments, offline=True)
                        self.assertEqual(one, f"{wrote}/{name}")

    def test_python_scans_a_cache_of_hfcpp(self):
        for revision, _ in self.revisions("model"):
            self.hfcpp("download", "user/model", "--revision", revision, "--quiet")
        script = """
import json
from huggingface_hub import scan_cache_dir
cache = scan_cache_dir()
repo, = cache.repos
print(json.dumps({"warnings": [str(w) for w in cache.warnings], "refs": sorted(repo.refs),
                  "revisions": len(repo.revisions), "files": repo.nb_files}))
"""
        found = json.loads(self.python(script, offline=True))
        # main and its commit are one snapshot.
        self.assertEqual(found["revisions"], 4)
        self.assertEqual(found["refs"], ["feature/x", "main", "refs/pr/1", "v1.0"])
        self.assertEqual(found["warnings"], [])

    def test_a_second_client_downloads_nothing_again(self):
        self.hfcpp("download", "user/model", "--quiet")
        blobs = self.home / "hub" / "models--user--model" / "blobs"
        before = {path.name: path.stat().st_mtime_ns for path in blobs.iterdir()}
        self.python("from huggingface_hub import snapshot_download; snapshot_download('user/model')")
        self.hfcpp("download", "user/model", "--quiet")
        self.assertEqual({path.name: path.stat().st_mtime_ns for path in blobs.iterdir()}, before)

    def test_many_processes_fill_one_cache(self):
        script = "from huggingface_hub import snapshot_download; print(snapshot_download('user/model'))"
        commands = [[HFCPP, "download", "user/model", "--quiet"], [sys.executable, "-c", script]] * 3
        running = [
            subprocess.Popen(command, env=self.environment(self.home), stdout=subprocess.PIPE, text=True)
            for command in commands
        ]
        folders = {process.communicate()[0].strip() for process in running}
        self.assertEqual([process.returncode for process in running], [0] * len(running))
        self.assertEqual(len(folders), 1)
        self.check_snapshot(folders.pop(), self.contents["config.json"])
        self.call([HF, "cache", "verify", "user/model"], self.home)
        self.assertEqual(list(self.home.rglob("*.incomplete")), [])

    def test_a_local_folder_is_known_to_both(self):
        target = self.home / "target"
        self.hfcpp("download", "user/model", "--local-dir", str(target), "--quiet")
        before = {path: path.stat().st_mtime_ns for path in target.rglob("*") if ".cache" not in path.parts}
        self.call([HF, "download", "user/model", "--local-dir", str(target)], self.home)
        self.call([HF, "cache", "verify", "user/model", "--local-dir", str(target)], self.home)
        after = {path: path.stat().st_mtime_ns for path in target.rglob("*") if ".cache" not in path.parts}
        self.assertEqual(after, before)
        other = self.home / "other"
        self.call([HF, "download", "user/model", "--local-dir", str(other)], self.home)
        before = {path: path.stat().st_mtime_ns for path in other.rglob("*") if ".cache" not in path.parts}
        self.hfcpp("download", "user/model", "--local-dir", str(other), "--quiet")
        after = {path: path.stat().st_mtime_ns for path in other.rglob("*") if ".cache" not in path.parts}
        self.assertEqual(after, before)
        self.check_snapshot(other, self.contents["config.json"])

    def test_python_pulls_what_hfcpp_pushed(self):
        for repo_type in TYPES:
            with self.subTest(repo_type):
                repo_id = f"user/pushed-{repo_type}"
                extra = ["--space-sdk", "static"] if repo_type == "space" else []
                self.hfcpp("repos", "create", repo_id, "--repo-type", repo_type, *extra)
                self.hfcpp("upload", repo_id, str(self.shared / "source"), ".", "--repo-type", repo_type)
                script = (
                    "import sys; from huggingface_hub import snapshot_download; "
                    "print(snapshot_download(sys.argv[1], repo_type=sys.argv[2]))"
                )
                self.check_snapshot(self.python(script, repo_id, repo_type), self.contents["config.json"])

    def test_commits_of_both_are_the_same(self):
        for number, upload in enumerate(["hfcpp", "python"]):
            self.hfcpp("repos", "create", f"user/same-{number}")
            if upload == "hfcpp":
                self.hfcpp("upload", f"user/same-{number}", str(self.shared / "source"), ".")
            else:
                self.call([HF, "upload", f"user/same-{number}", str(self.shared / "source"), "."], self.home)
        script = """
import sys
from huggingface_hub import HfApi
entries = [{(e.path, getattr(e, "blob_id", None) or e.tree_id, str(getattr(e, "lfs", None)))
            for e in HfApi().list_repo_tree(f"user/same-{n}", recursive=True)} for n in range(2)]
assert entries[0] == entries[1], entries[0] ^ entries[1]
"""
        self.python(script)


if __name__ == "__main__":
    unittest.main(verbosity=2)
