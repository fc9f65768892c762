// SPDX-License-Identifier: Apache-2.0
#include "cards/template.hpp"

#include "cards/template_expression.hpp"

#include "formats/utf8.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::size_t kMaxSource = std::size_t{4} << 20;
constexpr std::size_t kMaxOutput = std::size_t{64} << 20;
constexpr std::size_t kMaxTurns = 100'000;

/// Where the filled text goes, and what has been spent.
struct Output {
  std::string text{};
  std::size_t turns{0};

  void add(std::string_view more) {
    if (more.size() > kMaxOutput - text.size()) throw TemplateFailure{"the result is too long"};
    text += more;
  }
};

struct Piece {
  virtual ~Piece() = default;
  virtual void write(TemplateScope& scope, Output& out) const = 0;
};
using Pieces = std::vector<std::unique_ptr<Piece>>;

void write_all(const Pieces& pieces, TemplateScope& scope, Output& out) {
  for (const auto& piece : pieces) piece->write(scope, out);
}

struct Text final : Piece {
  std::string text;
  explicit Text(std::string_view given) : text(given) {}
  void write(TemplateScope&, Output& out) const override { out.add(text); }
};

struct Print final : Piece {
  TemplateExpression value;
  explicit Print(TemplateExpression given) : value(std::move(given)) {}
  void write(TemplateScope& scope, Output& out) const override { out.add(python_str(value(scope))); }
};

struct Set final : Piece {
  std::string name;
  TemplateExpression value;
  void write(TemplateScope& scope, Output&) const override { scope.set(name, value(scope).value); }
};

struct If final : Piece {
  std::vector<std::pair<TemplateExpression, Pieces>> branches{};
  Pieces otherwise{};

  void write(TemplateScope& scope, Output& out) const override {
    for (const auto& [condition, body] : branches) {
      if (condition(scope).is_truthy()) return write_all(body, scope, out);
    }
    write_all(otherwise, scope, out);
  }
};

struct For final : Piece {
  std::vector<std::string> names{};
  TemplateExpression items{};
  TemplateExpression condition{};  ///< `for x in y if …`; may be empty.
  Pieces body{};
  Pieces otherwise{};

  void write(TemplateScope& scope, Output& out) const override {
    MetaList wanted = python_items(items(scope));
    if (condition) {
      MetaList kept;
      for (MetaValue& item : wanted) {
        scope.push();
        bind(scope, item);
        if (condition(scope).is_truthy()) kept.push_back(std::move(item));
        scope.pop();
      }
      wanted = std::move(kept);
    }
    if (wanted.empty()) return write_all(otherwise, scope, out);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (++out.turns > kMaxTurns) throw TemplateFailure{"a loop has too many turns"};
      scope.push();
      bind(scope, wanted[i]);
      scope.set("loop", loop_at(i, wanted.size()));
      write_all(body, scope, out);
      scope.pop();
    }
  }

  static MetaMap loop_at(std::size_t i, std::size_t length) {
    MetaMap loop;
    loop.reserve(7);
    loop.append("index", i + 1);
    loop.append("index0", i);
    loop.append("first", i == 0);
    loop.append("last", i + 1 == length);
    loop.append("length", length);
    loop.append("revindex", length - i);
    loop.append("revindex0", length - i - 1);
    return loop;
  }

  void bind(TemplateScope& scope, const MetaValue& item) const {
    if (names.size() == 1) return scope.set(names[0], item);
    const MetaList parts = python_items(item);
    if (parts.size() != names.size()) throw TemplateFailure{"an item of the loop has another number of parts"};
    for (std::size_t i = 0; i < names.size(); ++i) scope.set(names[i], parts[i]);
  }
};

