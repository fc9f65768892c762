// SPDX-License-Identifier: Apache-2.0
// The calls of test_requests.py, made by this library: `request_driver <endpoint> <token> <folder>`.
#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/hf_api.hpp"

#include <cstdlib>
#include <iostream>
#include <string>

namespace hf = huggingface_hub;

namespace {

hf::UploadSource bytes(const char* content) { return hf::UploadSource::from_bytes(content); }

void create(const hf::HfApi& api) {
  api.create_repo("user/m");
  api.create_repo("user/d", {.private_repo = true, .repo_type = hf::RepoType::dataset});
  api.create_repo("user/s", {.repo_type = hf::RepoType::space, .space_sdk = "static"});
  api.create_repo("user/m", {.exist_ok = true});
}

void upload(const hf::HfApi& api, const std::string& folder) {
  api.upload_file(bytes("hello"), "a/b c.txt", "user/m");
  api.upload_folder("user/m", folder, {.path_in_repo = "sub"});
  api.upload_folder("user/m", folder, {.path_in_repo = "sub"});  // Nothing to do.
  const hf::CommitInfo pr = api.upload_file(bytes("x"), "x.txt", "user/m", {.create_pr = true});
  api.upload_file(bytes("y"), "y.txt", "user/m", {.revision = *pr.pr_revision});
  const hf::CommitOperationAdd ahead("w3.safetensors", bytes("ahead of the commit"));
  api.preupload_lfs_files("user/m", {ahead});
  api.create_commit("user/m", {ahead}, {.commit_message = "Ahead"});
  api.upload_file(bytes("---\nlicense: mit\n---\n"), "README.md", "user/d", {.repo_type = hf::RepoType::dataset});
}

void refer(const hf::HfApi& api) {
  api.create_branch("user/m", "f/x", {.revision = "main"});
  api.create_branch("user/m", "f/x", {.exist_ok = true});
  api.create_tag("user/m", "v1", {.tag_message = "T"});
  api.list_repo_refs("user/m", {.include_pull_requests = true});
}

void read(const hf::HfApi& api) {
  (void)api.list_repo_files("user/m");
  (void)api.list_repo_tree("user/m", {.expand = true, .path_in_repo = "a"}).to_vector();
  api.get_paths_info("user/m", {"a/b c.txt", "nope"});
  api.list_repo_commits("user/m", {.formatted = true});
  api.model_info("user/m", {.files_metadata = true, .revision = "f/x"});
  api.model_info("user/m", {.expand = {"sha", "likes"}});
  api.dataset_info("user/d");
  api.space_info("user/s");
  (void)api.file_exists("user/m", "a/b c.txt");
  (void)api.file_exists("user/m", "nope");
  (void)api.repo_exists("user/none");
  (void)api.revision_exists("user/m", "nope");
  (void)api
      .list_models(
          {.author = "user", .filter = {"x", "y"}, .full = true, .limit = 3, .search = "m", .sort = "last_modified"})
      .to_vector();
  (void)api.list_datasets({.language = "en", .search = "d"}).to_vector();
  (void)api.list_spaces({.linked = true, .sort = "likes"}).to_vector();
  api.whoami();
  api.auth_check("user/m", {.write = true});
}

void change(const hf::HfApi& api, const std::string& folder) {
  api.create_commit("user/m",
                    {hf::CommitOperationAdd("n.txt", bytes("n")), hf::CommitOperationDelete("a/"),
                     hf::CommitOperationCopy("sub/w.safetensors", "w2.safetensors"),
                     hf::CommitOperationCopy("sub/c.json", "c2.json")},
                    {.commit_description = "D", .commit_message = "M", .parent_commit = api.model_info("user/m").sha});
  try {
    api.delete_file("nope", "user/m");
  } catch (const hf::EntryNotFoundError&) {
  }
  api.upload_folder("user/m", folder, {.allow_patterns = "no such file", .delete_patterns = "sub/sub/v*"});
  api.delete_folder("sub", "user/m");
  api.delete_files("user/m", "c*.json");
  api.super_squash_history("user/m");
  api.delete_tag("user/m", "v1");
  api.delete_branch("user/m", "f/x");
  api.update_repo_settings("user/m", {.gated = hf::Gated::automatic, .private_repo = true});
  api.move_repo("user/m", "user/m2");
  api.delete_repo("user/d", {.repo_type = hf::RepoType::dataset});
  api.delete_repo("user/none", {.missing_ok = true});
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return EXIT_FAILURE;
  try {
    const hf::HfApi api({.endpoint = arguments[1], .token = arguments[2]});
    create(api);
    upload(api, arguments[3]);
    refer(api);
    read(api);
    change(api, arguments[3]);
    return EXIT_SUCCESS;
  } catch (const hf::HfHubError& error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
