// SPDX-License-Identifier: Apache-2.0
// What `torch.save` writes: an archive with a pickle and the storages it refers to.
#include "checkpoints/torch_file.hpp"

#include "checkpoints/pickle.hpp"
#include "checkpoints/zip_archive.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {
namespace {

using safetensors::Dtype;

std::optional<Dtype> dtype_of_storage(std::string_view name) {
  static const std::map<std::string_view, Dtype> kTypes{
      {"FloatStorage", Dtype::f32},   {"DoubleStorage", Dtype::f64}, {"HalfStorage", Dtype::f16},
      {"BFloat16Storage", Dtype::bf16}, {"LongStorage", Dtype::i64},  {"IntStorage", Dtype::i32},
      {"ShortStorage", Dtype::i16},   {"CharStorage", Dtype::i8},    {"ByteStorage", Dtype::u8},
      {"BoolStorage", Dtype::boolean}, {"ComplexFloatStorage", Dtype::c64}, {"UntypedStorage", Dtype::u8},
      {"_UntypedStorage", Dtype::u8}};
  const auto found = kTypes.find(name);
  return found == kTypes.end() ? std::nullopt : std::optional<Dtype>(found->second);
}

std::optional<Dtype> dtype_of_name(std::string_view name) {
  static const std::map<std::string_view, Dtype> kTypes{
      {"float32", Dtype::f32}, {"float64", Dtype::f64}, {"float16", Dtype::f16}, {"bfloat16", Dtype::bf16},
      {"int64", Dtype::i64}, {"int32", Dtype::i32}, {"int16", Dtype::i16}, {"int8", Dtype::i8}, {"uint8", Dtype::u8},
      {"bool", Dtype::boolean}, {"complex64", Dtype::c64}, {"uint16", Dtype::u16}, {"uint32", Dtype::u32},
      {"uint64", Dtype::u64}, {"float8_e4m3fn", Dtype::f8_e4m3}, {"float8_e5m2", Dtype::f8_e5m2},
      {"float8_e4m3fnuz", Dtype::f8_e4m3fnuz}, {"float8_e5m2fnuz", Dtype::f8_e5m2fnuz}, {"float8_e8m0fnu", Dtype::f8_e8m0}};
  const auto found = kTypes.find(name);
  return found == kTypes.end() ? std::nullopt : std::optional<Dtype>(found->second);
}

std::optional<std::uint64_t> product(std::uint64_t a, std::uint64_t b) {
  if (a != 0 && b > UINT64_MAX / a) return std::nullopt;
  return a * b;
}

/// The archive of one checkpoint, opened.
class TorchArchive {
 public:
  TorchArchive(TorchBytes source, const LoadTorchFileOptions& options)
      : source_(std::move(source)), copies_left_(options.max_copied_bytes.value_or(source_.size + (std::uint64_t{1} << 30))) {
    refuse_legacy();
    try {
      for (ZipEntry& entry : read_stored_zip(bytes())) add(std::move(entry));
    } catch (const ZipFailure& failure) {
      if (failure.problem == ZipProblem::not_an_archive) fail("it is not a file of torch.save: " + failure.why);
      if (failure.problem == ZipProblem::compressed) {
        fail(failure.why + "; torch.save compresses nothing, only TorchScript programs do");
      }
      fail(failure.why);
    }
    find_folder();
  }

  TorchFile read(const std::string& key) {
    Pickle pickle;
    try {
      pickle = read_pickle(content(at("data.pkl")));
    } catch (const PickleFailure& failure) {
      fail(failure.why);
    }
    const PickleDict* dict = pickle.root->as<PickleDict>();
    if (dict == nullptr) fail("it holds " + pickle.root->kind() + " and not a dictionary of tensors");
    if (!key.empty()) dict = member(*dict, key);
    TorchFile file;
    for (const auto& [name, value] : dict->items) take(name, value, file);
    return file;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    Error error;
    error.code = ErrorCode::checkpoint;
    error.message = "Cannot read the checkpoint '" + source_.path.string() + "': " + why + ".";
    error.path = source_.path;
    throw_error(error);
  }

  [[nodiscard]] std::string_view bytes() const { return {source_.data, source_.size}; }
  [[nodiscard]] std::string_view content(const ZipEntry& entry) const {
    return bytes().substr(static_cast<std::size_t>(entry.offset), static_cast<std::size_t>(entry.size));
  }

  /// Before PyTorch 1.6: pickles one after the other, of which the first is a number.
  void refuse_legacy() const {
    constexpr std::string_view kMagic("\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19", 14);
    if (bytes().substr(0, kMagic.size()) == kMagic) {
      fail("it is of the format before PyTorch 1.6 (not a ZIP archive), which is not read here. Load it in Python and save "
           "it again with safetensors.torch.save_file or torch.save");
    }
    if (!bytes().empty() && bytes().front() == '\x80') {
      fail("it is a bare pickle and not an archive of torch.save. Load it in Python and save it again with "
           "safetensors.torch.save_file");
    }
  }

  void add(ZipEntry entry) {
    std::string name = entry.name;
    entries_.emplace(std::move(name), std::move(entry));
  }

  void find_folder() {
    constexpr std::string_view kPickle = "/data.pkl";
    for (const auto& [name, entry] : entries_) {
      const std::size_t slash = name.find('/');
      if (slash == std::string::npos || std::string_view(name).substr(slash) != kPickle) continue;
      if (!folder_.empty()) fail("it has two files data.pkl");
      folder_ = name.substr(0, slash + 1);
    }
    if (folder_.empty()) fail("it is an archive without a file data.pkl, and so not of torch.save");
    if (entries_.count(folder_ + "constants.pkl") != 0) {
      fail("it is a TorchScript program and not a checkpoint of tensors");
    }
    const auto order = entries_.find(folder_ + "byteorder");
    if (order != entries_.end() && content(order->second) != "little") fail("its numbers are big endian");
  }

