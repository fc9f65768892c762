// SPDX-License-Identifier: Apache-2.0
// Uploads a folder in one commit; the repository is made if it is missing.
//
//   upload_folder FOLDER REPO
#include <huggingface_hub/huggingface_hub.hpp>

#include <iostream>

namespace hf = huggingface_hub;

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: upload_folder FOLDER REPO\n";
    return 2;
  }
  try {
    const hf::HfApi api;  // Token and endpoint come from the environment, or from a login.

    hf::CreateRepoOptions create;
    create.exist_ok = true;
    const hf::RepoUrl repo = api.create_repo(argv[2], create);

    hf::UploadFolderOptions upload;
    upload.commit_message = "Upload from C++";
    upload.ignore_patterns = {"*.tmp", "logs/"};
    const hf::CommitInfo commit = api.upload_folder(repo.repo_id, argv[1], upload);
    std::cout << commit.commit_url << '\n';
  } catch (const hf::HfHubError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
