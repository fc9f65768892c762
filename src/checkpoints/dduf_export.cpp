// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/serialization/dduf.hpp"

#include "checkpoints/dduf_rules.hpp"
#include "checkpoints/zip_archive.hpp"

#include "huggingface_hub/detail/mapped_file.hpp"
#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

[[noreturn]] void refuse_export(const std::filesystem::path& path, const std::string& why,
                                ErrorCode code = ErrorCode::dduf_export) {
  Error error;
  error.code = code;
  error.message = "Cannot write the DDUF file '" + path.string() + "': " + why + ".";
  error.path = path;
  throw_error(error);
}

/// Hands the content to `take`, piece by piece.
void read_source(const DDUFSource& source, const std::function<void(const char*, std::size_t)>& take) {
  if (source.is_content()) return take(source.bytes().data(), source.bytes().size());
  std::ifstream file(source.path(), std::ios::binary);
  if (!file) detail::throw_io_error("Cannot open", source.path(), errno);
  std::vector<char> buffer(std::size_t{1} << 20);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    take(buffer.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof()) detail::throw_io_error("Cannot read", source.path(), EIO);
}

std::string stripped(std::string name) {
  name.erase(0, std::min(name.find_first_not_of('/'), name.size()));
  return name;
}

/// Adds one entry; gives its content where that is the index.
std::optional<std::string> add_source(checkpoints::ZipWriter& archive, const DDUFSource& source) {
  std::optional<std::string> index;
  if (source.filename() == checkpoints::kDdufIndex) index.emplace();
  archive.begin(stripped(source.filename()));
  read_source(source, [&](const char* data, std::size_t size) {
    archive.write(data, size);
    if (index) index->append(data, size);
  });
  archive.end();
  return index;
}

}  // namespace

void export_entries_as_dduf(const std::filesystem::path& path, const NextDDUFSource& next) {
  try {
    checkpoints::ZipWriter archive(path);
    std::set<std::string> names;
    std::optional<std::string> index;
    while (const std::optional<DDUFSource> source = next()) {
      const std::string& name = source->filename();
      if (!names.insert(name).second) refuse_export(path, "Can't add duplicate entry: " + name);
      if (const auto problem = checkpoints::dduf_name_problem(name)) {
        refuse_export(path, "Invalid entry name: " + name + " (" + *problem + ")", ErrorCode::dduf_invalid_entry_name);
      }
      if (auto found = add_source(archive, *source)) index = std::move(found);
    }
    if (!index) refuse_export(path, "Missing required 'model_index.json' entry in DDUF file");
    if (const auto problem = checkpoints::dduf_structure_problem(*index, names)) refuse_export(path, *problem);
    archive.commit();
  } catch (const checkpoints::ZipFailure& failure) {
    refuse_export(path, failure.why);
  }
}

void export_entries_as_dduf(const std::filesystem::path& path, const std::vector<DDUFSource>& entries) {
  auto entry = entries.begin();
  export_entries_as_dduf(path, [&]() -> std::optional<DDUFSource> {
    return entry == entries.end() ? std::nullopt : std::optional<DDUFSource>(*entry++);
  });
}

void export_folder_as_dduf(const std::filesystem::path& path, const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (std::filesystem::recursive_directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    std::error_code unknown;
    if (entry.depth() > 0) entry.disable_recursion_pending();  // Deeper ones are left out.
    if (!entry->is_regular_file(unknown)) continue;
    const std::string name = entry->path().lexically_relative(folder).generic_string();
    if (checkpoints::has_dduf_extension(entry->path().filename().string())) names.push_back(name);
  }
  if (failure) detail::throw_io_error("Cannot list", folder, failure.value());
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    const bool a_is_index = a == checkpoints::kDdufIndex;
    return a_is_index != (b == checkpoints::kDdufIndex) ? a_is_index : a < b;
  });
  std::vector<DDUFSource> sources;
  for (const std::string& name : names) sources.push_back(DDUFSource::file(name, folder / name));
  export_entries_as_dduf(path, sources);
}

HUGGINGFACE_HUB_NAMESPACE_END
