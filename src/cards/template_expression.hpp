// SPDX-License-Identifier: Apache-2.0
/// @file
/// The expressions of card templates.
#pragma once

#include "cards/template_value.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// How deep blocks, and the expressions inside one, may be nested.
inline constexpr std::size_t kMaxTemplateDepth = 100;

/// The variables while a template is filled: those given, and the ones that loops and `set` add.
class TemplateScope {
 public:
  explicit TemplateScope(const MetaMap& vars) : vars_(vars) {}

  [[nodiscard]] TemplateValue get(const std::string& name) const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
      if (const MetaValue* value = frame->find(name)) return *value;
    }
    const MetaValue* value = vars_.find(name);
    return value == nullptr ? TemplateValue::none() : *value;
  }

  void push() { frames_.emplace_back(); }
  void pop() { frames_.pop_back(); }
  /// Precondition: a frame was pushed.
  void set(const std::string& name, MetaValue value) { frames_.back().set(name, std::move(value)); }

 private:
  const MetaMap& vars_;
  std::vector<MetaMap> frames_{};
};

using TemplateExpression = std::function<TemplateValue(const TemplateScope&)>;

enum class TemplateTokenKind { end, name, string, number, symbol };

struct TemplateToken {
  TemplateTokenKind kind{TemplateTokenKind::end};
  std::string text{};  ///< Of a string: its value.
};

/// The tokens of `source` from `position` up to the symbol `closer` (`}}`, `%}`, perhaps with a `-` or `+` before it),
/// which is consumed and is the last token. Fails where it never comes.
std::vector<TemplateToken> read_template_tokens(std::string_view source, std::size_t& position,
                                                std::string_view closer);

/// Reads expressions from tokens.
class TemplateParser {
 public:
  explicit TemplateParser(std::vector<TemplateToken> tokens) : tokens_(std::move(tokens)) {}

  /// A whole expression; with `with_condition` also `x if y else z`.
  TemplateExpression expression(bool with_condition = true);

  [[nodiscard]] bool at_end() const noexcept { return position_ + 1 >= tokens_.size(); }
  bool skip_symbol(std::string_view symbol);
  bool skip_word(std::string_view word);
  /// Fails where there is none.
  std::string name();
  /// Fails where something is left.
  void expect_end() const;

 private:
  using ArgumentExpressions = std::vector<std::pair<std::string, TemplateExpression>>;

  ArgumentExpressions arguments();
  static TemplateArguments evaluated(const ArgumentExpressions& given, const TemplateScope& scope);
  [[nodiscard]] const TemplateToken& peek(std::size_t ahead = 0) const noexcept;
  void expect_symbol(std::string_view symbol);

  TemplateExpression disjunction();
  TemplateExpression conjunction();
  TemplateExpression negation();
  TemplateExpression comparison();
  std::string comparison_operator();
  TemplateExpression sum();
  TemplateExpression concatenation();
  TemplateExpression product();
  TemplateExpression unary(bool with_filters = true);
  TemplateExpression primary();
  TemplateExpression list(std::string_view closer);
  TemplateExpression mapping();
  TemplateExpression postfix(TemplateExpression value);
  TemplateExpression filtered(TemplateExpression value);
  TemplateExpression filter(TemplateExpression input);
  TemplateExpression method(TemplateExpression input);
  TemplateExpression test(TemplateExpression input);

  std::vector<TemplateToken> tokens_;
  std::size_t position_{0};
  std::size_t depth_{0};
};

HUGGINGFACE_HUB_NAMESPACE_END
