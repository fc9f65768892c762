// SPDX-License-Identifier: Apache-2.0
/// @file
/// The frame of each framework's example: a first process makes a model, pushes it and notes what it answers; a second
/// one, with an empty cache, loads it and must answer the same. Against the hub that HF_ENDPOINT names, else against
/// one that it starts itself. With `--push REPO` or `--pull REPO` only one of the two happens, and the answers are printed:
/// the other half may then be a program in Python (tests/interop/frameworks).
#pragma once

#include <huggingface_hub/server/embedded_hub.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace hf = huggingface_hub;

using Answers = std::vector<double>;

/// A folder of this run, removed at the end.
struct Scratch {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("example-" + std::to_string(std::random_device()()));
  Scratch() { std::filesystem::create_directories(path); }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

inline int compare(const Answers& expected, const std::filesystem::path& file, double tolerance) {
  std::ifstream text(file);
  Answers found;
  for (double value = 0; text >> value;) found.push_back(value);
  double largest = 0;
  for (std::size_t i = 0; i < expected.size() && i < found.size(); ++i) {
    largest = std::fmax(largest, std::fabs(expected[i] - found[i]));
  }
  const bool same = !expected.empty() && expected.size() == found.size() && largest <= tolerance;
  std::printf("%zu answers of each process, largest difference %g: %s\n", found.size(), largest,
              same ? "the same" : "NOT THE SAME");
  return same ? 0 : 1;
}

/// @param push  makes a model, pushes it to the repository, and answers.
/// @param load  loads it from there, and answers.
inline int two_processes(int argc, char** argv, const std::string& repo_id,
                         const std::function<Answers(const std::string&)>& push,
                         const std::function<Answers(const std::string&)>& load, double tolerance = 0) {
  try {
    const std::string mode = argc >= 3 ? argv[1] : "";
    if (mode == "--push" || mode == "--pull") {
      for (const double value : mode == "--push" ? push(argv[2]) : load(argv[2])) std::printf("%.17g\n", value);
      return 0;
    }
    if (argc == 4 && mode == "--load") {
      std::ofstream file(argv[3]);
      file.precision(17);
      for (const double value : load(argv[2])) file << value << '\n';
      return 0;
    }
    const Scratch scratch;
    setenv("HF_HOME", scratch.path.c_str(), 1);
    std::optional<hf::server::EmbeddedHub> hub;
    if (std::getenv("HF_ENDPOINT") == nullptr) {
      hub = hf::server::EmbeddedHub::start();
      setenv("HF_ENDPOINT", hub->url().c_str(), 1);
      setenv("HF_TOKEN", hub->token().c_str(), 1);
    }
    const Answers answers = push(repo_id);
    std::printf("pushed %s to %s\n", repo_id.c_str(), std::getenv("HF_ENDPOINT"));
    std::fflush(stdout);
    const std::filesystem::path file = scratch.path / "answers.txt";
    const std::string command = "'" + std::string(argv[0]) + "' --load '" + repo_id + "' '" + file.string() + "'";
    if (std::system(command.c_str()) != 0) return 1;
    return compare(answers, file, tolerance);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
