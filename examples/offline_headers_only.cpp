// SPDX-License-Identifier: Apache-2.0
// Reads weights from the shared cache without any network code: this program links `huggingface_hub::headers`, which
// is headers and nothing else.
//
//   offline_headers_only REPO [FILE]
#include <huggingface_hub/cache/lookup.hpp>
#include <huggingface_hub/safetensors/reader.hpp>

#include <iostream>
#include <string>

namespace hf = huggingface_hub;

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: offline_headers_only REPO [FILE]\n";
    return 2;
  }
  const std::string filename = argc > 2 ? argv[2] : "model.safetensors";
  try {
    const auto cached = hf::try_to_load_from_cache(argv[1], filename);
    if (!cached) {
      std::cerr << filename << " is not in the cache. Fetch it once with any client of the Hub.\n";
      return 1;
    }
    const auto file = hf::safetensors::File::open(cached.path());
    for (const auto& tensor : file.tensors()) {
      std::cout << tensor.name << ' ' << hf::safetensors::to_string(tensor.dtype);
      for (const auto dimension : tensor.shape) std::cout << ' ' << dimension;
      std::cout << '\n';
    }
  } catch (const hf::HfHubError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
