// SPDX-License-Identifier: Apache-2.0
// The model goes up to a hub inside this program, and comes back into an empty cache.
#include "perceptron.hpp"

#include <huggingface_hub/server/embedded_hub.hpp>

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;

namespace {

int failures = 0;

void expect(bool holds, const char* what) {
  std::cout << (holds ? "ok: " : "FAILED: ") << what << "\n";
  if (!holds) ++failures;
}

/// A folder of this test, removed at its end.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "perceptron-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path{};
};

}  // namespace

int main() {
  PerceptronConfig config;
  config.label_yes = "true";
  Perceptron model(config);
  model.train({{0, 0}, {0, 1}, {1, 0}, {1, 1}}, {false, true, true, true}, 20);
  expect(model.predict({0, 1}) == "true" && model.predict({0, 0}) == "no", "the model learns");

  const hf::server::EmbeddedHub hub = hf::server::EmbeddedHub::start();
  hf::PushToHubOptions push;
  push.endpoint = hub.url();
  push.token = hub.token();
  model.push_to_hub("me/perceptron", push);
  expect(hub.read_file("me/perceptron", "config.json").has_value(), "config.json is on the hub");
  expect(hub.read_file("me/perceptron", "README.md").value_or("").find("library_name: perceptron") != std::string::npos,
         "the card names the library");

  const Folder cache;
  hf::FromPretrainedOptions pull;
  pull.cache_dir = cache.path;
  pull.endpoint = hub.url();
  const Perceptron loaded = Perceptron::from_pretrained("me/perceptron", pull);
  expect(loaded.predict({1, 0}) == "true" && loaded.predict({0, 0}) == "no", "the model comes back as it was");

  pull.model_kwargs = {{"label_yes", "oui"}};
  expect(Perceptron::from_pretrained("me/perceptron", pull).predict({1, 1}) == "oui", "the caller's arguments win");
  return failures == 0 ? 0 : 1;
}
