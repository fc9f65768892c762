// SPDX-License-Identifier: Apache-2.0
#include "formats/yaml_reader.hpp"
#include "formats/yaml_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace hub = huggingface_hub;

/// Whatever the bytes: a value or an error, within small limits. What was read is written, and what was written is
/// read back and written again as the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hub::YamlLimits limits;
  limits.nodes = 20'000;
  limits.expanded_bytes = std::size_t{1} << 20;
  const auto read = hub::read_yaml(std::string_view(reinterpret_cast<const char*>(data), size), limits);
  if (!read.ok()) return 0;
  const std::string written = hub::write_yaml(*read).value();
  // PyYAML writes "next line" as a line break within quotes, and reads a space there: what is written is its bytes.
  if (written.find("\xC2\x85") != std::string::npos) return 0;
  const auto again = hub::read_yaml(written);
  if (!again.ok()) {
    std::fprintf(stderr, "%s\n%s", again.error().message.c_str(), written.c_str());
    std::abort();
  }
  if (hub::write_yaml(*again).value() != written) {
    std::fprintf(stderr, "first:\n%ssecond:\n%s", written.c_str(), hub::write_yaml(*again).value().c_str());
    std::abort();
  }
  return 0;
}
