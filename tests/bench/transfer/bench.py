#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Transfers measured against other clients in the same run: wall time, processor time and peak memory.

    tests/bench/transfer/bench.py BUILD_FOLDER [--rounds 5] [--only large,small] [--scratch /dev/shm] [--json FILE]

The build folder needs -DCMAKE_BUILD_TYPE=Release -DHUGGINGFACE_HUB_BUILD_BENCHMARKS=ON. The others are used where they
are present, and named where they are not: curl, aria2c, openssl; PYTHON (an interpreter with huggingface_hub), NODE_MODULES
(a folder with @huggingface/hub), HF_HUB_RS (rust/ beside this file, built with cargo). Prints a table in Markdown.
Ratios travel between machines, times do not; README.md has results.
"""

import argparse
import collections
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from tls_front import TlsFront

HERE = pathlib.Path(__file__).resolve().parent
Sample = collections.namedtuple("Sample", "wall cpu peak")

PYTHON_DOWNLOAD = """
import sys, huggingface_hub
repo, *file = sys.argv[1:]
huggingface_hub.hf_hub_download(repo, *file) if file else huggingface_hub.snapshot_download(repo)
"""
PYTHON_UPLOAD = """
import os, sys, huggingface_hub
repo, path = sys.argv[1:]
api = huggingface_hub.HfApi()
if os.path.isdir(path):
    api.upload_folder(repo_id=repo, folder_path=path)
else:
    api.upload_file(path_or_fileobj=path, path_in_repo="model.bin", repo_id=repo)
