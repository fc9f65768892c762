// SPDX-License-Identifier: Apache-2.0
// The official JavaScript client, as bench.py measures it: `node client.mjs file|snapshot|upload REPO [NAME]`.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { downloadFileToCacheDir, snapshotDownload, uploadFiles } from "@huggingface/hub";

const [what, name, argument] = process.argv.slice(2);
const repo = { type: "model", name };
const hubUrl = process.env.HF_ENDPOINT;
const cacheDir = join(process.env.HF_HOME, "hub");
const accessToken = process.env.HF_TOKEN;
const common = { repo, hubUrl, ...(accessToken ? { accessToken } : {}) };

if (what === "file") {
  await downloadFileToCacheDir({ ...common, cacheDir, path: argument });
} else if (what === "snapshot") {
  await snapshotDownload({ ...common, cacheDir });
} else {
  const isFolder = (await stat(argument)).isDirectory();
  const files = isFolder
    ? (await readdir(argument)).map((path) => ({ path, content: pathToFileURL(join(argument, path)) }))
    : [{ path: "model.bin", content: pathToFileURL(argument) }];
  await uploadFiles({ ...common, files, useXet: false });
}
