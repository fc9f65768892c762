// SPDX-License-Identifier: Apache-2.0
/// @file
/// `MetaValue`: any value the metadata of a card can hold, in the order it was written.
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class MetaValue;
struct MetaEntry;

using MetaList = std::vector<MetaValue>;

/// A mapping that keeps the order of its keys. A key is nearly always text, but YAML allows any scalar
/// (`id2label: {0: cat}`). Value semantics; one thread at a time.
class MetaMap {
 public:
  using const_iterator = std::vector<MetaEntry>::const_iterator;
  using iterator = std::vector<MetaEntry>::iterator;

  // All of them are defined below, where `MetaEntry` is complete.
  MetaMap() noexcept;
  MetaMap(const MetaMap& other);
  MetaMap(MetaMap&& other) noexcept;
  MetaMap& operator=(const MetaMap& other);
  MetaMap& operator=(MetaMap&& other) noexcept;
  ~MetaMap();
  MetaMap(std::initializer_list<std::pair<std::string, MetaValue>> entries);

  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool contains(std::string_view key) const noexcept;

  /// The value of the text key `key`; null where there is none.
  [[nodiscard]] const MetaValue* find(std::string_view key) const noexcept;
  [[nodiscard]] MetaValue* find(std::string_view key) noexcept;

  /// @throws std::out_of_range  there is no such key.
  [[nodiscard]] const MetaValue& at(std::string_view key) const;

  /// The value of `key`; a null value is added at the end where there is none.
  MetaValue& operator[](std::string_view key);

  /// Sets `key`: in its place if it is there, else at the end.
  void set(std::string_view key, MetaValue value);
  /// As `set`, for keys that are no text.
  void set_entry(MetaValue key, MetaValue value);
  /// Adds at the end without looking whether the key is there.
  void append(MetaValue key, MetaValue value);
  /// True if the key was there.
  bool erase(std::string_view key);
  void clear() noexcept;
  void reserve(std::size_t count);

  [[nodiscard]] const_iterator begin() const noexcept;
  [[nodiscard]] const_iterator end() const noexcept;
  [[nodiscard]] iterator begin() noexcept;
  [[nodiscard]] iterator end() noexcept;

 private:
  std::vector<MetaEntry> entries_;
};

/// Null, boolean, number, text, point in time, bytes, list or mapping: what YAML 1.1 as PyYAML reads it can say.
/// Value semantics; copies are deep. One thread at a time.
class MetaValue {
 public:
  enum class Kind : std::uint8_t {
    null,
    boolean,
    integer,
    big_integer,  ///< Beyond 64 bits: `text()` holds its decimal digits, with a sign if negative.
    floating,
    string,
    timestamp,  ///< `text()` is `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS[.ffffff][+HH:MM]`.
    binary,     ///< `text()` is the bytes themselves (`!!binary`).
    list,
    map,
  };

  MetaValue() = default;
  MetaValue(std::nullptr_t) {}                                                      // NOLINT(google-explicit-constructor)
  template <typename T, std::enable_if_t<std::is_same_v<T, bool>, int> = 0>
  MetaValue(T value) : kind_(Kind::boolean), value_(value) {}                       // NOLINT(google-explicit-constructor)
  template <typename T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
  MetaValue(T value) {                                                              // NOLINT(google-explicit-constructor)
    if constexpr (std::is_unsigned_v<T> && sizeof(T) >= sizeof(std::uint64_t)) {
      if (value > static_cast<std::uint64_t>(INT64_MAX)) {
        kind_ = Kind::big_integer;
        value_ = std::to_string(value);
        return;
      }
    }
    kind_ = Kind::integer;
    value_ = static_cast<std::int64_t>(value);
  }
  MetaValue(double value) : kind_(Kind::floating), value_(value) {}                 // NOLINT(google-explicit-constructor)
  MetaValue(std::string value) : kind_(Kind::string), value_(std::move(value)) {}   // NOLINT(google-explicit-constructor)
  MetaValue(std::string_view value) : MetaValue(std::string(value)) {}              // NOLINT(google-explicit-constructor)
  MetaValue(const char* value) : MetaValue(std::string(value)) {}                   // NOLINT(google-explicit-constructor)
  MetaValue(MetaList value) : kind_(Kind::list), value_(std::move(value)) {}        // NOLINT(google-explicit-constructor)
  MetaValue(MetaMap value) : kind_(Kind::map), value_(std::move(value)) {}          // NOLINT(google-explicit-constructor)
  MetaValue(const std::vector<std::string>& values)                                 // NOLINT(google-explicit-constructor)
      : kind_(Kind::list), value_(MetaList(values.begin(), values.end())) {}
  /// Nothing becomes null.
  template <typename T>
  MetaValue(const std::optional<T>& value) {                                        // NOLINT(google-explicit-constructor)
    if (value) *this = MetaValue(*value);
  }

