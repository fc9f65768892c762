// SPDX-License-Identifier: Apache-2.0
// An embedded hub for the tests in other languages: prints its URL, and ends when its standard input does.
#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/server/embedded_hub.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace server = huggingface_hub::server;

namespace {

server::EmbeddedHubOptions parse(int count, char** arguments) {
  server::EmbeddedHubOptions options;
  options.tokens = {{server::TokenRole::write, "hf_user_write", "user"},
                    {server::TokenRole::read, "hf_user_read", "user"},
                    {server::TokenRole::write, "hf_bob_write", "bob"}};
  options.organizations = {{{"user", "bob"}, "acme"}};
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    const std::string value(equals == std::string_view::npos ? "" : argument.substr(equals + 1));
    if (name == "--folder") options.folder = value;
    if (name == "--storage-url") options.storage_url = value;
    if (name == "--part-size") options.lfs_part_size = std::stoull(value);
    if (name == "--page-size") options.page_size = std::stoull(value);
    if (name == "--resolve-cache") options.resolve_cache_redirect = true;
  }
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    auto hub = server::EmbeddedHub::start(parse(count, arguments));
    std::cout << hub.url() << std::endl;
    std::string line;
    while (std::getline(std::cin, line)) {
    }
    return EXIT_SUCCESS;
  } catch (const huggingface_hub::HfHubError& error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
