// SPDX-License-Identifier: Apache-2.0
// The other end of the measurements: an embedded hub with one large file and many small ones. Prints its URL, then
// serves until its standard input ends.
//
//   bench_transfer_hub FOLDER LARGE_BYTES SMALL_FILES

#include "huggingface_hub/server/embedded_hub.hpp"

#include <cstdint>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace hf = huggingface_hub;

// Bytes that nothing on the way can make smaller.
std::string noise(std::size_t size, std::uint64_t state) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i + sizeof state <= size; i += sizeof state) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::memcpy(bytes.data() + i, &state, sizeof state);
  }
  return bytes;
}

// A hub keeps binary files in its large-file storage and answers them with a redirect; the small ones are text, as
// configurations and vocabularies are.
std::string text(std::size_t size, std::uint64_t state) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";
  std::string bytes = noise(size, state);
  for (char& byte : bytes) byte = kDigits[static_cast<unsigned char>(byte) % kDigits.size()];
  return bytes;
}

void serve(const std::string& folder, std::size_t large, int small) {
  hf::server::EmbeddedHubOptions options;
  options.folder = folder;
  auto hub = hf::server::EmbeddedHub::start(options);
  if (!hub.resolve("bench/large")) {
    hf::server::HubFileOptions lfs;
    lfs.lfs = true;
    hub.add_file("bench/large", "model.bin", noise(large, 1), lfs);
    std::vector<std::pair<std::string, std::string>> files;
    for (int i = 0; i < small; ++i) {
      files.emplace_back("data/" + std::to_string(i) + ".txt", text(2048, static_cast<std::uint64_t>(i) + 2));
    }
    hub.add_files("bench/small", files);
  }
  std::cout << hub.url() << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: bench_transfer_hub FOLDER LARGE_BYTES SMALL_FILES\n";
    return 2;
  }
  try {
    serve(argv[1], std::stoull(argv[2]), std::stoi(argv[3]));
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
