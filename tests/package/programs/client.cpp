// SPDX-License-Identifier: Apache-2.0
// A user's program in C++17: an error of the library is caught by its class, on this side of a shared library.
#include <huggingface_hub/hf_api.hpp>
#include <huggingface_hub/version.hpp>

#include <cstring>
#include <iostream>
#include <stdexcept>

namespace hf = huggingface_hub;

namespace {

bool refuses_a_bad_name(const hf::HfApi& api) {
  try {
    api.model_info("not/a/name");
  } catch (const hf::HFValidationError& error) {
    return error.code() == hf::ErrorCode::validation && std::strlen(error.what()) > 0;
  }
  return false;
}

bool reports_a_hub_that_is_not_there(const hf::HfApi& api) {
  try {
    api.model_info("me/tiny");
  } catch (const hf::HfTransportError&) {
    return true;
  }
  return false;
}

bool is_also_a_standard_exception(const hf::HfApi& api) {
  try {
    api.model_info("not/a/name");
  } catch (const std::runtime_error&) {
    return true;
  }
  return false;
}

}  // namespace

int main() {
  hf::HfApiOptions options;
  options.endpoint = "http://127.0.0.1:1";  // Nothing listens on port 1.
  options.retry = hf::RetryOptions();
  options.retry->max_retries = 0;
  const hf::HfApi api(options);

  const bool good =
      refuses_a_bad_name(api) && reports_a_hub_that_is_not_there(api) && is_also_a_standard_exception(api);
  std::cout << "huggingface_hub " << hf::kVersion << (good ? " works\n" : " does not work\n");
  return good ? 0 : 1;
}
