// SPDX-License-Identifier: Apache-2.0
// In place of zip_reader.cpp and zip_writer.cpp where minizip was not found.
#include "checkpoints/zip_archive.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {
namespace {

[[noreturn]] void refuse_without_minizip() {
  throw ZipFailure{ZipProblem::absent, "this library was built without minizip, which archives need", {}};
}

}  // namespace

struct ZipWriter::State {};

std::vector<ZipEntry> read_stored_zip(std::string_view, const std::function<void(const std::string&)>&) {
  refuse_without_minizip();
}

ZipWriter::ZipWriter(const std::filesystem::path&) { refuse_without_minizip(); }
ZipWriter::~ZipWriter() = default;
void ZipWriter::begin(const std::string&) {}
void ZipWriter::write(const void*, std::size_t) {}
void ZipWriter::end() {}
void ZipWriter::commit() {}

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
