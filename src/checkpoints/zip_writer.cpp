// SPDX-License-Identifier: Apache-2.0
#include "checkpoints/zip_archive.hpp"

#include <zip.h>

#include <algorithm>
#include <random>
#include <system_error>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {
namespace {

constexpr uLong kFirstDosDate = (1U << 21) | (1U << 16);  // 1980-01-01 00:00, the first there is.
constexpr uLong kUtf8Name = 0x800;
constexpr uLong kMadeByUnix = (3U << 8) | 45U;

}  // namespace

struct ZipWriter::State {
  std::filesystem::path path{};
  std::filesystem::path temporary{};
  zipFile archive{nullptr};

  [[noreturn]] void fail() const {
    throw ZipFailure{ZipProblem::not_an_archive, "'" + path.string() + "' cannot be written", {}};
  }
};

ZipWriter::ZipWriter(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
  state_->path = path;
  state_->temporary = path;
  std::random_device random;
  state_->temporary += "." + std::to_string(random()) + std::to_string(random()) + ".tmp";
  state_->archive = zipOpen64(state_->temporary.string().c_str(), APPEND_STATUS_CREATE);
  if (state_->archive == nullptr) state_->fail();
}

ZipWriter::~ZipWriter() {
  if (state_->archive != nullptr) zipClose(state_->archive, nullptr);
  std::error_code ignored;
  if (!state_->temporary.empty()) std::filesystem::remove(state_->temporary, ignored);
}

void ZipWriter::begin(const std::string& name) {
  zip_fileinfo about{};
  about.dosDate = kFirstDosDate;
  const bool is_ascii = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (zipOpenNewFileInZip4_64(state_->archive, name.c_str(), &about, nullptr, 0, nullptr, 0, nullptr, /*method=*/0,
                              /*level=*/0, /*raw=*/0, -MAX_WBITS, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, nullptr, 0,
                              kMadeByUnix, is_ascii ? 0 : kUtf8Name, /*zip64=*/1) != ZIP_OK) {
    state_->fail();
  }
}

void ZipWriter::write(const void* data, std::size_t size) {
  constexpr std::size_t kPiece = std::size_t{1} << 26;
  const char* next = static_cast<const char*>(data);
  while (size > 0) {
    const std::size_t count = std::min(size, kPiece);
    if (zipWriteInFileInZip(state_->archive, next, static_cast<unsigned>(count)) != ZIP_OK) state_->fail();
    next += count;
    size -= count;
  }
}

void ZipWriter::end() {
  if (zipCloseFileInZip(state_->archive) != ZIP_OK) state_->fail();
}

void ZipWriter::commit() {
  const zipFile archive = state_->archive;
  state_->archive = nullptr;
  if (zipClose(archive, nullptr) != ZIP_OK) state_->fail();
  std::error_code failure;
  std::filesystem::rename(state_->temporary, state_->path, failure);
  if (failure) state_->fail();
  state_->temporary.clear();
}

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
