// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/serialization/gguf.hpp"

#include "checkpoints/gguf_types.hpp"

#include "huggingface_hub/detail/mapped_file.hpp"
#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_set>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace gguf {
namespace {

enum class Type : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, text, array, u64, i64, f64 };

constexpr std::size_t kFirstPiece = std::size_t{64} << 10;
constexpr std::size_t kLargestPiece = std::size_t{4} << 20;
constexpr std::uint64_t kMaxDimensions = 8;    // ggml has 4.
constexpr std::uint64_t kMaxNameBytes = 65535;  // Of keys and tensors.
constexpr int kMaxArrayDepth = 3;

/// The bytes of a file one after the other, fetched in pieces that grow.
class Bytes {
 public:
  Bytes(const ReadAt& read, std::uint64_t file_size, const std::string& source, const Limits& limits)
      : read_(read), file_size_(file_size), source_(source), limits_(limits) {}

  [[noreturn]] void fail(const std::string& why) const {
    Error error;
    error.code = ErrorCode::gguf;
    error.message = "Not a valid GGUF file (" + source_ + "): " + why + ".";
    error.path = source_;
    throw_error(error);
  }

  /// Of all that has not been taken yet.
  [[nodiscard]] std::uint64_t left() const noexcept { return file_size_ - position(); }
  [[nodiscard]] std::uint64_t position() const noexcept { return begin_ + at_; }

  void take(void* target, std::uint64_t size) {
    check(size);
    auto* next = static_cast<char*>(target);
    while (size > 0) {
      if (at_ == buffer_.size()) fetch();
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer_.size() - at_));
      std::memcpy(next, buffer_.data() + at_, count);
      next += count;
      at_ += count;
      size -= count;
    }
  }

  template <typename T>
  T number() {
    T value{};
    take(&value, sizeof value);
    return value;
  }

  std::string text(std::uint64_t size) {
    check(size);
    std::string value(static_cast<std::size_t>(size), '\0');
    take(value.data(), size);
    return value;
  }

  /// Refuses what the file or the limit does not have.
  void check(std::uint64_t size) const {
    if (size > left()) fail("it is cut short: " + std::to_string(size) + " bytes are promised at " +
                            std::to_string(position()) + ", the file ends at " + std::to_string(file_size_));
    if (size > limits_.header_bytes || position() > limits_.header_bytes - size) {
      fail("its header has more than " + std::to_string(limits_.header_bytes) + " bytes");
    }
  }

 private:
  void fetch() {
    begin_ += buffer_.size();
    at_ = 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece_, file_size_ - begin_));
    piece_ = std::min(piece_ * 2, kLargestPiece);
    buffer_.resize(wanted);
    std::size_t got = 0;
    while (got < wanted) {
      const std::size_t count = read_(begin_ + got, buffer_.data() + got, wanted - got);
      if (count == 0) fail("it is shorter than was said");
      got += std::min(count, wanted - got);
    }
  }

  const ReadAt& read_;
  std::uint64_t file_size_;
  const std::string& source_;
  const Limits& limits_;
  std::string buffer_{};
  std::uint64_t begin_{0};
  std::size_t at_{0};
  std::size_t piece_{kFirstPiece};
};

class Reader {
 public:
  Reader(Bytes& bytes, std::uint64_t file_size, const Limits& limits)
      : bytes_(bytes), file_size_(file_size), items_left_(limits.array_items), limits_(limits) {}

  Header read() {
    char magic[4] = {};
    if (bytes_.left() < sizeof magic) bytes_.fail("it is too short");
    bytes_.take(magic, sizeof magic);
    if (std::memcmp(magic, "GGUF", sizeof magic) != 0) bytes_.fail("it does not begin with GGUF");
    header_.version = bytes_.number<std::uint32_t>();
    if (header_.version != 0 && (header_.version & 0xFFFFU) == 0) bytes_.fail("it is big endian");
    if (header_.version < 1 || header_.version > 3) {
      bytes_.fail("it is of version " + std::to_string(header_.version) + "; 1 to 3 are known");
    }
    const std::uint64_t tensors = count("tensors", limits_.tensor_count);
    const std::uint64_t entries = count("entries of metadata", limits_.metadata_count);
    for (std::uint64_t i = 0; i < entries; ++i) read_entry();
    read_alignment();
    for (std::uint64_t i = 0; i < tensors; ++i) read_tensor();
    const std::uint64_t end = bytes_.position();
    header_.data_begin = end + (header_.alignment - end % header_.alignment) % header_.alignment;
    for (const Tensor& tensor : header_.tensors) check_place(tensor);
    return std::move(header_);
  }

