// SPDX-License-Identifier: Apache-2.0
#include "formats/yaml_reader.hpp"

#include "formats/yaml_scalar.hpp"

#include "core/text.hpp"

#include <yaml.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::string_view kStandardTag = "tag:yaml.org,2002:";

/// Stops the reading; caught in `read_yaml`. Never leaves this file.
struct ReadFailure {
  std::string message;
};

class Parser {
 public:
  explicit Parser(std::string_view text) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  }
  ~Parser() { yaml_parser_delete(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  bool next(yaml_event_t& event) noexcept { return yaml_parser_parse(&parser_, &event) != 0; }
  [[nodiscard]] const yaml_parser_t& state() const noexcept { return parser_; }

 private:
  yaml_parser_t parser_{};
};

/// One event of libyaml, freed with the object.
class Event {
 public:
  explicit Event(Parser& parser) : ok_(parser.next(event_)) {}
  ~Event() {
    if (ok_) yaml_event_delete(&event_);
  }
  Event(Event&& other) noexcept : event_(other.event_), ok_(std::exchange(other.ok_, false)) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] yaml_event_type_t type() const noexcept { return event_.type; }
  [[nodiscard]] const yaml_event_t& get() const noexcept { return event_; }

 private:
  yaml_event_t event_{};
  bool ok_;
};

std::string text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

std::string position_text(const yaml_mark_t& mark) {
  return " (line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1) + ")";
}

/// What a node costs once it stands in the tree: itself, and what is below it.
struct Cost {
  std::size_t nodes{0};
  std::size_t bytes{0};
};

/// A value as it was written: the tag decides what a mapping key or a merge means.
struct Node {
  YamlValue value{};
  YamlType type{YamlType::string};  ///< Of a scalar; tells `<<` and `=`.
};

struct Anchor {
  YamlValue value{};
  YamlType type{YamlType::string};
  Cost cost{};
  bool complete{false};  ///< False while its own content is read: an alias to it would be endless.
};

/// A text that is equal for keys that Python holds for one: `1`, `1.0` and `true`.
std::string key_identity(const YamlValue& key) {
  using Kind = YamlValue::Kind;
  switch (key.kind()) {
    case Kind::null: return "n";
    case Kind::boolean: return *key.as_bool() ? "i1" : "i0";
    case Kind::integer: return "i" + std::to_string(*key.as_integer());
    case Kind::floating: {
      const double number = *key.as_double();
      if (std::trunc(number) == number && std::fabs(number) < 9e15) {
        return "i" + std::to_string(static_cast<std::int64_t>(number));
      }
      return "f" + python_float_text(number);
    }
    case Kind::big_integer: return "i" + *key.text();
    case Kind::string: return "s" + *key.text();
    case Kind::timestamp: return "t" + *key.text();
    case Kind::binary: return "b" + *key.text();
    case Kind::list:
    case Kind::map: break;
  }
  return {};
}

/// Builds a mapping; finds a key again in constant time.
class MapBuilder {
 public:
  void set(YamlValue key, YamlValue value) {
    const auto [place, added] = places_.try_emplace(key_identity(key), entries_.size());
    if (added) {
      entries_.push_back({std::move(key), std::move(value)});
    } else {
      entries_[place->second].value = std::move(value);
    }
  }

  YamlMap finish() && {
    YamlMap map;
    map.reserve(entries_.size());
    for (MetaEntry& entry : entries_) map.append(std::move(entry.key), std::move(entry.value));
    return map;
  }

 private:
  std::vector<MetaEntry> entries_{};
  std::unordered_map<std::string, std::size_t> places_{};
};

class Reader {
 public:
  Reader(std::string_view text, const YamlLimits& limits) : parser_(text), limits_(limits) {}

  YamlValue read_document() {
    expect(YAML_STREAM_START_EVENT);
    YamlValue root;
    {
      const Event start = next();
      if (start.type() == YAML_STREAM_END_EVENT) return root;
    }
    {
      const Event first = next();
      root = read_node(first, 0).value;
    }
    expect(YAML_DOCUMENT_END_EVENT);
    const Event end = next();
    if (end.type() != YAML_STREAM_END_EVENT) fail("there are several documents; expected one", end.get().start_mark);
    return root;
  }

 private:
  Event next() {
    Event event(parser_);
    if (!event.ok()) fail_in_parser();
    return event;
  }

  void expect(yaml_event_type_t type) {
    const Event event = next();
    if (event.type() != type) fail("unexpected content", event.get().start_mark);
  }

  [[noreturn]] static void fail(const std::string& problem, const yaml_mark_t& mark) {
    throw ReadFailure{problem + position_text(mark)};
  }

