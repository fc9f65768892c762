// SPDX-License-Identifier: Apache-2.0
/// @file
/// Pickles and files of `torch.save` made by hand.
#pragma once

#include "support/zip_bytes.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace huggingface_hub::testing::pickles {

inline std::string text(std::string_view value) { return "X" + little_endian(4, value.size()) + std::string(value); }
inline std::string number(std::uint64_t value) {
  return value < 256 ? "K" + little_endian(1, value) : std::string("\x8A\x08", 2) + little_endian(8, value);
}
inline std::string global(std::string_view module, std::string_view name) {
  return "c" + std::string(module) + "\n" + std::string(name) + "\n";
}
inline std::string tuple(const std::vector<std::string>& items) {
  std::string all = "(";
  for (const std::string& item : items) all += item;
  return all + "t";
}
inline std::string numbers(const std::vector<std::uint64_t>& values) {
  std::vector<std::string> items;
  for (const std::uint64_t value : values) items.push_back(number(value));
  return tuple(items);
}
inline std::string storage(std::string_view type, std::string_view key, std::uint64_t count) {
  return tuple({text("storage"), global("torch", type), text(key), text("cpu"), number(count)}) + "Q";
}
inline std::string tensor(const std::string& of_storage, std::uint64_t offset, const std::vector<std::uint64_t>& shape,
                          const std::vector<std::uint64_t>& strides) {
  return global("torch._utils", "_rebuild_tensor_v2") +
         tuple({of_storage, number(offset), numbers(shape), numbers(strides), "\x89",
                global("collections", "OrderedDict") + ")R"}) +
         "R";
}
/// A whole pickle: a dictionary of `items`.
inline std::string dictionary(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string all = "\x80\x02}(";
  for (const auto& [name, value] : items) all += text(name) + value;
  return all + "u.";
}
/// A file of `torch.save`.
inline std::string torch_file(const std::string& pickle, const std::vector<std::pair<std::string, std::string>>& storages) {
  std::vector<ZipPart> parts{{"archive/data.pkl", pickle}};
  for (const auto& [key, bytes] : storages) parts.push_back({"archive/data/" + key, bytes});
  parts.push_back({"archive/version", "3\n"});
  return zip_bytes(parts);
}

}  // namespace huggingface_hub::testing::pickles