 private:
  /// Counts and lengths had 32 bits in version 1.
  std::uint64_t size() { return header_.version == 1 ? bytes_.number<std::uint32_t>() : bytes_.number<std::uint64_t>(); }

  std::uint64_t count(const char* what, std::uint64_t most) {
    const std::uint64_t value = size();
    if (value > most) bytes_.fail("it has " + std::to_string(value) + " " + what + "; " + std::to_string(most) + " are allowed");
    return value;
  }

  std::string name(const char* what) {
    const std::uint64_t length = size();
    if (length > kMaxNameBytes) bytes_.fail(std::string("it has ") + what + " of " + std::to_string(length) + " bytes");
    return bytes_.text(length);
  }

  void read_entry() {
    std::string key = name("a key");
    if (!keys_.insert(key).second) bytes_.fail("its key '" + key + "' is there twice");
    const auto type = bytes_.number<std::uint32_t>();
    header_.metadata.emplace_back(std::move(key), read_value(type, 0));
  }

  void read_alignment() {
    if (header_.find("general.alignment") == nullptr) return;
    const auto alignment = header_.number("general.alignment");
    if (!alignment || *alignment == 0 || *alignment % 8 != 0 || *alignment > (1U << 30)) {
      bytes_.fail("its general.alignment is not a multiple of 8");
    }
    header_.alignment = static_cast<std::uint32_t>(*alignment);
  }

  Value read_value(std::uint32_t type, int depth) {
    switch (static_cast<Type>(type)) {
      case Type::u8: return {std::uint64_t{bytes_.number<std::uint8_t>()}};
      case Type::i8: return {std::int64_t{bytes_.number<std::int8_t>()}};
      case Type::u16: return {std::uint64_t{bytes_.number<std::uint16_t>()}};
      case Type::i16: return {std::int64_t{bytes_.number<std::int16_t>()}};
      case Type::u32: return {std::uint64_t{bytes_.number<std::uint32_t>()}};
      case Type::i32: return {std::int64_t{bytes_.number<std::int32_t>()}};
      case Type::u64: return {bytes_.number<std::uint64_t>()};
      case Type::i64: return {bytes_.number<std::int64_t>()};
      case Type::f32: return {double{bytes_.number<float>()}};
      case Type::f64: return {bytes_.number<double>()};
      case Type::boolean: return {bytes_.number<std::uint8_t>() != 0};
      case Type::text: return {bytes_.text(size())};
      case Type::array: return read_array(depth);
    }
    bytes_.fail("it has a value of type " + std::to_string(type) + ", which is not known");
  }