  [[noreturn]] void fail_in_parser() const {
    const yaml_parser_t& state = parser_.state();
    if (state.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    std::string problem = state.problem == nullptr ? "malformed" : state.problem;
    if (state.error == YAML_READER_ERROR) {
      throw ReadFailure{problem + " (byte " + std::to_string(state.problem_offset) + ")"};
    }
    if (state.context != nullptr) problem = std::string(state.context) + ", " + problem;
    fail(problem, state.problem_mark);
  }

  void pay(std::size_t nodes, std::size_t bytes, const yaml_mark_t& mark) {
    if (nodes > limits_.nodes - spent_.nodes || bytes > limits_.expanded_bytes - spent_.bytes) {
      fail("too much content once aliases are expanded", mark);
    }
    spent_.nodes += nodes;
    spent_.bytes += bytes;
  }

  Node read_node(const Event& event, std::size_t depth) {
    if (depth > limits_.depth) fail("nested too deeply", event.get().start_mark);
    if (event.type() == YAML_ALIAS_EVENT) return read_alias(event.get());

    const std::string anchor = anchor_of(event.get());
    if (!anchor.empty()) begin_anchor(anchor, event.get().start_mark);
    const Cost before = spent_;
    Node node;
    switch (event.type()) {
      case YAML_SCALAR_EVENT: node = read_scalar(event.get()); break;
      case YAML_SEQUENCE_START_EVENT: node.value = read_sequence(event.get(), depth); break;
      case YAML_MAPPING_START_EVENT: node.value = read_mapping(event.get(), depth); break;
      default: fail("unexpected content", event.get().start_mark);
    }
    if (!anchor.empty()) {
      Anchor& made = anchors_[anchor];
      made.value = node.value;
      made.type = node.type;
      made.cost = {spent_.nodes - before.nodes, spent_.bytes - before.bytes};
      made.complete = true;
      // The copy kept for later aliases is memory as well.
      pay(made.cost.nodes, made.cost.bytes, event.get().start_mark);
    }
    return node;
  }

  static std::string anchor_of(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_SCALAR_EVENT: return text_of(event.data.scalar.anchor);
      case YAML_SEQUENCE_START_EVENT: return text_of(event.data.sequence_start.anchor);
      case YAML_MAPPING_START_EVENT: return text_of(event.data.mapping_start.anchor);
      default: return {};
    }
  }

  void begin_anchor(const std::string& name, const yaml_mark_t& mark) {
    if (!anchors_.try_emplace(name).second) fail("found duplicate anchor '" + name + "'", mark);
  }

