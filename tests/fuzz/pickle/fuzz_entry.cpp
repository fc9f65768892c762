// SPDX-License-Identifier: Apache-2.0
#include "checkpoints/pickle.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace ck = huggingface_hub::checkpoints;

/// Whatever the bytes: a value, or `PickleFailure`; no more values than allowed, and none that is called.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ck::PickleLimits limits;
  limits.values = 10'000;
  limits.memo = 1'000;
  try {
    const ck::Pickle pickle = ck::read_pickle({reinterpret_cast<const char*>(data), size}, limits);
    if (pickle.root == nullptr || pickle.values.size() > limits.values) std::abort();
    (void)pickle.root->kind();
  } catch (const ck::PickleFailure& failure) {
    if (failure.why.empty()) std::abort();
  }
  return 0;
}
