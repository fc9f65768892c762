// SPDX-License-Identifier: Apache-2.0
#include "checkpoints/dduf_read.hpp"

#include "checkpoints/dduf_rules.hpp"
#include "checkpoints/zip_archive.hpp"

#include "huggingface_hub/detail/mapped_file.hpp"
#include "huggingface_hub/errors.hpp"

#include <cerrno>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

[[noreturn]] void refuse_dduf(const std::filesystem::path& path, const std::string& why) {
  Error error;
  error.code = ErrorCode::dduf_corrupted;
  error.message = "Cannot read the DDUF file '" + path.string() + "': " + why + ".";
  error.path = path;
  throw_error(error);
}

}  // namespace

namespace checkpoints {

DDUFEntries read_dduf(std::string_view bytes, const std::filesystem::path& path) {
  std::vector<DDUFEntry> entries;
  std::set<std::string> names;
  const auto check_name = [&](const std::string& name) {
    if (const auto problem = dduf_name_problem(name)) {
      refuse_dduf(path, "Invalid entry name in DDUF file: " + name + " (" + *problem + ")");
    }
  };
  try {
    for (ZipEntry& entry : read_stored_zip(bytes, check_name)) {
      names.insert(entry.name);
      entries.push_back({path, std::move(entry.name), entry.size, entry.offset});
    }
  } catch (const ZipFailure& failure) {
    refuse_dduf(path, failure.problem == ZipProblem::compressed
                          ? "Data must not be compressed in DDUF file, and " + failure.why
                          : failure.why);
  }
  DDUFEntries all(std::move(entries));
  const DDUFEntry* const index = all.find(kDdufIndex);
  if (index == nullptr) refuse_dduf(path, "Missing required 'model_index.json' entry in DDUF file");
  const auto problem = dduf_structure_problem(
      bytes.substr(static_cast<std::size_t>(index->offset), static_cast<std::size_t>(index->length)), names);
  if (problem) refuse_dduf(path, *problem);
  return all;
}

}  // namespace checkpoints

DDUFEntries read_dduf_file(const std::filesystem::path& path) {
  return checkpoints::read_dduf(detail::MappedFile::open(path)->bytes(), path);
}

const DDUFEntry& DDUFEntries::at(std::string_view filename) const {
  const DDUFEntry* const entry = find(filename);
  if (entry == nullptr) {
    throw_error(ErrorCode::local_entry_not_found, "The DDUF file has no entry '" + std::string(filename) + "'.");
  }
  return *entry;
}

DDUFBytes DDUFEntry::as_mmap() const {
  auto file = detail::MappedFile::open(dduf_path);
  if (offset > file->size() || length > file->size() - offset) {
    detail::throw_io_error("The file is shorter than it was:", dduf_path, EIO);
  }
  char* const data = file->data() + offset;
  return {data, static_cast<std::size_t>(length), std::move(file)};
}

std::string DDUFEntry::read_text() const { return std::string(as_mmap().view()); }

HUGGINGFACE_HUB_NAMESPACE_END
