// SPDX-License-Identifier: Apache-2.0
// The main job: a model is trained and pushed; a second process pulls it and gives the same answers.
//
//   quickstart               against the hub that HF_ENDPOINT names, else against one that it starts itself
//   quickstart --load REPO   what the second process does
#include "iris_classifier.hpp"

#include <huggingface_hub/huggingface_hub.hpp>
#include <huggingface_hub/server/embedded_hub.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <string>

namespace fs = std::filesystem;

namespace {

Dataset iris() { return load_iris(IRIS_CSV, IrisConfig().species); }

int load(const std::string& repo_id) {
  const auto model = IrisClassifier::from_pretrained(repo_id);
  std::printf("second process: loaded %s, accuracy %.4f\n", repo_id.c_str(), model.accuracy(iris()));
  return 0;
}

void print_tree(const fs::path& folder) {
  std::map<std::string, std::string> lines;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (entry.is_symlink()) {
      lines[name] = " -> " + fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      lines[name] = " (" + std::to_string(entry.file_size()) + " bytes)";
    }
  }
  for (const auto& [name, what] : lines) std::cout << "  " << name << what << '\n';
}

/// A folder of this run, removed at the end.
struct Scratch {
  fs::path path = fs::temp_directory_path() / ("quickstart-" + std::to_string(std::random_device()()));
  Scratch() { fs::create_directories(path); }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

int train_and_push(const std::string& program) {
  const Scratch scratch;  // An empty cache for the second process.
  setenv("HF_HUB_CACHE", scratch.path.c_str(), 1);
  std::optional<hf::server::EmbeddedHub> hub;
  if (std::getenv("HF_ENDPOINT") == nullptr) {
    hub = hf::server::EmbeddedHub::start();
    setenv("HF_ENDPOINT", hub->url().c_str(), 1);
    setenv("HF_TOKEN", hub->token().c_str(), 1);
  }
  std::cout << "hub: " << std::getenv("HF_ENDPOINT") << '\n';

  IrisClassifier model;
  model.train(iris());
  std::printf("first process: trained, accuracy %.4f\n", model.accuracy(iris()));

  const hf::CommitInfo commit = model.push_to_hub("iris-classifier");
  const std::string repo_id = commit.repo_url.repo_id;
  std::cout << "pushed: " << commit.commit_url << '\n' << std::flush;

  const int failed = std::system(("'" + program + "' --load '" + repo_id + "'").c_str());
  if (failed != 0) return 1;

  std::cout << "\nits cache:\n";
  print_tree(scratch.path);
  std::cout << "\nthe card:\n" << hf::ModelCard::load(repo_id).content() << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 3 && std::string(argv[1]) == "--load") return load(argv[2]);
    return train_and_push(argv[0]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
