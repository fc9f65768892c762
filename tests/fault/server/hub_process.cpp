// SPDX-License-Identifier: Apache-2.0
// A hub over the folder named by the argument, to be killed: prints its port.
#include "huggingface_hub/server/embedded_hub.hpp"

#include <cstdlib>
#include <iostream>

int main(int count, char** arguments) {
  if (count != 2) return EXIT_FAILURE;
  huggingface_hub::server::EmbeddedHubOptions options;
  options.folder = arguments[1];
  options.sync = false;  // A killed process loses nothing that it has written.
  options.tokens = {{huggingface_hub::server::TokenRole::write, "hf_w", "user"}};
  auto hub = huggingface_hub::server::EmbeddedHub::start(options);
  std::cout << hub.port() << std::endl;
  hub.wait();
}