/// Line breaks of the template are `\n`; one at the end goes.
std::string normalised(std::string_view source) {
  std::string out;
  out.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\r') {
      out += '\n';
      if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
    } else {
      out += source[i];
    }
  }
  if (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

class Compiler {
 public:
  explicit Compiler(std::string_view source) : source_(source) {}

  Pieces compile() {
    Pieces pieces = body();
    if (!ender_.empty()) throw TemplateFailure{"unexpected '" + ender_ + "'"};
    return pieces;
  }

  [[nodiscard]] std::size_t line() const noexcept {
    const auto end = source_.begin() + static_cast<std::ptrdiff_t>(std::min(position_, source_.size()));
    return 1 + static_cast<std::size_t>(std::count(source_.begin(), end, '\n'));
  }

 private:
  /// Reads up to a statement that ends or divides a block (left in `ender_` and `rest_`), or to the end.
  Pieces body() {
    if (++depth_ > kMaxTemplateDepth) throw TemplateFailure{"blocks are nested too deeply"};
    Pieces pieces;
    ender_.clear();
    while (position_ < source_.size()) {
      const std::size_t tag = next_tag();
      add_text(pieces, tag);
      if (tag == std::string_view::npos) break;
      const char kind = source_[tag + 1];
      position_ = tag + 2;
      skip_left_sign();
      if (kind == '#') {
        skip_comment();
      } else if (kind == '{') {
        TemplateParser parser = parser_until("}}");
        auto print = std::make_unique<Print>(parser.expression());
        parser.expect_end();
        pieces.push_back(std::move(print));
      } else if (!statement(pieces)) {
        break;
      }
    }
    --depth_;
    return pieces;
  }

  [[nodiscard]] std::size_t next_tag() const noexcept {
    std::size_t at = source_.find('{', position_);
    while (at != std::string_view::npos) {
      const char next = at + 1 < source_.size() ? source_[at + 1] : '\0';
      if (next == '{' || next == '%' || next == '#') return at;
      at = source_.find('{', at + 1);
    }
    return at;
  }

  void add_text(Pieces& pieces, std::size_t tag) {
    std::string_view text = source_.substr(position_, tag == std::string_view::npos ? tag : tag - position_);
    position_ = tag == std::string_view::npos ? source_.size() : tag;
    if (strip_next_) text.remove_prefix(leading_space(text));
    strip_next_ = false;
    // Jinja's `-`: the blanks before the tag go too.
    if (tag != std::string_view::npos && tag + 2 < source_.size() && source_[tag + 2] == '-')
      text = right_stripped(text);
    if (!text.empty()) pieces.push_back(std::make_unique<Text>(text));
  }

  static std::string_view right_stripped(std::string_view text) noexcept {
    if (leading_space(text) == text.size()) return {};
    const std::string_view stripped = python_strip(text);
    return text.substr(0, static_cast<std::size_t>(stripped.data() - text.data()) + stripped.size());
  }

  void skip_left_sign() noexcept {
    if (position_ < source_.size() && (source_[position_] == '-' || source_[position_] == '+')) ++position_;
  }

  void skip_comment() {
    const std::size_t end = source_.find("#}", position_);
    if (end == std::string_view::npos) throw TemplateFailure{"'#}' is missing"};
    strip_next_ = end > position_ && source_[end - 1] == '-';
    position_ = end + 2;
  }

  TemplateParser parser_until(std::string_view closer) {
    std::vector<TemplateToken> tokens = read_template_tokens(source_, position_, closer);
    strip_next_ = tokens.back().text == "-";
    return TemplateParser(std::move(tokens));
  }

  /// False where the statement ends or divides the block around it.
  bool statement(Pieces& pieces) {
    TemplateParser parser = parser_until("%}");
    const std::string keyword = parser.name();
    if (keyword == "raw") {
      raw(pieces);
    } else if (keyword == "set") {
      auto set = std::make_unique<Set>();
      set->name = parser.name();
      if (!parser.skip_symbol("=")) throw TemplateFailure{"expected '=' after the name of `set`"};
      set->value = parser.expression();
      parser.expect_end();
      pieces.push_back(std::move(set));
    } else if (keyword == "if") {
      pieces.push_back(if_block(parser));
    } else if (keyword == "for") {
      pieces.push_back(for_block(parser));
    } else if (keyword == "elif" || keyword == "else" || keyword == "endif" || keyword == "endfor") {
      ender_ = keyword;
      rest_ = std::make_unique<TemplateParser>(std::move(parser));
      return false;
    } else {
      throw TemplateFailure{"the statement '" + keyword + "' is not known"};
    }
    return true;
  }

  void raw(Pieces& pieces) {
    std::size_t end = position_;
    while ((end = source_.find("{%", end)) != std::string_view::npos) {
      std::size_t after = end + 2;
      const bool strips = after < source_.size() && source_[after] == '-';
      while (after < source_.size() && std::string_view("-+ \t\n").find(source_[after]) != std::string_view::npos)
        ++after;
      if (source_.substr(after, 6) == "endraw") {
        std::string_view text = source_.substr(position_, end - position_);
        if (strip_next_) text.remove_prefix(leading_space(text));
        if (strips) text = right_stripped(text);
        pieces.push_back(std::make_unique<Text>(text));
        position_ = after + 6;
        parser_until("%}").expect_end();
        return;
      }
      end = after;
    }
    throw TemplateFailure{"'endraw' is missing"};
  }

  std::unique_ptr<Piece> if_block(TemplateParser& parser) {
    auto made = std::make_unique<If>();
    TemplateExpression condition = parser.expression();
    parser.expect_end();
    while (true) {
      made->branches.emplace_back(std::move(condition), body());
      if (ender_ == "elif") {
        condition = rest_->expression();
        rest_->expect_end();
        continue;
      }
      if (ender_ == "else") made->otherwise = body();
      expect_ender("endif");
      return made;
    }
  }

  std::unique_ptr<Piece> for_block(TemplateParser& parser) {
    auto made = std::make_unique<For>();
    do {
      made->names.push_back(parser.name());
    } while (parser.skip_symbol(","));
    if (!parser.skip_word("in")) throw TemplateFailure{"expected 'in' in `for`"};
    made->items = parser.expression(/*with_condition=*/false);
    if (parser.skip_word("if")) made->condition = parser.expression();
    parser.expect_end();
    made->body = body();
    if (ender_ == "else") made->otherwise = body();
    expect_ender("endfor");
    return made;
  }

  void expect_ender(const char* wanted) {
    if (ender_ != wanted) throw TemplateFailure{std::string("'") + wanted + "' is missing"};
    ender_.clear();
  }

  std::string_view source_;
  std::size_t position_{0};
  std::size_t depth_{0};
  bool strip_next_{false};
  std::string ender_{};
  std::unique_ptr<TemplateParser> rest_{};
};

Error template_error(const std::string& message) {
  Error error;
  error.code = ErrorCode::card;
  error.message = message;
  return error;
}

}  // namespace

Result<std::string> render_template(std::string_view source, const MetaMap& vars) {
  if (source.size() > kMaxSource) return template_error("The card template is larger than 4 MiB.");
  const std::string text = normalised(source);
  Compiler compiler(text);
  Pieces pieces;
  try {
    pieces = compiler.compile();
  } catch (const TemplateFailure& failure) {
    return template_error("The card template is malformed at line " + std::to_string(compiler.line()) + ": " +
                          failure.message + ".");
  }
  try {
    TemplateScope scope(vars);
    scope.push();
    Output out;
    write_all(pieces, scope, out);
    return std::move(out.text);
  } catch (const TemplateFailure& failure) {
    return template_error("The card template cannot be filled: " + failure.message + ".");
  }
}

HUGGINGFACE_HUB_NAMESPACE_END