"""


class Bench:
    """The hub and what the scenarios need around them."""

    def __init__(self, options):
        self.build = pathlib.Path(options.build).resolve()
        self.options = options
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="hf-bench.", dir=options.scratch))
        self.samples = collections.defaultdict(list)  # (scenario, tool): of each round
        self.moved = collections.defaultdict(list)  # By tool: MiB of the second run, after the first was killed
        self.absent = []
        programs = self.build / "tests/bench/transfer"
        self.fetch = [str(programs / "bench_transfer_fetch")]
        self.hub = subprocess.Popen(
            [programs / "bench_transfer_hub", self.scratch / "store", str(options.mib), str(options.files)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.urls = dict(self.hub.stdout.readline().split() for _ in range(5))
        self.tools = self.find_tools()
        self.front = None
        if TlsFront.is_possible():
            self.front = TlsFront(self.scratch / "front", self.urls["direct"], 0.02)
            self.urls["tls"] = self.front.url
        else:
            self.absent.append("nginx (TLS and HTTP/2)")

    def find_tools(self):
        tools = {}
        command = self.build / "src/cli/hfcpp"
        if command.exists():
            tools["hfcpp"] = [str(command)]
        for name in ("curl", "aria2c", "openssl"):
            if shutil.which(name):
                tools[name] = [name]
        python = os.environ.get("PYTHON", "")
        if python and subprocess.run([python, "-c", "import huggingface_hub"], capture_output=True).returncode == 0:
            tools["python"] = [python, "-c"]
        modules = pathlib.Path(os.environ.get("NODE_MODULES", "/nonexistent"))
        if shutil.which("node") and (modules / "@huggingface/hub").exists():
            link = self.scratch / "node_modules"
            link.symlink_to(modules.resolve())
            shutil.copy(HERE / "client.mjs", self.scratch / "client.mjs")
            tools["js"] = ["node", str(self.scratch / "client.mjs")]
        rust = os.environ.get("HF_HUB_RS", "")
        if rust and shutil.which(rust):
            tools["rust"] = [rust]
        for name in ("hfcpp", "curl", "aria2c", "openssl", "python", "js", "rust"):
            if name not in tools:
                self.absent.append(name)
        return tools

    def close(self):
        if self.front:
            self.front.close()
        self.hub.stdin.close()
        self.hub.wait()
        shutil.rmtree(self.scratch)

    def fresh(self):
        """An empty cache. What was there only goes out of the way: ext4 does not use the inodes of files deleted a
        moment ago, and looks at each of them whenever one is created."""
        spent = pathlib.Path(tempfile.mkdtemp(prefix="spent.", dir=self.scratch))
        for name in ("home", "out"):
            folder = self.scratch / name
            if folder.exists():
                for large in folder.rglob("*"):
                    if large.is_file() and not large.is_symlink() and large.stat().st_size > 1 << 20:
                        large.unlink()
                folder.rename(spent / name)
            folder.mkdir()

    def environment(self, route):
        token = {"HF_TOKEN": "hf_benchmark"} if route == "sink" else {}
        trusted = dict.fromkeys(("SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"), str(self.front.certificate)) \
            if route == "tls" else {}
        return {**token, **trusted, "PATH": os.environ["PATH"], "HF_ENDPOINT": self.urls[route], "HF_HOME": str(self.scratch / "home"),
                "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1",
                "HF_HUB_DISABLE_TELEMETRY": "1", "LANG": "C.UTF-8"}

    def run(self, route, command):
        """Runs it and says what it took. A process starts with the peak of the one that made it, so a small helper
        does that."""
        helper = ("import json, os, sys, time\n"
                  "quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]\n"
                  "start = time.perf_counter()\n"
                  "child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)\n"
                  "_, status, usage = os.wait4(child, 0)\n"
                  "wall = time.perf_counter() - start\n"
                  "print(json.dumps([status, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))\n")
        ran = subprocess.run(["python3", "-I", "-S", "-c", helper, *map(str, command)], env=self.environment(route),
                             cwd=self.scratch, capture_output=True, text=True)
        if ran.returncode != 0:
            sys.exit(f"{command}: {ran.stderr}")
        status, wall, cpu, peak = json.loads(ran.stdout)
        if status != 0:
            sys.exit(f"{' '.join(map(str, command))[:200]}: exit status {os.waitstatus_to_exitcode(status)}\n{ran.stderr}")
        return Sample(wall, cpu, peak)

    def bytes_relayed(self):
        """What has gone through slow50 so far."""
        self.hub.stdin.write("bytes\n")
        self.hub.stdin.flush()
        return int(self.hub.stdout.readline())

    def kill_at(self, command, size):
        """Kills the command when so many bytes have come through slow50 since it began."""
        begin = self.bytes_relayed()
        child = subprocess.Popen(list(map(str, command)), env=self.environment("slow50"), cwd=self.scratch,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.bytes_relayed() - begin < size and child.poll() is None:
            time.sleep(0.001)
        child.kill()
        child.wait()

    def measure(self, scenario, tool, route, command, fresh=True):
        if fresh:
            self.fresh()
        self.samples[scenario, tool].append(self.run(route, command))

    def number(self, scenario, route, command):
        """What the program itself measured, in seconds, inside one process."""
        ran = subprocess.run(command, env=self.environment(route), capture_output=True, text=True, check=True)
        self.samples[scenario, "library"].append(Sample(float(ran.stdout), None, None))


def one_file(bench, scenario, route, repo, slow_round=True):
    """`slow_round`: clients with one connection only are measured as well."""
    out = bench.scratch / "out"
    tools = bench.tools
    url = f"{bench.urls[route]}/bench/{repo}/resolve/main/model.bin"
    if "curl" in tools and slow_round:
        bench.measure(scenario, "curl", route, ["curl", "-sSfL", "-o", out / "large", url])
    if "aria2c" in tools:
        for connections in (8, 16):
            bench.measure(scenario, f"aria2 -x{connections}", route,
                          ["aria2c", "-q", f"-x{connections}", f"-s{connections}", "-k1M", "--file-allocation=none",
                           "-d", out, "-o", "large", url])
    bench.measure(scenario, "library", route, [*bench.fetch, "file", f"bench/{repo}", "model.bin"])
    if "hfcpp" in tools:
        bench.measure(scenario, "hfcpp", route, [*tools["hfcpp"], "download", f"bench/{repo}", "model.bin", "--quiet"])
    if "rust" in tools:
        bench.measure(scenario, "rust", route, [*tools["rust"], "file", f"bench/{repo}", "model.bin"])
    if "js" in tools and slow_round:
        bench.measure(scenario, "js", route, [*tools["js"], "file", f"bench/{repo}", "model.bin"])
    if "python" in tools and slow_round:
        bench.measure(scenario, "python", route, [*tools["python"], PYTHON_DOWNLOAD, f"bench/{repo}", "model.bin"])


def snapshot(bench, scenario, route, repo, names, slow_round=True):
    out = bench.scratch / "out"
    tools = bench.tools
    if "curl" in tools:
        for parallel in (False, True) if len(names) < 100 else (True,):
            bench.fresh()
            listing = bench.scratch / "urls"
            listing.write_text("".join(
                f'url = "{bench.urls[route]}/bench/{repo}/resolve/main/{name}"\noutput = "{out}/{i}"\n'
                for i, name in enumerate(names)))
            command = ["curl", "--no-progress-meter", "-fL", *(["--parallel"] if parallel else []), "-K", listing]
            name = "curl --parallel" if parallel and len(names) < 100 else "curl"
            bench.measure(scenario, name, route, command, fresh=False)
    bench.measure(scenario, "library", route, [*bench.fetch, "snapshot", f"bench/{repo}"])
    if "hfcpp" in tools:
        bench.measure(scenario, "hfcpp", route, [*tools["hfcpp"], "download", f"bench/{repo}", "--quiet"])
    if "rust" in tools and slow_round and route != "tls":  # It trusts the certificates it was built with alone.
        bench.measure(scenario, "rust", route, [*tools["rust"], "snapshot", f"bench/{repo}", *names])
    if "js" in tools and slow_round:
        bench.measure(scenario, "js", route, [*tools["js"], "snapshot", f"bench/{repo}"])
    if "python" in tools and slow_round:
        bench.measure(scenario, "python", route, [*tools["python"], PYTHON_DOWNLOAD, f"bench/{repo}"])


def large(bench, _):
    one_file(bench, "large", "direct", "large")


def slow50(bench, number):
    one_file(bench, "slow50", "slow50", "half", slow_round=number == 0)


def slow10(bench, number):
    one_file(bench, "slow10", "slow10", "quarter", slow_round=number == 0)


def eight(bench, _):
    snapshot(bench, "eight", "direct", "eight", [f"model-{i}.bin" for i in range(8)])


def small(bench, _):
    snapshot(bench, "small", "direct", "small", [f"data/{i}.txt" for i in range(bench.options.files)])


def far(bench, number):
    snapshot(bench, "far", "far", "small", [f"data/{i}.txt" for i in range(bench.options.files)],
             slow_round=number == 0)


def far_tls(bench, number):
    if bench.front:
        snapshot(bench, "far tls", "tls", "small", [f"data/{i}.txt" for i in range(bench.options.files)],
                 slow_round=number == 0)


def interrupted(bench, _):
    """Killed when 90 % of the file have been sent; then how much a second run lets itself be sent."""
    url = f"{bench.urls['slow50']}/bench/quarter/resolve/main/model.bin"
    out = bench.scratch / "out"
    file = ["bench/quarter", "model.bin"]
    commands = {"library": [*bench.fetch, "file", *file]}
    for tool, more in (("hfcpp", ["download", *file, "--quiet"]), ("rust", ["file", *file]), ("js", ["file", *file]),
                       ("python", [PYTHON_DOWNLOAD, *file]), ("curl", ["-sSfL", "-C", "-", "-o", out / "large", url]),
                       ("aria2c", ["-q", "-c", "-x8", "-s8", "-k1M", "--file-allocation=none", "-d", out, "-o", "large", url])):
        if tool in bench.tools:
            commands[tool] = [*bench.tools[tool], *more]
    for tool, command in commands.items():
        bench.fresh()
        bench.kill_at(command, int(bench.options.mib / 4 * 0.9 * (1 << 20)))
        before = bench.bytes_relayed()
        bench.samples["interrupted", tool].append(bench.run("slow50", command))
        bench.moved[tool].append((bench.bytes_relayed() - before) / (1 << 20))
    bench.fresh()
    bench.number("cancelled, until the call returns (longest of 20)", "slow10", [*bench.fetch, "cancel", "bench/large", "model.bin", "20"])


def again(bench, _):
    """What is in the cache already, in a new process: the file, the file of a commit, the snapshot."""
    tools = bench.tools
    command = tools.get("hfcpp")
    file = ["file", "bench/quarter", "model.bin"]
    bench.fresh()
    bench.run("direct", [*bench.fetch, *file])
    bench.run("direct", [*bench.fetch, "snapshot", "bench/small"])
    bench.measure("cached", "library", "direct", [*bench.fetch, *file], fresh=False)
    bench.measure("snapshot again", "library", "direct", [*bench.fetch, "snapshot", "bench/small"], fresh=False)
    bench.number("snapshot again, same process", "direct", [*bench.fetch, "warm", "bench/small", "5"])
    bench.number("look-up, same process", "direct", [*bench.fetch, "lookup", "bench/small", str(bench.options.files)])
    bench.number("scan, same process", "direct", [*bench.fetch, "scan", "5"])
    if command:
        folder = bench.scratch / "home/hub/models--bench--quarter/snapshots"
        commit = next(folder.iterdir()).name
        bench.measure("cached", "hfcpp", "direct", [*command, "download", *file[1:], "--quiet"], fresh=False)
        bench.measure("pinned", "hfcpp", "direct", [*command, "download", *file[1:], "--revision", commit, "--quiet"],
                      fresh=False)
        bench.measure("snapshot again", "hfcpp", "direct", [*command, "download", "bench/small", "--quiet"], fresh=False)
        bench.measure("version", "hfcpp", "direct", [*command, "version"], fresh=False)
    if "python" in tools:
        python = [*tools["python"], PYTHON_DOWNLOAD]
        bench.measure("cached", "python", "direct", [*python, *file[1:]], fresh=False)
        bench.measure("snapshot again", "python", "direct", [*python, "bench/small"], fresh=False)
    if "js" in tools:
        bench.measure("cached", "js", "direct", [*tools["js"], *file], fresh=False)
        bench.measure("snapshot again", "js", "direct", [*tools["js"], "snapshot", "bench/small"], fresh=False)
    if "rust" in tools:
        bench.measure("cached", "rust", "direct", [*tools["rust"], *file], fresh=False)


def uploads(bench, _):
    """Into a server that keeps nothing. The digests that we remember of a file are forgotten between the rounds."""
    tools = bench.tools
    file = bench.scratch / "model.bin"
    folder = bench.scratch / "folder"
    if not file.exists():
        with open(file, "wb") as out, open("/dev/urandom", "rb") as noise:
            for _ in range(bench.options.mib // 2):
                out.write(noise.read(1 << 20))
        folder.mkdir()
        for i in range(bench.options.files):
            (folder / f"{i}.txt").write_text(os.urandom(1024).hex())
    if "openssl" in tools:
        bench.measure("upload", "sha256 alone", "sink", ["openssl", "dgst", "-sha256", file])
    if "curl" in tools:
        bench.measure("upload", "curl", "sink", ["curl", "-sSf", "-T", file, f"{bench.urls['sink']}/sink"])
    for scenario, path in (("upload", file), ("upload small", folder)):
        bench.measure(scenario, "library", "sink", [*bench.fetch, "upload", "bench/up", path])
        if "hfcpp" in tools:
            bench.measure(scenario, "hfcpp", "sink", [*tools["hfcpp"], "upload", "bench/up", path, "--quiet"])
        if "js" in tools:
            bench.measure(scenario, "js", "sink", [*tools["js"], "upload", "bench/up", path])
        if "python" in tools:
            bench.measure(scenario, "python", "sink", [*tools["python"], PYTHON_UPLOAD, "bench/up", path])


SCENARIOS = {"large": large, "slow50": slow50, "slow10": slow10, "eight": eight, "small": small, "far": far,
             "far_tls": far_tls, "interrupted": interrupted, "again": again, "uploads": uploads}


def titles(options):
    mib, files = options.mib, options.files
    return {"large": f"one file of {mib} MiB", "slow50": f"{mib // 2} MiB, 50 MB/s a connection",
            "slow10": f"{mib // 4} MiB, 10 MB/s a connection", "eight": f"snapshot of 8 x {mib // 8} MiB",
            "small": f"{files} files of 2 KB", "far": f"{files} files of 2 KB, 40 ms away",
            "far tls": "the same over TLS, HTTP/2 where the client can",
            "interrupted": f"{mib // 4} MiB, the rest after a kill at 90 %", "cached": "a cached file, Hub asked",
            "pinned": "a cached file, commit given", "snapshot again": f"snapshot of {files} files again",
            "version": "version", "upload": f"upload of {mib // 2} MiB", "upload small": f"upload of {files} x 2 KB"}


def table(bench):
    names = titles(bench.options)
    rows = ["| what | who | wall s, least | median | x first | CPU s, least | x first | peak MiB |",
            "|---|---|--:|--:|--:|--:|--:|--:|"]
    first = {}
    for (scenario, tool), samples in bench.samples.items():
        wall = min(sample.wall for sample in samples)
        cells = [names.get(scenario, scenario), tool, f"{wall:.4f}" if wall < 0.1 else f"{wall:.3f}",
                 f"{statistics.median(sample.wall for sample in samples):.3f}"]
        if wall < 0.001:
            cells[2:] = [f"{wall * 1e6:.2f} us", ""]
        if samples[0].cpu is None:
            cells += [""] * 4
        else:
            cpu = min(sample.cpu for sample in samples)
            base = first.setdefault(scenario, (wall, cpu))
            cells += [f"{wall / base[0]:.2f}", f"{cpu:.3f}", f"{cpu / max(base[1], 1e-4):.2f}",
                      f"{max(sample.peak for sample in samples):.1f}"]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(SCENARIOS), help="of " + ", ".join(SCENARIOS))
    parser.add_argument("--scratch", default="/dev/shm" if os.path.isdir("/dev/shm") else None)
    parser.add_argument("--mib", type=int, default=1024, help="size of the large file")
    parser.add_argument("--files", type=int, default=1000, help="number of small files")
    parser.add_argument("--json", help="all samples, to this file")
    options = parser.parse_args()
    bench = Bench(options)
    try:
        for number in range(options.rounds):
            for name in options.only.split(","):
                SCENARIOS[name](bench, number)
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        print(table(bench))
        if bench.moved:
            print("\nAfter a kill at 90 %, the second run moved, in MiB (largest): " + ", ".join(
                f"{tool} {max(moved):.1f}" for tool, moved in bench.moved.items()) +
                f"; the file has {options.mib / 4:g}.")
        if bench.absent:
            print("\nAbsent: " + ", ".join(bench.absent) + ".")
        if options.json:
            with open(options.json, "w", encoding="utf-8") as out:
                json.dump([{"what": what, "who": who, "samples": [sample._asdict() for sample in samples]}
                           for (what, who), samples in bench.samples.items()], out, indent=1)
    finally:
        bench.close()


if __name__ == "__main__":
    main()
