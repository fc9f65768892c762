// SPDX-License-Identifier: Apache-2.0
#include "formats/yaml_writer.hpp"

#include "formats/utf8.hpp"
#include "formats/yaml_scalar.hpp"
#include "formats/yaml_text.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kMaxDepth = 1000;
// A key is written on its line where it and its (unwritten) tag are shorter than this.
constexpr std::size_t kSimpleKeyLength = 128;
constexpr std::size_t kBase64Line = 76;

enum class Style { plain, single_quoted, double_quoted, literal };

/// Stops the writing; caught in `write_yaml`. Never leaves this file.
struct WriteFailure {
  std::string message;
};

/// A scalar as it will be written.
struct Scalar {
  std::u32string text{};
  YamlTextStyles styles{};
  YamlType type{YamlType::string};
  bool stays_plain{false};  ///< Without quotes it reads back as what it is.
};

/// The length of the short form of the tag, which counts for the length of a key (`!!str`).
std::size_t tag_length(YamlType type) noexcept {
  switch (type) {
    case YamlType::floating: return 7;
    case YamlType::boolean:
    case YamlType::null: return 6;
    case YamlType::timestamp: return 11;
    case YamlType::binary: return 8;
    default: return 5;
  }
}

/// Base64 in lines of 76 characters, each with its line break.
std::string base64_lines(std::string_view bytes) {
  const std::string packed = base64_encode(bytes);
  std::string lines;
  for (std::size_t i = 0; i < packed.size(); i += kBase64Line) lines += packed.substr(i, kBase64Line) + "\n";
  return lines;
}

std::pair<YamlType, std::string> scalar_text(const YamlValue& value) {
  using Kind = YamlValue::Kind;
  switch (value.kind()) {
    case Kind::null: return {YamlType::null, "null"};
    case Kind::boolean: return {YamlType::boolean, *value.as_bool() ? "true" : "false"};
    case Kind::integer: return {YamlType::integer, std::to_string(*value.as_integer())};
    case Kind::big_integer: return {YamlType::integer, *value.text()};
    case Kind::floating: return {YamlType::floating, yaml_float_text(*value.as_double())};
    case Kind::timestamp: return {YamlType::timestamp, *value.text()};
    case Kind::binary: return {YamlType::binary, base64_lines(*value.text())};
    case Kind::string: return {YamlType::string, *value.text()};
    case Kind::list:
    case Kind::map: break;
  }
  throw WriteFailure{"a list or a mapping cannot be a key"};
}

Scalar make_scalar(const YamlValue& value) {
  auto [type, text] = scalar_text(value);
  std::optional<std::u32string> points = decode_utf8(text);
  if (!points) throw WriteFailure{"a text is not UTF-8"};
  Scalar scalar;
  scalar.stays_plain = type != YamlType::binary && resolve_plain_scalar(text) == type;
  if (!scalar.stays_plain && type != YamlType::binary) type = YamlType::string;
  scalar.type = type;
  scalar.styles = yaml_text_styles(*points);
  scalar.text = std::move(*points);
  return scalar;
}

class Writer {
 public:
  explicit Writer(std::string_view line_break) : line_break_(line_break) {}

  std::string write_document(const YamlValue& root) {
    if (root.is_list() || root.is_map()) {
      write_node(root, Place{}, 0, 0);
    } else {
      write_scalar(make_scalar(root), kIndent, /*is_key=*/false);
    }
    if (column_ > 0) break_line();
    // A plain scalar alone could go on; the marker ends it.
    if (!root.is_list() && !root.is_map() && plain_was_last_) out_ += "..." + std::string(line_break_);
    return std::move(out_);
  }

 private:
  /// Where a node stands: decides where a list in it begins.
  struct Place {
    bool in_mapping{false};
  };

  void write_node(const YamlValue& value, Place place, std::size_t indent, std::size_t depth) {
    if (depth > kMaxDepth) throw WriteFailure{"nested too deeply"};
    if (const YamlList* list = value.as_list()) {
      write_list(*list, place, indent, depth);
    } else if (const YamlMap* map = value.as_map()) {
      write_map(*map, indent, depth);
    } else {
      write_scalar(make_scalar(value), indent + kIndent, /*is_key=*/false);
    }
  }