  Node read_alias(const yaml_event_t& event) {
    const std::string name = text_of(event.data.alias.anchor);
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) fail("found undefined alias '" + name + "'", event.start_mark);
    const Anchor& anchor = found->second;
    if (!anchor.complete) fail("the alias '" + name + "' stands inside what it refers to", event.start_mark);
    pay(anchor.cost.nodes, anchor.cost.bytes, event.start_mark);
    return {anchor.value, anchor.type};
  }

  Node read_scalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    pay(1, text.size(), event.start_mark);
    const YamlType type = scalar_type(event, text);
    if (type == YamlType::binary) return {decode_binary(text, event.start_mark), type};
    // `<<` and `=` are keys of a meaning of their own; elsewhere `plain_value` refuses them.
    if (type == YamlType::merge || type == YamlType::value) return {YamlValue(text), type};
    Result<YamlValue> made = make_scalar(type, text);
    if (!made.ok()) fail(made.error().message, event.start_mark);
    return {std::move(made).value(), type};
  }

  static YamlType scalar_type(const yaml_event_t& event, std::string_view text) {
    const auto& scalar = event.data.scalar;
    const std::string tag = text_of(scalar.tag);
    if (tag == "!") return resolve_plain_scalar(text);
    if (tag.empty()) return scalar.plain_implicit != 0 ? resolve_plain_scalar(text) : YamlType::string;
    if (tag.compare(0, kStandardTag.size(), kStandardTag) == 0) {
      const std::string name = tag.substr(kStandardTag.size());
      if (name == "str") return YamlType::string;
      if (name == "int") return YamlType::integer;
      if (name == "float") return YamlType::floating;
      if (name == "bool") return YamlType::boolean;
      if (name == "null") return YamlType::null;
      if (name == "timestamp") return YamlType::timestamp;
      if (name == "binary") return YamlType::binary;
    }
    fail("a value with the tag '" + tag + "' cannot be read", event.start_mark);
  }

  static YamlValue decode_binary(std::string_view text, const yaml_mark_t& mark) {
    std::string packed;
    const auto is_base64 = [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
             c == '=';
    };
    std::copy_if(text.begin(), text.end(), std::back_inserter(packed), is_base64);
    std::optional<std::string> bytes = base64_decode(packed);
    if (!bytes) fail("the binary value is no base64", mark);
    return YamlValue::binary(std::move(*bytes));
  }

  /// The value of a node that is no key.
  static YamlValue plain_value(Node node, const yaml_mark_t& mark) {
    if (node.type == YamlType::merge || node.type == YamlType::value) {
      fail("'" + *node.value.as_string() + "' means nothing as a value; put it in quotes", mark);
    }
    return std::move(node.value);
  }

  /// The name of a collection's tag below yaml.org's; `fallback` where it has none.
  static std::string collection_tag(const yaml_char_t* raw, const char* fallback, const yaml_mark_t& mark) {
    const std::string tag = text_of(raw);
    if (tag.empty() || tag == "!") return fallback;
    if (tag.compare(0, kStandardTag.size(), kStandardTag) == 0) return tag.substr(kStandardTag.size());
    fail("a value with the tag '" + tag + "' cannot be read", mark);
  }

  YamlValue read_sequence(const yaml_event_t& event, std::size_t depth) {
    const yaml_mark_t start = event.start_mark;
    const std::string tag = collection_tag(event.data.sequence_start.tag, "seq", start);
    if (tag != "seq" && tag != "omap" && tag != "pairs") fail("a list cannot have the tag '" + tag + "'", start);
    pay(1, 0, start);
    YamlList items;
    while (true) {
      const Event item = next();
      if (item.type() == YAML_SEQUENCE_END_EVENT) break;
      items.push_back(plain_value(read_node(item, depth + 1), item.get().start_mark));
    }
    if (tag != "seq") {
      for (YamlValue& item : items) item = pair_of(item, start);
    }
    return items;
  }

  /// `{key: value}` → `[key, value]`.
  static YamlValue pair_of(const YamlValue& item, const yaml_mark_t& mark) {
    const YamlMap* map = item.as_map();
    if (map == nullptr || map->size() != 1) fail("expected a mapping of one key in a list of pairs", mark);
    return YamlList{map->begin()->key, map->begin()->value};
  }

  YamlValue read_mapping(const yaml_event_t& event, std::size_t depth) {
    const yaml_mark_t start = event.start_mark;
    const std::string tag = collection_tag(event.data.mapping_start.tag, "map", start);
    if (tag != "map" && tag != "set") fail("a mapping cannot have the tag '" + tag + "'", start);
    pay(1, 0, start);
    std::vector<MetaEntry> own;
    std::vector<MetaEntry> merged;
    while (true) {
      const Event key_event = next();
      if (key_event.type() == YAML_MAPPING_END_EVENT) break;
      const yaml_mark_t mark = key_event.get().start_mark;
      Node key = read_node(key_event, depth + 1);
      if (key.value.is_list() || key.value.is_map()) fail("a list or mapping cannot be a key", mark);
      const Event value_event = next();
      Node value = read_node(value_event, depth + 1);
      if (key.type == YamlType::merge) {
        merge_into(merged, value.value, mark);
      } else {
        own.push_back({std::move(key.value), plain_value(std::move(value), value_event.get().start_mark)});
      }
    }
    // What is merged comes first, and what is written here wins.
    MapBuilder builder;
    for (MetaEntry& entry : merged) builder.set(std::move(entry.key), std::move(entry.value));
    for (MetaEntry& entry : own) builder.set(std::move(entry.key), std::move(entry.value));
    return std::move(builder).finish();
  }

  /// The value of `<<`: a mapping, or a list of mappings of which the first wins.
  static void merge_into(std::vector<MetaEntry>& merged, const YamlValue& value, const yaml_mark_t& mark) {
    if (const YamlMap* map = value.as_map()) {
      merged.insert(merged.end(), map->begin(), map->end());
      return;
    }
    const YamlList* list = value.as_list();
    if (list == nullptr) fail("'<<' needs a mapping or a list of mappings", mark);
    for (auto item = list->rbegin(); item != list->rend(); ++item) {
      const YamlMap* map = item->as_map();
      if (map == nullptr) fail("'<<' needs a mapping or a list of mappings", mark);
      merged.insert(merged.end(), map->begin(), map->end());
    }
  }

  Parser parser_;
  YamlLimits limits_;
  Cost spent_{};
  std::unordered_map<std::string, Anchor> anchors_{};
};

}  // namespace

Result<YamlValue> read_yaml(std::string_view text, const YamlLimits& limits) {
  Error error;
  error.code = ErrorCode::card;
  if (text.size() > limits.bytes) {
    error.message = "The YAML text has " + std::to_string(text.size()) + " bytes; the limit is " +
                    std::to_string(limits.bytes) + ".";
    return error;
  }
  try {
    return Reader(text, limits).read_document();
  } catch (const ReadFailure& failure) {
    error.message = "The YAML text cannot be read: " + failure.message + ".";
    return error;
  }
}

HUGGINGFACE_HUB_NAMESPACE_END
