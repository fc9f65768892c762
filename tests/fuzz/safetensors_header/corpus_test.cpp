// SPDX-License-Identifier: Apache-2.0
#include "support/safetensors_cases.hpp"

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace huggingface_hub {
namespace {

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

/// The conformance cases are the seed corpus; each is also tried cut at every byte and with every byte changed.
TEST(FuzzSafetensorsHeader, SurvivesItsCorpusAndItsNeighbours) {
  using namespace testing::safetensors_cases;
  for (const auto& cases : {good(), bad_length(), bad_json(), bad_members(), bad_numbers(), bad_layout()}) {
    for (const Case& given : cases) {
      run(given.file);
      for (std::size_t i = 0; i < given.file.size(); ++i) {
        run(given.file.substr(0, i));
        std::string changed = given.file;
        changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
        run(changed);
      }
    }
  }
}

}  // namespace
}  // namespace huggingface_hub
