// SPDX-License-Identifier: Apache-2.0
// The other end of the measurements: an embedded hub with the repositories that are fetched, and ways to it that are
// slow or far. Prints one line `NAME URL` for each, then serves until its standard input ends. Asked for `bytes`, it
// prints how many went through slow50 so far.
//
//   bench_transfer_hub FOLDER MIB SMALL_FILES
//
// direct: loopback as it is. slow50, slow10: each connection gets 50 or 10 MB/s. far: 40 ms for each round trip.
// sink: takes uploads and keeps nothing.
#include "sink.hpp"

#include "huggingface_hub/server/embedded_hub.hpp"
#include "huggingface_hub/server/fault_proxy.hpp"

#include <chrono>
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

void fill(hf::server::EmbeddedHub& hub, std::size_t mib, int small) {
  hf::server::HubFileOptions lfs;
  lfs.lfs = true;
  hub.add_file("bench/large", "model.bin", noise(mib << 20, 1), lfs);
  hub.add_file("bench/half", "model.bin", noise((mib << 20) / 2, 2), lfs);
  hub.add_file("bench/quarter", "model.bin", noise((mib << 20) / 4, 3), lfs);
  for (std::uint64_t i = 0; i < 8; ++i) {
    hub.add_file("bench/eight", "model-" + std::to_string(i) + ".bin", noise((mib << 20) / 8, 10 + i), lfs);
  }
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < small; ++i) {
    files.emplace_back("data/" + std::to_string(i) + ".txt", text(2048, static_cast<std::uint64_t>(i) + 100));
  }
  hub.add_files("bench/small", files);
}

void serve(const std::string& folder, std::size_t mib, int small) {
  hf::server::EmbeddedHubOptions options;
  options.folder = folder;
  auto hub = hf::server::EmbeddedHub::start(options);
  fill(hub, mib, small);
  auto slow50 = hf::server::FaultProxy::in_front_of(hub);
  slow50.on_each_body("/").throttle(50'000'000);
  auto slow10 = hf::server::FaultProxy::in_front_of(hub);
  slow10.on_each_body("/").throttle(10'000'000);
  auto far = hf::server::FaultProxy::in_front_of(hub);
  far.set_latency(std::chrono::milliseconds(20));
  bench::Sink sink;
  std::cout << "direct " << hub.url() << "\nslow50 " << slow50.url() << "\nslow10 " << slow10.url() << "\nfar "
            << far.url() << "\nsink " << sink.url() << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line == "bytes") std::cout << slow50.bytes(hf::server::Flow::to_client) << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: bench_transfer_hub FOLDER MIB SMALL_FILES\n";
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
