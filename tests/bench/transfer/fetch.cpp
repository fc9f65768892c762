// SPDX-License-Identifier: Apache-2.0
// What is measured, where the command is not built: one download by the library.
//
//   bench_transfer_fetch file REPO NAME     (HF_ENDPOINT and HF_HOME say where from and where to)
//   bench_transfer_fetch snapshot REPO

#include "huggingface_hub/hf_api.hpp"

#include <exception>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  namespace hf = huggingface_hub;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    const hf::HfApi api;
    if (arguments.size() == 3 && arguments[0] == "file") {
      std::cout << api.hf_hub_download(arguments[1], arguments[2]).string() << "\n";
    } else if (arguments.size() == 2 && arguments[0] == "snapshot") {
      std::cout << api.snapshot_download(arguments[1]).string() << "\n";
    } else {
      std::cerr << "usage: bench_transfer_fetch file REPO NAME | snapshot REPO\n";
      return 2;
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
