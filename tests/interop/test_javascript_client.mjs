// SPDX-License-Identifier: Apache-2.0
// The official JavaScript client pushes to the embedded hub, pulls from it and administers it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

const hub = createRequire(process.env.INTEROP_JS + "/")("@huggingface/hub");

const weights = path.join(process.env.INTEROP_MODELS, "silero_vad/data/silero_vad_16k.safetensors");
const onnx = path.join(process.env.INTEROP_MODELS, "silero_vad/data/silero_vad_16k_op15.onnx");
const accessToken = "hf_user_write";
const types = ["model", "dataset", "space"];

let server;
let common;
let temporary;

// The client does not encode `?`, `#` and `%` in file names.
function makeContents() {
  const contents = {
    "README.md": "---\nlicense: mit\n---\n# Interop\n",
    "config.json": "{}\n",
    "model.safetensors": fs.readFileSync(weights),
    "onnx/model.onnx": fs.readFileSync(onnx),
    "größe/日本語.txt": "größe",
    "with space/a b.txt": "space",
    "deep/er/and/deeper/file.txt": "deep",
    ".hidden": "hidden",
  };
  for (let i = Object.keys(contents).length; i < 20; ++i) contents[`many/${i}.txt`] = `${i}`;
  return Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, Buffer.from(content)]));
}

before(async () => {
  temporary = fs.mkdtempSync(path.join(os.tmpdir(), "interop-"));
  server = spawn(process.env.INTEROP_HUB, process.argv.slice(2).map((a) => a.replace("{tmp}", temporary)), {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await once(server.stdout, "data");
  common = { accessToken, hubUrl: line.toString().trim() };
});

after(async () => {
  server.stdin.end();
  await once(server, "exit");
  fs.rmSync(temporary, { recursive: true, force: true });
});

async function list(iterator) {
  const items = [];
  for await (const item of iterator) items.push(item);
  return items;
}

async function pull(repo, name, revision) {
  const blob = await hub.downloadFile({ ...common, repo, path: name, revision, xet: false });
  return blob && Buffer.from(await blob.arrayBuffer());
}

test("pushes and pulls a folder", async () => {
  const contents = makeContents();
  for (const type of types) {
    const repo = { type, name: "user/js-pushed" };
    await hub.createRepo({ ...common, repo, ...(type === "space" ? { sdk: "static" } : {}) });
    const files = Object.entries(contents).map(([name, content]) => ({ path: name, content: new Blob([content]) }));
    const output = await hub.uploadFiles({ ...common, repo, files, useXet: false, commitTitle: "Push" });
    assert.match(output.commit.oid, /^[0-9a-f]{40}$/);
    for (const [name, content] of Object.entries(contents)) {
      assert.ok(content.equals(await pull(repo, name)), name);
      const info = await hub.fileDownloadInfo({ ...common, repo, path: name });
      assert.equal(info.size, content.length);
    }
    const listed = (await list(hub.listFiles({ ...common, repo, recursive: true }))).filter((e) => e.type === "file");
    assert.deepEqual(
      listed.map((entry) => entry.path).sort(),
      [...Object.keys(contents), ".gitattributes"].sort(),
    );
    assert.equal(await hub.fileDownloadInfo({ ...common, repo, path: "missing" }), null);
  }
});

test("pulls a snapshot into a cache", async () => {
  const repo = { type: "model", name: "user/js-pushed" };
  const folder = await hub.snapshotDownload({ ...common, repo, cacheDir: path.join(temporary, "cache") });
  for (const [name, content] of Object.entries(makeContents())) {
    assert.ok(content.equals(fs.readFileSync(path.join(folder, name))), name);
  }
});

test("handles branches, commits and deletions", async () => {
  const repo = { type: "model", name: "user/js-refs" };
  await hub.createRepo({ ...common, repo, license: "mit", files: [{ path: "first.txt", content: new Blob(["1"]) }] });
  assert.equal((await pull(repo, "first.txt")).toString(), "1");
  assert.match((await pull(repo, "README.md")).toString(), /license: mit/);
  await hub.createBranch({ ...common, repo, branch: "dev" });
  await hub.uploadFile({
    ...common, repo, branch: "dev", useXet: false, file: { path: "second.txt", content: new Blob(["2"]) },
  });
  assert.ok(await hub.fileExists({ ...common, repo, path: "second.txt", revision: "dev" }));
  assert.ok(!(await hub.fileExists({ ...common, repo, path: "second.txt" })));
  await hub.deleteFile({ ...common, repo, branch: "dev", path: "second.txt", commitTitle: "Remove" });
  const commits = await list(hub.listCommits({ ...common, repo, revision: "dev" }));
  assert.deepEqual(commits.slice(0, 2).map((commit) => commit.title), ["Remove", "Add second.txt"]);
  assert.equal(await hub.countCommits({ ...common, repo, revision: "dev" }), commits.length);
  await hub.deleteBranch({ ...common, repo, branch: "dev" });
  await assert.rejects(pull(repo, "first.txt", "dev"), (error) => error.statusCode === 404);
  const info = await hub.pathsInfo({ ...common, repo, paths: ["first.txt", "missing"], expand: true });
  assert.deepEqual(info.map((entry) => entry.path), ["first.txt"]);
});

test("opens a pull request", async () => {
  const repo = { type: "model", name: "user/js-pulls" };
  await hub.createRepo({ ...common, repo });
  const output = await hub.commit({
    ...common, repo, title: "Better", isPullRequest: true, useXet: false,
    operations: [{ operation: "addOrUpdate", path: "new.txt", content: new Blob(["new"]) }],
  });
  assert.match(output.pullRequestUrl, /\/user\/js-pulls\/discussions\/1$/);
  assert.equal((await pull(repo, "new.txt", "refs/pr/1")).toString(), "new");
});

test("reads safetensors metadata", async () => {
  const parsed = await hub.parseSafetensorsMetadata({
    ...common, repo: { type: "model", name: "user/js-pushed" }, computeParametersCount: true,
  });
  const info = await hub.modelInfo({ ...common, name: "user/js-pushed", additionalFields: ["safetensors", "sha"] });
  assert.deepEqual(parsed.parameterCount, info.safetensors.parameters);
});

test("lists, checks and deletes repositories", async () => {
  const repo = { type: "model", name: "user/js-listed" };
  await hub.createRepo({ ...common, repo, visibility: "private" });
  const found = await list(hub.listModels({ ...common, search: { query: "js-listed" } }));
  assert.deepEqual(found.map((model) => [model.name, model.private]), [["user/js-listed", true]]);
  assert.equal((await hub.whoAmI(common)).name, "user");
  await hub.checkRepoAccess({ ...common, repo });
  await assert.rejects(hub.checkRepoAccess({ ...common, accessToken: "hf_bob_write", repo }), (e) => e.statusCode === 404);
  assert.ok(await hub.repoExists({ ...common, repo }));
  await hub.deleteRepo({ ...common, repo });
  assert.ok(!(await hub.repoExists({ ...common, repo })));
});
