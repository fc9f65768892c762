// SPDX-License-Identifier: Apache-2.0
// A program that uploads a folder, to be killed on the way, or to be looked at from outside.
//   upload_process <endpoint> <token> <home> <repository> <folder>
#include "huggingface_hub/hf_api.hpp"

#include <cstdio>
#include <exception>

namespace hf = huggingface_hub;

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  try {
    hf::HfApiOptions options;
    options.config = hf::Config();
    options.config->hf_home = argv[3];
    options.endpoint = argv[1];
    options.token = argv[2];
    hf::HfApi(options).upload_folder(argv[4], argv[5]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