  template <typename Stored, typename Item>
  Value read_numbers(std::uint64_t count) {
    bytes_.check(count * sizeof(Stored));  // Bounded by `items_left_`: no overflow.
    std::vector<Item> items;
    items.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; i < count; ++i) items.push_back(static_cast<Item>(bytes_.number<Stored>()));
    return {std::move(items)};
  }

  Value read_array(int depth) {
    if (depth >= kMaxArrayDepth) bytes_.fail("it has arrays in arrays in arrays");
    const auto type = bytes_.number<std::uint32_t>();
    const std::uint64_t count = size();
    if (count > items_left_) bytes_.fail("its arrays have more than " + std::to_string(limits_.array_items) + " items");
    items_left_ -= count;
    switch (static_cast<Type>(type)) {
      case Type::boolean:
      case Type::u8: return read_numbers<std::uint8_t, std::uint64_t>(count);
      case Type::i8: return read_numbers<std::int8_t, std::int64_t>(count);
      case Type::u16: return read_numbers<std::uint16_t, std::uint64_t>(count);
      case Type::i16: return read_numbers<std::int16_t, std::int64_t>(count);
      case Type::u32: return read_numbers<std::uint32_t, std::uint64_t>(count);
      case Type::i32: return read_numbers<std::int32_t, std::int64_t>(count);
      case Type::u64: return read_numbers<std::uint64_t, std::uint64_t>(count);
      case Type::i64: return read_numbers<std::int64_t, std::int64_t>(count);
      case Type::f32: return read_numbers<float, double>(count);
      case Type::f64: return read_numbers<double, double>(count);
      case Type::text: {
        bytes_.check(count * sizeof(std::uint32_t));
        std::vector<std::string> items;
        for (std::uint64_t i = 0; i < count; ++i) items.push_back(bytes_.text(size()));
        return {std::move(items)};
      }
      case Type::array: {
        bytes_.check(count * sizeof(std::uint64_t));
        Array items;
        for (std::uint64_t i = 0; i < count; ++i) items.push_back(read_array(depth + 1));
        return {std::move(items)};
      }
    }
    bytes_.fail("it has an array of type " + std::to_string(type) + ", which is not known");
  }

  void read_tensor() {
    Tensor tensor;
    tensor.name = name("a tensor's name");
    if (!names_.insert(tensor.name).second) bytes_.fail("its tensor '" + tensor.name + "' is there twice");
    const auto dimensions = bytes_.number<std::uint32_t>();
    if (dimensions > kMaxDimensions) refuse(tensor, "has " + std::to_string(dimensions) + " dimensions");
    std::uint64_t elements = 1;
    for (std::uint32_t i = 0; i < dimensions; ++i) {
      tensor.shape.push_back(size());
      if (tensor.shape.back() != 0 && elements > UINT64_MAX / tensor.shape.back()) refuse(tensor, "is larger than can be counted");
      elements *= tensor.shape.back();
    }
    tensor.type = bytes_.number<std::uint32_t>();
    tensor.offset = bytes_.number<std::uint64_t>();
    const auto* const type = checkpoints::find_gguf_type(tensor.type);
    if (type != nullptr) {
      const std::uint64_t row = tensor.shape.empty() ? 1 : tensor.shape.front();
      if (row % type->block_elements != 0) refuse(tensor, "has rows that are not whole blocks");
      const std::uint64_t blocks = elements / type->block_elements;
      if (blocks > UINT64_MAX / type->block_bytes) refuse(tensor, "is larger than can be counted");
      tensor.size = blocks * type->block_bytes;
    }
    header_.tensors.push_back(std::move(tensor));
  }

  void check_place(const Tensor& tensor) const {
    if (tensor.offset % header_.alignment != 0) refuse(tensor, "is not aligned");
    const std::uint64_t available = file_size_ > header_.data_begin ? file_size_ - header_.data_begin : 0;
    const std::uint64_t size = tensor.size.value_or(0);
    if (tensor.offset > available || size > available - tensor.offset) refuse(tensor, "reaches out of the file");
  }

  [[noreturn]] void refuse(const Tensor& tensor, const std::string& why) const {
    bytes_.fail("its tensor '" + tensor.name + "' " + why);
  }

  Bytes& bytes_;
  std::uint64_t file_size_;
  std::uint64_t items_left_;
  const Limits& limits_;
  Header header_{};
  std::unordered_set<std::string> keys_{};
  std::unordered_set<std::string> names_{};
};

}  // namespace

std::optional<std::uint64_t> Header::number(std::string_view key) const {
  const Value* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* const number = value->as<std::uint64_t>()) return *number;
  const auto* const number = value->as<std::int64_t>();
  return number == nullptr || *number < 0 ? std::nullopt : std::optional<std::uint64_t>(*number);
}

Header read_header(const ReadAt& read, std::uint64_t file_size, const std::string& source, const Limits& limits) {
  Bytes bytes(read, file_size, source, limits);
  return Reader(bytes, file_size, limits).read();
}

Header read_header(const std::filesystem::path& path, const Limits& limits) {
  const auto file = huggingface_hub::detail::MappedFile::open(path);
  const ReadAt read = [&file](std::uint64_t offset, void* data, std::size_t size) {
    const std::string_view part = file->bytes().substr(static_cast<std::size_t>(offset), size);
    std::memcpy(data, part.data(), part.size());
    return part.size();
  };
  return read_header(read, file->size(), path.string(), limits);
}

}  // namespace gguf
HUGGINGFACE_HUB_NAMESPACE_END