  /// `indent` is where the parent's lines begin; at the root, where those of the list do.
  void write_list(const YamlList& list, Place place, std::size_t parent_indent, std::size_t depth) {
    if (list.empty()) return write_indicator("[]", true);
    const bool same_column = place.in_mapping && !at_line_start_;
    const std::size_t indent = depth == 0 || same_column ? parent_indent : parent_indent + kIndent;
    for (const YamlValue& item : list) {
      start_line(indent);
      write_indicator("-", true, /*opens_line=*/true);
      write_node(item, Place{}, indent, depth + 1);
    }
  }

  void write_map(const YamlMap& map, std::size_t parent_indent, std::size_t depth) {
    if (map.empty()) return write_indicator("{}", true);
    const std::size_t indent = depth == 0 ? parent_indent : parent_indent + kIndent;
    for (const auto& [key, value] : map) {
      const Scalar scalar = make_scalar(key);
      start_line(indent);
      if (is_simple_key(scalar)) {
        write_scalar(scalar, indent + kIndent, /*is_key=*/true);
        write_indicator(":", false);
      } else {
        write_indicator("?", true, /*opens_line=*/true);
        write_scalar(scalar, indent + kIndent, /*is_key=*/false);
        start_line(indent);
        write_indicator(":", true, /*opens_line=*/true);
      }
      write_node(value, Place{true}, indent, depth + 1);
    }
  }

  static bool is_simple_key(const Scalar& key) noexcept {
    if (key.styles.empty || key.styles.multiline) return false;
    return key.text.size() + tag_length(key.type) < kSimpleKeyLength;
  }

  static Style style_of(const Scalar& scalar, bool is_key) noexcept {
    if (scalar.type == YamlType::binary) return scalar.styles.empty ? Style::double_quoted : Style::literal;
    const bool fits_key = !scalar.styles.empty && !scalar.styles.multiline;
    if (scalar.stays_plain && scalar.styles.plain && (fits_key || !is_key)) return Style::plain;
    if (scalar.styles.single_quoted && !(is_key && scalar.styles.multiline)) return Style::single_quoted;
    return Style::double_quoted;
  }

  void write_scalar(const Scalar& scalar, std::size_t indent, bool is_key) {
    const Style style = style_of(scalar, is_key);
    plain_was_last_ = style == Style::plain;
    if (scalar.type == YamlType::binary) write_indicator("!!binary", true);
    const bool may_fold = !is_key;
    switch (style) {
      case Style::plain: return write_plain(scalar.text, indent, may_fold);
      case Style::single_quoted: return write_single_quoted(scalar.text, indent, may_fold);
      case Style::double_quoted: return write_double_quoted(scalar.text, indent, may_fold);
      case Style::literal: return write_literal(scalar.text, indent);
    }
  }

  void write_plain(std::u32string_view text, std::size_t indent, bool may_fold) {
    if (!after_space_) put(U" ");
    after_space_ = false;
    at_line_start_ = false;
    while (!text.empty()) {
      const bool blank = text[0] == U' ';
      const std::u32string_view run = take_run(text, [blank](char32_t c) { return (c == U' ') == blank; });
      if (blank && run.size() == 1 && column_ > kWidth && may_fold) {
        fold(indent);
      } else {
        put(run);
      }
    }
  }

  void write_single_quoted(std::u32string_view text, std::size_t indent, bool may_fold) {
    write_indicator("'", true);
    const std::size_t length = text.size();
    while (!text.empty()) {
      const std::size_t position = length - text.size();
      if (text[0] == U' ') {
        const std::u32string_view run = take_run(text, [](char32_t c) { return c == U' '; });
        const bool inside = position != 0 && !text.empty();
        if (run.size() == 1 && column_ > kWidth && may_fold && inside) {
          start_line(indent);
        } else {
          put(run);
        }
      } else if (is_yaml_break(text[0])) {
        write_breaks(take_run(text, [](char32_t c) { return is_yaml_break(c); }));
        start_line(indent);
      } else if (text[0] == U'\'') {
        put(U"''");
        text.remove_prefix(1);
      } else {
        put(take_run(text, [](char32_t c) { return c != U' ' && c != U'\'' && !is_yaml_break(c); }));
      }
    }
    write_indicator("'", false);
  }

