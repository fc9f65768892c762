# SPDX-License-Identifier: Apache-2.0
"""`hf` and `hfcpp` side by side: the same commands on two hubs in the same state. Standard output, exit codes and the
files left in the cache must be the same."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import huggingface_hub
import support
from recorder import Recorder, comparable

HFCPP = os.environ["HFCPP"]
HF = pathlib.Path(sys.executable).parent / "hf"


# What `hf` does not have.
ADDED_OPTIONS = {"--limit-rate"}


class Client:
    """One command line with a hub, a home and a working folder of its own. Paths are the same for both."""

    def __init__(self, program, root):
        self.program = program
        self.root = root
        self.hub = support.Hub()

    def __enter__(self):
        shutil.rmtree(self.root, ignore_errors=True)
        folder = self.root / "work"
        for path, content in {
            "m/a.txt": b"hello\n",
            "m/README.md": b"---\nlicense: mit\n---\n# x\n",
            "m/sub/\u00fc.txt": b"deep",
            "m/model.safetensors": support.WEIGHTS.read_bytes(),
            "m1": b"a file called like the repository",
            "new/a.txt": b"changed\n",
        }.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return self

    def __exit__(self, *ignored):
        self.hub.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def environment(self, **more):
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root),
            "HF_HOME": str(self.root / "home"),
            "HF_ENDPOINT": self.hub.url,
            "HF_TOKEN": "hf_user_write",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_COLOR": "1",
            "LANG": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }
        variables.update(more)
        return {name: value for name, value in variables.items() if value is not None}

    def start(self, arguments, **environment):
        """The command, running, with its output in pipes."""
        return subprocess.Popen(
            [self.program, *arguments],
            cwd=self.root / "work",
            env=self.environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, arguments, text="", **environment):
        done = subprocess.run(
            [self.program, *arguments],
            cwd=self.root / "work",
            env=self.environment(**environment),
            input=text.encode(),
            capture_output=True,
            timeout=120,
        )
        return done.returncode, self.normal(done.stdout.decode()), done.stderr.decode()

    def normal(self, text):
        """Ports, commits and names of programs differ; nothing else may."""
        text = text.replace(self.hub.url, "<endpoint>").replace("`hfcpp ", "`hf ")
        return re.sub(r"[0-9a-f]{40}", "<commit>", text)

    def damage(self):
        """A file of the cache is not what it was, another is gone, and a download was never finished."""
        repo = self.root / "home" / "hub" / "models--user--m1"
        snapshot = repo / "snapshots" / (repo / "refs" / "main").read_text()
        (snapshot / "a.txt").resolve().write_bytes(b"hellO\n")
        (snapshot / "sub" / "\u00fc.txt").unlink(missing_ok=True)
        (snapshot / "extra.txt").write_bytes(b"extra")
        (repo / "blobs" / ("a" * 40 + ".12345678.incomplete")).write_bytes(b"part")

    def detach(self):
        """No branch leads to the revision any more."""
        for ref in (self.root / "home" / "hub" / "models--user--m1" / "refs").iterdir():
            ref.unlink()

    def make_older(self):
        """Everything in the cache as if it were two hours old: one client is slower than the other."""
        then = time.time() - 2 * 3600
        for path in (self.root / "home").rglob("*"):
            os.utime(path, (then, then), follow_symlinks=False)

    def tree(self):
        """Files of the cache and what they hold; random and client-specific ones left out."""
        found = {}
        for path in sorted((self.root / "home").rglob("*")):
            name = str(path.relative_to(self.root / "home"))
            if name.startswith((".agent_harnesses", ".check_for", "cpp/", "xet")) or "/trees/" in name:
                continue
            name = self.normal(name)
            if path.is_symlink():
                found[name] = ("link", self.normal(os.readlink(path)))
            elif path.is_file():
                content = path.read_bytes()
                found[name] = ("file", re.sub(rb"^[0-9a-f]{40}$", b"<commit>", content), oct(path.stat().st_mode & 0o777))
        return found


WHAT_HAPPENS = {
    "(two hours later)": Client.make_older,
    "(damage)": Client.damage,
    "(no ref is left)": Client.detach,
}


class SideBySide(unittest.TestCase):
    maxDiff = None

    def compare(self, steps, compare_tree=False, **environment):
        """Each step: arguments, or (arguments, standard input), or (arguments, standard input, environment)."""
        root = pathlib.Path(tempfile.mkdtemp(prefix="interop-cli-"))
        outcomes = {}
        for name, program in (("hf", HF), ("hfcpp", HFCPP)):
            with Client(program, root) as client:
                results = []
                for step in steps:
                    if isinstance(step, str) and step in WHAT_HAPPENS:
                        WHAT_HAPPENS[step](client)
                        continue
                    arguments, text, extra = (step, "", {}) if isinstance(step, str) else (*step, {})[:3]
                    code, out, err = client.run(arguments.split(" "), text, **{**environment, **extra})
                    self.assertNotIn("Segmentation", err)
                    results.append((arguments, code, out))
                outcomes[name] = (results, client.tree() if compare_tree else None)
        for theirs, ours in zip(outcomes["hf"][0], outcomes["hfcpp"][0]):
            with self.subTest(theirs[0]):
                self.assertEqual(theirs, ours)
        self.assertEqual(outcomes["hf"][1], outcomes["hfcpp"][1])

    def test_repositories(self):
        self.compare(
            [
                "auth whoami --json",
                "auth whoami",
                "auth whoami -q",
                "auth whoami --format agent",
                "repos create m1 --exist-ok -q",
                "repos create datasets/user/d1 --private --json",
                "repos create m1",
                "repos create acme/s1 --type space --sdk static --format agent",
                "repos create datasets/user/d2 --type dataset",
                "repos create a--b",
                "repos branch create user/m1 br --exist-ok -q",
                "repos branch create user/m1 br --exist-ok --json",
                "repos branch create user/m1 br",
                "repos branch delete user/m1 br",
                "repos tag create user/m1 v1 -m text",
                "repos tag create user/m1 v1",
                "repos tag create user/m1 v2 --revision nope",
                "repos tag list user/m1",
                "repos tag list user/m1 --json",
                "repos tag ls user/m1 -q",
                "repos tag list user/m1 --format agent",
                "repos tag list user/nothere",
                "repos tag delete user/m1 v1 --json",
                "repos tag delete user/m1 v1 -y",
                "repos tag list user/m1",
                "repos tag list user/m1 -q",
                "repos tag list user/m1 --json",
                "repos delete user/x --json",
                ("repos delete user/m1", "maybe\nn\n"),
                ("repos delete user/m1", "y\n"),
                "repos delete user/m1 -y",
                "repos delete user/m1 -y --missing-ok --json",
            ]
        )

    def test_usage(self):
        self.compare(
            [
                "version -q --json",
                "version --format",
                "version --format x",
                "version --no-truncate=1",
                "-q version",
                "auth",
                "nope",
                "download a/b --max-workers x",
                "download a/b --type foo",
                "download a/b --nope",
                "download a/b --revision",
                "download a/b --dry-run=yes",
                "download hf://user/m1 --revision x",
                "download hf://model/user/m1",
                "download a/b --local-dir x --cache-dir y",
                "cache ls extra",
            ]
        )

    def test_upload(self):
        self.compare(
            [
                "upload user/m1 m",
                "upload user/m1 m -q",
                "upload user/m1 new --json",
                "upload user/m1 m/a.txt",
                "upload user/m1 m/a.txt up/b.txt --format agent",
                "upload user/m1 m/*.txt",
                "upload m1",
                "upload user/m1 m folder --include *.md --commit-message=-q",
                "upload user/m1 new . --delete *.md -q",
                "upload user/m1 nofile",
                "upload user/m1 m --revision dev -q",
                "upload user/m1 new x --create-pr -q",
                "upload hf://datasets/user/d1/data m/a.txt --json",
                "upload hf://user/m1 m --revision dev",
                "upload user/nope -q",
                "download user/m1 --dry-run -q",
                "download user/m1 --revision dev --dry-run -q",
            ]
        )

    def test_download(self):
        self.compare(
            [
                "upload user/m1 m -q",
                "repos tag create user/m1 v1 -q",
                "download user/m1 --dry-run",
                "download user/m1 --dry-run --json",
                "download user/m1 a.txt --json",
                "download user/m1 a.txt README.md --json",
                "download user/m1 sub/ -q",
                "download user/m1 -q",
                "download user/m1",
                "download user/m1 --format agent",
                "download user/m1 --dry-run --force-download -q",
                "download user/m1 --dry-run",
                "download user/m1 a.txt --dry-run",
                "download user/m1 --revision v1 --include *.md -q",
                "download user/m1 nofile",
                "download user/m1 --revision nope",
                "download user/nothere",
                "download user/m1 --include *.nothing -q",
                "download hf://user/m1/sub/ -q",
                "download hf://user/m1@v1/a.txt -q",
                "download user/m1 a.txt --local-dir out -q",
                "download user/m1 --local-dir out2",
                ("download user/m1 a.txt -q", "", {"HF_HUB_OFFLINE": "1"}),
                ("download user/m1 -q", "", {"HF_HUB_OFFLINE": "1"}),
                ("download user/m2 a.txt", "", {"HF_HUB_OFFLINE": "1"}),
            ],
            compare_tree=True,
        )

    def test_cache_listing(self):
        self.compare(
            [
                "cache ls",
                "cache ls --cache-dir nowhere",
                "upload user/m1 m -q",
                "upload datasets/user/d1 m/a.txt -q",
                "download user/m1 -q",
                "download datasets/user/d1 -q",
                "(two hours later)",
                "cache ls",
                "cache ls -q",
                "cache ls --json",
                "cache ls --format agent",
                "cache ls --revisions --no-truncate",
                "cache ls --revisions -q",
                "cache ls --revisions --format agent",
                "cache ls --filter size>1MB -q",
                "cache ls --filter size>1TB --json",
                "cache ls --filter size>1TB",
                "cache ls -f type=dataset -q",
                "cache ls -f refs=main --revisions --no-truncate",
                "cache ls -f modified<1h -q",
                "cache ls -f modified>1h -q",
                "cache ls -f x",
                "cache ls -f size==1",
                "cache ls -f size>1XB",
                "cache ls --sort size -q",
                "cache ls --sort name:desc -q",
                "cache ls --limit 1",
                "cache ls --limit=-1",
            ]
        )

    def test_cache_cleaning(self):
        self.compare(
            [
                "cache rm x",
                "cache prune",
                "upload user/m1 m -q",
                "upload datasets/user/d1 m -q",
                "download user/m1 -q",
                "download datasets/user/d1 -q",
                "cache prune",
                "cache prune --json",
                "cache rm nope model/user/nope " + "f" * 40,
                "cache rm nope --json",
                "cache rm model/user/m1 --dry-run",
                "cache rm model/user/m1 --dry-run --json",
                "cache rm MODEL/User/m1 dataset/user/d1 --dry-run",
                "cache rm hf://datasets/user/d1 --dry-run -q",
                "cache rm hf://user/m1/a.txt hf://user/m1/nope --dry-run",
                "cache rm hf://user/m1/a.txt model/user/m1",
                "cache rm hf://user/m1@main",
                "cache rm hf://user/m1@main/a.txt",
                "cache rm hf://buckets/user/m1",
                "cache rm hf://user/m1/a.txt",
                "cache rm hf://user/m1/a.txt --json",
                ("cache rm hf://user/m1/a.txt", "n\n"),
                ("cache rm hf://user/m1/a.txt", "y\n"),
                "cache rm hf://user/m1/sub/\u00fc.txt -y --json",
                "cache rm dataset/user/d1 -y --format agent",
                "upload user/m1 new -q",
                "download user/m1 -q",
                "(damage)",
                "cache prune --dry-run",
                "cache prune --dry-run --json",
                ("cache prune", "y\n"),
                "(no ref is left)",
                "cache prune -y --json",
                "cache ls",
            ],
            compare_tree=True,
        )

    def test_cache_verification(self):
        self.compare(
            [
                "cache verify user/m1",
                "upload user/m1 m -q",
                "cache verify user/m1 --local-dir m",
                "cache verify user/m1 --local-dir m --cache-dir x",
                "cache verify user/m1 --local-dir nope",
                "download user/m1 -q",
                "cache verify user/m1",
                "cache verify user/m1 --json",
                "cache verify models/user/m1 -q",
                "cache verify user/m1 --format agent",
                "cache verify user/m1 --revision nope",
                "(damage)",
                "cache verify user/m1",
                "cache verify user/m1 --json",
                "cache verify user/m1 --fail-on-missing-files --fail-on-extra-files",
            ]
        )

    # Logging out takes the token out of git's credential helpers, too: without git, Python ends with a traceback.
    @unittest.skipUnless(shutil.which("git"), "git is not installed")
    def test_login(self):
        token = {"HF_TOKEN": None}
        self.compare(
            [
                ("auth whoami", "", token),
                ("auth token", "", token),
                ("auth list", "", token),
                ("auth logout", "", token),
                ("auth login --token hf_unknown", "", token),
                ("auth login --token api_org_x", "", token),
                ("auth login --json", "", token),
                ("auth login --token hf_user_write", "", token),
                ("auth login --token hf_bob_write", "", token),
                ("auth whoami -q", "", token),
                ("auth token", "", token),
                ("auth list", "", token),
                ("auth switch --token-name nope", "", token),
                ("auth list", "", {"HF_TOKEN": "hf_user_read"}),
                ("auth login --format agent", "", token),
            ],
            compare_tree=True,
        )
        self.compare(
            [
                ("auth login --token hf_user_write", "", token),
                ("auth logout --token-name nope", "", token),
                ("auth logout", "", {"HF_TOKEN": "hf_user_read"}),
                ("auth logout", "", token),
            ],
            compare_tree=True,
        )

    def test_completion(self):
        def candidates(program, shell, line, position):
            name = pathlib.Path(program).name
            variable = "_" + name.upper() + "_COMPLETE"
            with Client(program, pathlib.Path(tempfile.mkdtemp(prefix="interop-cli-"))) as client:
                environment = {variable: shell + "_complete", "COMP_WORDS": line.replace("hf", name, 1)}
                code, out, err = client.run([], COMP_CWORD=position, **environment)
            self.assertEqual(code, 0, err)
            if shell == "zsh":
                return out.splitlines()[1::3]
            return [each.removeprefix("plain,").split("\t")[0] for each in out.splitlines()]

        # Ours has fewer commands than theirs so far, and one of its own.
        for line, position, missing in (
            ("hf ", "1", {"serve"}),
            ("hf re", "1", set()),
            ("hf repos ", "2", set()),
            ("hf repos t", "2", set()),
            ("hf repos tag ", "3", set()),
            ("hf auth l", "2", set()),
        ):
            for shell in ("bash", "zsh", "fish") if position == "2" else ("bash",):
                at = position if shell != "fish" else line.split(" ")[-1]
                with self.subTest(line=line, shell=shell):
                    ours = candidates(HFCPP, shell, line, at)
                    theirs = candidates(HF, shell, line, at)
                    self.assertEqual([each for each in theirs if each in ours], [each for each in ours if each not in missing])
                    self.assertTrue(ours)
        for line, position in (
            ("hf download -", "2"),
            ("hf download --t", "2"),
            ("hf download --type ", "3"),
            ("hf download --repo-type s", "3"),
            ("hf download --type=", "2"),
            ("hf download --type=d", "2"),
            ("hf download --type space --", "4"),
            ("hf download --include x --", "4"),
            ("hf download --dry-run --d", "3"),
            ("hf download --json --ty", "3"),
            ("hf download -- --", "3"),
            ("hf download 'a b", "2"),
            ("hf download --local-dir ", "3"),
            ("hf upload -", "2"),
            ("hf upload x ", "3"),
            ("hf cache ls --", "3"),
            ("hf repos create -", "3"),
            ("hf repos tag ls x -", "5"),
            ("hf auth login --", "3"),
            ("hf version --", "2"),
        ):
            with self.subTest(line=line):
                theirs = candidates(HF, "bash", line, position)
                mine = [one for one in candidates(HFCPP, "bash", line, position) if one not in ADDED_OPTIONS]
                self.assertEqual(sorted(theirs), sorted(mine))

    def requests_of(self, program, arguments, text="", **environment):
        """What the command prints and what it asks of the hub."""
        with Client(program, pathlib.Path(tempfile.mkdtemp(prefix="interop-cli-"))) as client:
            recorder = Recorder(client.hub.url)
            try:
                (client.root / "work" / "s.env").write_text("B=from file\nexport C='c # c'\n")
                (client.root / "work" / "s.env").chmod(0o600)
                done = client.run(arguments, text, HF_ENDPOINT=recorder.url, **environment)
            finally:
                recorder.stop()
            out = done[1].replace(recorder.url, "<endpoint>")
            asked = [json.loads(comparable(each)) for each in recorder.requests if each[1] != "/api/agent-harnesses"]
        for each in asked:
            if isinstance(each[3], dict) and each[3].get("type") == "model":
                del each[3]["type"]  # The default; Python's command sends it, Python's function does not.
        return done[0], out, asked

    def test_space_options(self):
        space = "repos create user/s1 --type space --space-sdk static -q"
        for arguments, environment in (
            (space + " --secrets A=1 --secrets NAMED", {"NAMED": "of the environment"}),
            (space + " --secrets-file s.env --secrets B=wins", {}),
            (space + " --env X=1 --env Y=two=2", {}),
            (space + " --env-file s.env", {}),
            (space + " --volume hf://user/m1:/data --volume hf://datasets/user/d1@main/sub:/d:ro", {}),
            (space + " --flavor cpu-basic --sleep-time 300", {}),
            ("repos create user/m1 --private -q", {}),
        ):
            with self.subTest(arguments):
                theirs = self.requests_of(HF, arguments.split(" "), **environment)
                self.assertEqual(theirs[0], 0)
                self.assertEqual(theirs, self.requests_of(HFCPP, arguments.split(" "), **environment))

    def test_scheduled_upload(self):
        """Until the files are there, then Ctrl-C."""

        def outcome(program):
            root = pathlib.Path(tempfile.mkdtemp(prefix="interop-cli-"))
            with Client(program, root) as client:
                files = huggingface_hub.HfApi(client.hub.url, "hf_user_write")
                running = client.start(["upload", "user/m9", "m", "--every", "0.001", "--exclude", "*.safetensors"])
                deadline = time.monotonic() + 60
                found = []
                while "README.md" not in found and running.poll() is None and time.monotonic() < deadline:
                    found = sorted(files.list_repo_files("user/m9")) if files.repo_exists("user/m9") else []
                running.send_signal(signal.SIGINT)
                out, err = running.communicate(timeout=60)
            return found, client.normal(out.decode()), err.decode()

        theirs, ours = outcome(HF), outcome(HFCPP)
        self.assertEqual(theirs[:2], ours[:2], (theirs[2], ours[2]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
