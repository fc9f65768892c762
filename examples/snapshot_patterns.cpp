// SPDX-License-Identifier: Apache-2.0
// Downloads the files of a repository that match patterns, and reports how far it is.
//
//   snapshot_patterns REPO PATTERN...
#include <huggingface_hub/huggingface_hub.hpp>

#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

namespace hf = huggingface_hub;

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: snapshot_patterns REPO PATTERN...\n";
    return 2;
  }
  try {
    hf::SnapshotDownloadOptions options;
    options.allow_patterns = std::vector<std::string>(argv + 2, argv + argc);
    options.ignore_patterns = {"*.bin"};  // The same weights again, in an older format.
    options.progress = [](const hf::ProgressEvent& event) {
      if (event.kind == hf::ProgressEvent::Kind::file_done) std::cerr << "done: " << event.file << '\n';
    };
    const auto folder = hf::snapshot_download(argv[1], options);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) std::cout << entry.path().lexically_relative(folder).string() << '\n';
    }
  } catch (const hf::HfHubError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
