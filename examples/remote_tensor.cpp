// SPDX-License-Identifier: Apache-2.0
// Lists the tensors of a checkpoint on the Hub, or fetches one of them: the rest of the file stays where it is.
//
//   remote_tensor REPO [TENSOR]
#include <huggingface_hub/huggingface_hub.hpp>

#include <iostream>

namespace hf = huggingface_hub;

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: remote_tensor REPO [TENSOR]\n";
    return 2;
  }
  try {
    const hf::RemoteSafetensors model = hf::open_remote_safetensors(argv[1]);
    if (argc == 2) {
      for (const auto& tensor : model.infos()) {
        std::cout << tensor.name << ' ' << hf::safetensors::to_string(tensor.dtype) << ' ' << tensor.byte_size() << " bytes\n";
      }
      return 0;
    }
    const std::vector<float> values = model.copy<float>(argv[2]);
    double sum = 0;
    for (const float value : values) sum += static_cast<double>(value);
    std::cout << values.size() << " values, mean " << sum / static_cast<double>(values.size()) << '\n';
  } catch (const hf::HfHubError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
