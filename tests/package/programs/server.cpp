// SPDX-License-Identifier: Apache-2.0
// A user's program in C++17 with both libraries: the fault proxy refuses, and the client says so.
#include <huggingface_hub/hf_api.hpp>
#include <huggingface_hub/server/fault_proxy.hpp>

#include <iostream>

namespace hf = huggingface_hub;

namespace {

/// An error made in the library of the server is caught by its class here.
bool server_refuses_a_bad_url() {
  try {
    hf::server::FaultProxy::in_front_of(std::string("not a URL"));
  } catch (const hf::HFValidationError&) {
    return true;
  }
  return false;
}

bool client_reports_the_fault() {
  auto network = hf::server::FaultProxy::in_front_of(std::string("http://127.0.0.1:1"));
  network.on_next_connection().refuse();
  hf::HfApiOptions options;
  options.endpoint = network.url();
  options.retry = hf::RetryOptions();
  options.retry->max_retries = 0;
  try {
    hf::HfApi(options).model_info("me/tiny");
  } catch (const hf::HfTransportError&) {
    return true;
  }
  return false;
}

}  // namespace

int main() {
  const bool good = server_refuses_a_bad_url() && client_reports_the_fault();
  std::cout << (good ? "client and server work\n" : "client and server do not work\n");
  return good ? 0 : 1;
}