  /// One break more than there are: YAML takes a single one for a space.
  void write_breaks(std::u32string_view breaks) {
    if (breaks[0] == U'\n') break_line();
    for (const char32_t c : breaks) {
      if (c == U'\n') {
        break_line();
      } else {
        break_line(c);
      }
    }
  }

  void write_double_quoted(std::u32string_view text, std::size_t indent, bool may_fold) {
    write_indicator("\"", true);
    std::size_t start = 0;  // Of what is not written yet.
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::string escape = yaml_escape(text[i]);
      if (!escape.empty()) {
        put(text.substr(start, i - start));
        put_ascii(escape);
        start = i + 1;
      }
      const bool inside = i > 0 && i + 1 < text.size();
      const bool can_break = text[i] == U' ' || start >= i;
      const std::size_t pending = i > start ? i - start : 0;
      // `start` may be one ahead of `i`, which takes one off the column as well.
      const std::size_t reach = start > i ? column_ - (start - i) : column_ + pending;
      if (inside && can_break && reach > kWidth && may_fold) {
        put(text.substr(std::min(start, i), pending));
        put(U"\\");
        start = std::max(start, i);
        fold(indent);
        if (text[start] == U' ') put(U"\\");
      }
    }
    if (start < text.size()) put(text.substr(start));
    write_indicator("\"", false);
  }

  /// Lines of base64: no blanks, each with a break at its end.
  void write_literal(std::u32string_view text, std::size_t indent) {
    write_indicator("|", true);
    break_line();
    while (!text.empty()) {
      start_line(indent);
      put(take_run(text, [](char32_t c) { return c != U'\n'; }));
      text.remove_prefix(1);
      break_line();
    }
  }

  template <typename Predicate>
  static std::u32string_view take_run(std::u32string_view& text, Predicate predicate) noexcept {
    const auto end = std::find_if_not(text.begin(), text.end(), predicate);
    const auto length = static_cast<std::size_t>(end - text.begin());
    const std::u32string_view run = text.substr(0, length);
    text.remove_prefix(length);
    return run;
  }

  void write_indicator(std::string_view indicator, bool needs_space, bool opens_line = false) {
    if (needs_space && !after_space_) put(U" ");
    put_ascii(indicator);
    after_space_ = false;
    at_line_start_ = at_line_start_ && opens_line;
  }

  /// Goes to column `indent`, on a new line unless this one has nothing but indicators before it.
  void start_line(std::size_t indent) {
    if (!at_line_start_ || column_ > indent || (column_ == indent && !after_space_)) break_line();
    if (column_ < indent) {
      after_space_ = true;
      out_.append(indent - column_, ' ');
      column_ = indent;
    }
  }

  void fold(std::size_t indent) {
    start_line(indent);
    after_space_ = false;
    at_line_start_ = false;
  }

  void break_line(std::optional<char32_t> as = std::nullopt) {
    after_space_ = true;
    at_line_start_ = true;
    column_ = 0;
    if (as) {
      append_utf8(out_, *as);
    } else {
      out_ += line_break_;
    }
  }

  void put(std::u32string_view text) {
    for (const char32_t c : text) append_utf8(out_, c);
    column_ += text.size();
  }
  void put_ascii(std::string_view text) {
    out_ += text;
    column_ += text.size();
  }

  std::string_view line_break_;
  std::string out_{};
  std::size_t column_{0};        // In code points.
  bool after_space_{true};       // The last thing written separates.
  bool at_line_start_{true};     // Only indentation and indicators on this line so far.
  bool plain_was_last_{false};
};

}  // namespace

Result<std::string> write_yaml(const YamlValue& root, std::string_view line_break) {
  try {
    return Writer(line_break).write_document(root);
  } catch (const WriteFailure& failure) {
    Error error;
    error.code = ErrorCode::card;
    error.message = "The metadata cannot be written as YAML: " + failure.message + ".";
    return error;
  }
}

HUGGINGFACE_HUB_NAMESPACE_END