  [[nodiscard]] const ZipEntry& at(const std::string& name) const {
    const auto found = entries_.find(folder_ + name);
    if (found == entries_.end()) fail("its file '" + folder_ + name + "' is missing");
    return found->second;
  }

  [[nodiscard]] const PickleDict* member(const PickleDict& dict, const std::string& key) const {
    const PickleDict* found = nullptr;
    for (const auto& [name, value] : dict.items) {
      const auto* const text = name->as<std::string>();
      if (text != nullptr && *text == key) found = value->as<PickleDict>();
    }
    if (found == nullptr) fail("it has no dictionary '" + key + "'");
    return found;
  }

  void take(PickleRef name, PickleRef value, TorchFile& file) {
    const auto* const text = name->as<std::string>();
    if (text == nullptr) fail("it has a key that is " + name->kind() + " and not a name");
    const auto* const tensor = value->as<PickleTensor>();
    if (tensor == nullptr) {
      file.ignored.push_back(*text);
    } else {
      file.tensors.set(*text, make(*text, *tensor));
    }
  }

  HostTensor make(const std::string& name, const PickleTensor& tensor);
  HostTensor copied(const std::string& name, Dtype dtype, const PickleTensor& tensor, char* first);

  TorchBytes source_;
  std::uint64_t copies_left_;
  std::map<std::string, ZipEntry> entries_{};
  std::string folder_{};
};

/// Elements from the first to the last of a tensor, both included; nothing where that does not fit 64 bits.
std::optional<std::uint64_t> extent(const PickleTensor& tensor) {
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    if (tensor.shape[i] == 0) return 0;
    const auto step = product(tensor.shape[i] - 1, tensor.strides[i]);
    if (!step || *step > UINT64_MAX - 1 - last) return std::nullopt;
    last += *step;
  }
  return last + 1;
}

bool is_packed(const PickleTensor& tensor) {
  std::uint64_t expected = 1;
  for (std::size_t i = tensor.shape.size(); i-- > 0;) {
    if (tensor.shape[i] != 1 && tensor.strides[i] != expected) return false;
    expected *= tensor.shape[i];
  }
  return true;
}

HostTensor TorchArchive::make(const std::string& name, const PickleTensor& tensor) {
  const auto refuse = [&](const std::string& why) { fail("its tensor '" + name + "' " + why); };
  const PickleStorage& storage = *tensor.storage->as<PickleStorage>();
  const auto storage_type = dtype_of_storage(storage.type_name);
  const auto dtype = tensor.dtype_name.empty() ? storage_type : dtype_of_name(tensor.dtype_name);
  if (!storage_type || !dtype) refuse("has a type that is not known");
  const ZipEntry& entry = at("data/" + storage.key);
  const std::uint64_t storage_item = safetensors::bit_size(*storage_type) / 8;
  const std::uint64_t item = safetensors::bit_size(*dtype) / 8;
  const auto storage_bytes = product(storage.count, storage_item);
  if (!storage_bytes || *storage_bytes > entry.size) refuse("has a storage that is cut short");

  const auto size = huggingface_hub::detail::tensor_bytes(*dtype, tensor.shape);
  const auto used = extent(tensor);
  if (!size || !used) refuse("is larger than can be counted");
  const std::uint64_t available = *storage_bytes / item;
  if (*used > 0 && (tensor.offset > available || *used > available - tensor.offset)) refuse("reaches out of its storage");
  if (*used == 0) return HostTensor::zeros(*dtype, tensor.shape);

  char* const base = source_.data + entry.offset;
  char* const first = base + tensor.offset * item;
  const bool is_aligned = reinterpret_cast<std::uintptr_t>(first) % item == 0;
  HostTensor made = is_packed(tensor) && is_aligned
                        ? HostTensor::view(*dtype, tensor.shape, first, static_cast<std::size_t>(*size), source_.keep_alive)
                        : copied(name, *dtype, tensor, first);
  return made.set_storage({reinterpret_cast<std::uintptr_t>(base), "cpu", *storage_bytes}, tensor.offset * item);
}

/// The elements one after the other. All lie within the storage, as was checked.
HostTensor TorchArchive::copied(const std::string& name, Dtype dtype, const PickleTensor& tensor, char* first) {
  const std::uint64_t size = *huggingface_hub::detail::tensor_bytes(dtype, tensor.shape);
  if (size > copies_left_) {
    fail("its tensor '" + name + "' and others would have to be copied, which takes more memory than is allowed");
  }
  copies_left_ -= size;
  const std::size_t item = safetensors::bit_size(dtype) / 8;
  HostTensor made = HostTensor::zeros(dtype, tensor.shape);
  char* target = static_cast<char*>(made.mutable_data());
  std::vector<std::uint64_t> index(tensor.shape.size(), 0);
  const char* source = first;
  for (std::uint64_t left = size / item; left > 0; --left) {
    std::memcpy(target, source, item);
    target += item;
    for (std::size_t axis = index.size(); axis-- > 0;) {
      if (++index[axis] < tensor.shape[axis]) {
        source += tensor.strides[axis] * item;
        break;
      }
      source -= (tensor.shape[axis] - 1) * tensor.strides[axis] * item;
      index[axis] = 0;
    }
  }
  return made;
}

}  // namespace

TorchFile read_torch_file(TorchBytes source, const LoadTorchFileOptions& options) {
  return TorchArchive(std::move(source), options).read(options.key);
}

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