  /// A list of these: `MetaValue::of({"en", "fr"})`.
  static MetaValue of(std::initializer_list<MetaValue> items) { return MetaValue(MetaList(items)); }
  /// `digits`: decimal, perhaps with a leading `-`.
  static MetaValue big_integer(std::string digits) { return with_text(Kind::big_integer, std::move(digits)); }
  /// `text` in one of the two forms of `Kind::timestamp`; anything else is written as quoted text.
  static MetaValue timestamp(std::string text) { return with_text(Kind::timestamp, std::move(text)); }
  static MetaValue binary(std::string bytes) { return with_text(Kind::binary, std::move(bytes)); }

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_null() const noexcept { return kind_ == Kind::null; }
  [[nodiscard]] bool is_string() const noexcept { return kind_ == Kind::string; }
  [[nodiscard]] bool is_list() const noexcept { return kind_ == Kind::list; }
  [[nodiscard]] bool is_map() const noexcept { return kind_ == Kind::map; }

  /// False for null, `false`, zero and what is empty, as Python's `bool()`.
  [[nodiscard]] bool is_truthy() const noexcept;

  // Each gives null (or nothing) where the value is of another kind.
  [[nodiscard]] std::optional<bool> as_bool() const noexcept { return copy_of<bool>(Kind::boolean); }
  [[nodiscard]] std::optional<std::int64_t> as_integer() const noexcept { return copy_of<std::int64_t>(Kind::integer); }
  /// Of an integer too.
  [[nodiscard]] std::optional<double> as_double() const noexcept {
    if (const auto whole = as_integer()) return static_cast<double>(*whole);
    return copy_of<double>(Kind::floating);
  }
  [[nodiscard]] const std::string* as_string() const noexcept {
    return kind_ == Kind::string ? std::get_if<std::string>(&value_) : nullptr;
  }
  /// Of every kind that is kept as text: string, timestamp, binary, big_integer.
  [[nodiscard]] const std::string* text() const noexcept { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const MetaList* as_list() const noexcept { return std::get_if<MetaList>(&value_); }
  [[nodiscard]] MetaList* as_list() noexcept { return std::get_if<MetaList>(&value_); }
  [[nodiscard]] const MetaMap* as_map() const noexcept { return std::get_if<MetaMap>(&value_); }
  [[nodiscard]] MetaMap* as_map() noexcept { return std::get_if<MetaMap>(&value_); }

  /// The value of `key` where this is a mapping that has it; else null.
  [[nodiscard]] const MetaValue* find(std::string_view key) const noexcept {
    const MetaMap* map = as_map();
    return map == nullptr ? nullptr : map->find(key);
  }

  /// Same kind and same value; the order of keys does not matter. A NaN equals nothing.
  friend bool operator==(const MetaValue& left, const MetaValue& right) noexcept;
  friend bool operator!=(const MetaValue& left, const MetaValue& right) noexcept { return !(left == right); }

 private:
  static MetaValue with_text(Kind kind, std::string text) {
    MetaValue made(std::move(text));
    made.kind_ = kind;
    return made;
  }
  template <typename T>
  std::optional<T> copy_of(Kind kind) const noexcept {
    if (kind_ != kind) return std::nullopt;
    return std::get<T>(value_);
  }

  Kind kind_{Kind::null};
  std::variant<std::monostate, bool, std::int64_t, double, std::string, MetaList, MetaMap> value_{};
};

/// One key and its value.
struct MetaEntry {
  MetaValue key{};
  MetaValue value{};
};

inline MetaMap::MetaMap() noexcept = default;
inline MetaMap::MetaMap(const MetaMap& other) = default;
inline MetaMap::MetaMap(MetaMap&& other) noexcept = default;
inline MetaMap& MetaMap::operator=(const MetaMap& other) = default;
inline MetaMap& MetaMap::operator=(MetaMap&& other) noexcept = default;
inline MetaMap::~MetaMap() = default;
inline MetaMap::MetaMap(std::initializer_list<std::pair<std::string, MetaValue>> entries) {
  for (const auto& [key, value] : entries) set(key, value);
}
inline bool MetaMap::empty() const noexcept { return entries_.empty(); }
inline std::size_t MetaMap::size() const noexcept { return entries_.size(); }
inline bool MetaMap::contains(std::string_view key) const noexcept { return find(key) != nullptr; }

inline const MetaValue* MetaMap::find(std::string_view key) const noexcept {
  for (const MetaEntry& entry : entries_) {
    const std::string* text = entry.key.as_string();
    if (text != nullptr && *text == key) return &entry.value;
  }
  return nullptr;
}
inline MetaValue* MetaMap::find(std::string_view key) noexcept {
  return const_cast<MetaValue*>(static_cast<const MetaMap&>(*this).find(key));
}
inline const MetaValue& MetaMap::at(std::string_view key) const {
  const MetaValue* value = find(key);
  if (value == nullptr) throw std::out_of_range("no key '" + std::string(key) + "' in the metadata");
  return *value;
}
inline MetaValue& MetaMap::operator[](std::string_view key) {
  if (MetaValue* value = find(key)) return *value;
  entries_.push_back({MetaValue(key), MetaValue()});
  return entries_.back().value;
}
inline void MetaMap::set(std::string_view key, MetaValue value) { (*this)[key] = std::move(value); }
inline void MetaMap::set_entry(MetaValue key, MetaValue value) {
  for (MetaEntry& entry : entries_) {
    if (entry.key == key) {
      entry.value = std::move(value);
      return;
    }
  }
  append(std::move(key), std::move(value));
}
inline void MetaMap::append(MetaValue key, MetaValue value) {
  entries_.push_back({std::move(key), std::move(value)});
}
inline bool MetaMap::erase(std::string_view key) {
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    const std::string* text = it->key.as_string();
    if (text != nullptr && *text == key) {
      entries_.erase(it);
      return true;
    }
  }
  return false;
}
inline void MetaMap::clear() noexcept { entries_.clear(); }
inline void MetaMap::reserve(std::size_t count) { entries_.reserve(count); }
inline MetaMap::const_iterator MetaMap::begin() const noexcept { return entries_.begin(); }
inline MetaMap::const_iterator MetaMap::end() const noexcept { return entries_.end(); }
inline MetaMap::iterator MetaMap::begin() noexcept { return entries_.begin(); }
inline MetaMap::iterator MetaMap::end() noexcept { return entries_.end(); }

