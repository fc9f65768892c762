// SPDX-License-Identifier: Apache-2.0
// The directory of an archive is read by minizip from the memory it is mapped to; what it says is checked here.
#include "checkpoints/zip_archive.hpp"

#include <unzip.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {
namespace {

/// Memory as minizip's file.
struct MemoryFile {
  std::string_view bytes;
  std::uint64_t at{0};
};

extern "C" {

voidpf memory_open(voidpf opaque, const void*, int) { return opaque; }
int memory_close(voidpf, voidpf) { return 0; }
int memory_error(voidpf, voidpf) { return 0; }
uLong memory_write(voidpf, voidpf, const void*, uLong) { return 0; }
ZPOS64_T memory_tell(voidpf, voidpf stream) { return static_cast<MemoryFile*>(stream)->at; }

uLong memory_read(voidpf, voidpf stream, void* buffer, uLong size) {
  auto& file = *static_cast<MemoryFile*>(stream);
  const std::uint64_t left = file.at < file.bytes.size() ? file.bytes.size() - file.at : 0;
  const std::uint64_t count = std::min<std::uint64_t>(size, left);
  if (count > 0) std::memcpy(buffer, file.bytes.data() + file.at, count);
  file.at += count;
  return static_cast<uLong>(count);
}

long memory_seek(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  auto& file = *static_cast<MemoryFile*>(stream);
  const std::uint64_t base = origin == ZLIB_FILEFUNC_SEEK_SET ? 0
                             : origin == ZLIB_FILEFUNC_SEEK_CUR ? file.at
                                                                : file.bytes.size();
  if (offset > file.bytes.size() - std::min<std::uint64_t>(base, file.bytes.size())) return -1;
  file.at = base + offset;
  return 0;
}

}  // extern "C"

struct ArchiveClose {
  void operator()(void* archive) const noexcept { unzClose(archive); }
};
using Archive = std::unique_ptr<void, ArchiveClose>;

[[noreturn]] void damaged(const std::string& why) { throw ZipFailure{ZipProblem::not_an_archive, why, {}}; }

/// The end of the directory must be whole and end the archive. minizip reads one that is cut short as an empty archive,
/// and takes the last signature it finds, be it within the comment.
void check_end(std::string_view bytes) {
  constexpr std::string_view kSignature = "PK\x05\x06";
  constexpr std::size_t kEndSize = 22;
  constexpr std::size_t kMaxComment = 65535;
  const std::size_t tail = std::min(bytes.size(), kEndSize + kMaxComment);
  const std::size_t at = bytes.substr(bytes.size() - tail).rfind(kSignature);
  if (at == std::string_view::npos) damaged("it is not a ZIP archive");
  const std::string_view end = bytes.substr(bytes.size() - tail + at);
  if (end.size() < kEndSize) damaged("it is cut short");
  const std::size_t comment = static_cast<unsigned char>(end[20]) + std::size_t{256} * static_cast<unsigned char>(end[21]);
  if (end.size() != kEndSize + comment) damaged("it is not a ZIP archive, or has bytes after its end");
}

/// The entry minizip stands at, without its place.
ZipEntry described_entry(unzFile archive) {
  unz_file_info64 info{};
  std::string name(kMaxZipNameLength + 1, '\0');
  if (unzGetCurrentFileInfo64(archive, &info, name.data(), static_cast<uLong>(name.size()), nullptr, 0, nullptr, 0) !=
      UNZ_OK) {
    damaged("its directory is damaged");
  }
  if (info.size_filename > kMaxZipNameLength) {
    throw ZipFailure{ZipProblem::bad_entry, "it has an entry with a name of " + std::to_string(info.size_filename) +
                                                " bytes; 4096 are allowed", {}};
  }
  name.resize(info.size_filename);
  const auto refuse = [&](ZipProblem problem, const std::string& why) {
    throw ZipFailure{problem, "its entry '" + name + "' " + why, name};
  };
  if (name.find('\0') != std::string::npos) refuse(ZipProblem::bad_entry, "has a NUL byte in its name");
  if (info.compression_method != 0) refuse(ZipProblem::compressed, "is compressed");
  if ((info.flag & 1U) != 0) refuse(ZipProblem::bad_entry, "is encrypted");
  if (info.compressed_size != info.uncompressed_size) refuse(ZipProblem::bad_entry, "has two sizes");
  return {std::move(name), 0, info.uncompressed_size};
}

void find_place(unzFile archive, std::size_t archive_size, ZipEntry& entry) {
  const auto refuse = [&entry](const std::string& why) {
    throw ZipFailure{ZipProblem::bad_entry, "its entry '" + entry.name + "' " + why, entry.name};
  };
  int method = 0;
  int level = 0;
  if (unzOpenCurrentFile2(archive, &method, &level, /*raw=*/1) != UNZ_OK) {
    refuse("is not where the directory says, or not what it says");
  }
  entry.offset = unzGetCurrentFileZStreamPos64(archive);
  unzCloseCurrentFile(archive);
  if (entry.offset > archive_size || entry.size > archive_size - entry.offset) refuse("is cut short");
}

void refuse_overlap(std::vector<ZipEntry> entries) {
  std::sort(entries.begin(), entries.end(), [](const ZipEntry& a, const ZipEntry& b) { return a.offset < b.offset; });
  const ZipEntry* before = nullptr;
  for (const ZipEntry& entry : entries) {
    if (entry.size == 0) continue;
    if (before != nullptr && entry.offset < before->offset + before->size) {
      throw ZipFailure{ZipProblem::bad_entry, "its entries '" + before->name + "' and '" + entry.name + "' overlap",
                       entry.name};
    }
    before = &entry;
  }
}

}  // namespace

std::vector<ZipEntry> read_stored_zip(std::string_view bytes, const std::function<void(const std::string&)>& visit) {
  check_end(bytes);
  MemoryFile file{bytes};
  zlib_filefunc64_def functions{memory_open, memory_read,  memory_write, memory_tell,
                                memory_seek, memory_close, memory_error, &file};
  const Archive archive(unzOpen2_64("archive", &functions));
  unz_global_info64 global{};
  if (!archive || unzGetGlobalInfo64(archive.get(), &global) != UNZ_OK) damaged("it is not a ZIP archive");
  if (global.number_entry > kMaxZipEntries) {
    throw ZipFailure{ZipProblem::bad_entry, "it has " + std::to_string(global.number_entry) + " entries; " +
                                                std::to_string(kMaxZipEntries) + " are allowed", {}};
  }
  std::vector<ZipEntry> entries;
  std::set<std::string> names;
  for (ZPOS64_T i = 0; i < global.number_entry; ++i) {
    const int moved = i == 0 ? unzGoToFirstFile(archive.get()) : unzGoToNextFile(archive.get());
    if (moved != UNZ_OK) damaged("its directory is cut short");
    ZipEntry entry = described_entry(archive.get());
    if (visit) visit(entry.name);
    if (!names.insert(entry.name).second) {
      throw ZipFailure{ZipProblem::bad_entry, "its entry '" + entry.name + "' is there twice", entry.name};
    }
    find_place(archive.get(), bytes.size(), entry);
    entries.push_back(std::move(entry));
  }
  refuse_overlap(entries);
  return entries;
}

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