inline bool MetaValue::is_truthy() const noexcept {
  switch (kind_) {
    case Kind::null: return false;
    case Kind::boolean: return std::get<bool>(value_);
    case Kind::integer: return std::get<std::int64_t>(value_) != 0;
    case Kind::floating: return std::get<double>(value_) < 0 || !(std::get<double>(value_) <= 0);
    case Kind::string:
    case Kind::binary: return !std::get<std::string>(value_).empty();
    case Kind::list: return !std::get<MetaList>(value_).empty();
    case Kind::map: return !std::get<MetaMap>(value_).empty();
    case Kind::big_integer:
    case Kind::timestamp: break;
  }
  return true;
}

inline bool operator==(const MetaMap& left, const MetaMap& right) noexcept {
  if (left.size() != right.size()) return false;
  for (const MetaEntry& entry : left) {
    bool found = false;
    for (const MetaEntry& other : right) {
      if (entry.key == other.key) {
        if (entry.value != other.value) return false;
        found = true;
        break;
      }
    }
    if (!found) return false;
  }
  return true;
}
inline bool operator!=(const MetaMap& left, const MetaMap& right) noexcept { return !(left == right); }

inline bool operator==(const MetaValue& left, const MetaValue& right) noexcept {
  if (left.kind_ != right.kind_) return false;
  if (left.kind_ == MetaValue::Kind::floating) {
    const double a = std::get<double>(left.value_);
    const double b = std::get<double>(right.value_);
    return a <= b && a >= b;
  }
  return left.value_ == right.value_;
}

HUGGINGFACE_HUB_NAMESPACE_END
