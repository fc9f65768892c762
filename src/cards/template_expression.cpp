// SPDX-License-Identifier: Apache-2.0
#include "cards/template_expression.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::size_t kMaxText = std::size_t{64} << 20;

[[noreturn]] void fail(const std::string& message) { throw TemplateFailure{message}; }

std::string shown(const TemplateToken& token) {
  return token.kind == TemplateTokenKind::end ? "the end of the expression" : "'" + token.text + "'";
}

/// Equal as Python sees it: numbers of both kinds compare.
bool equal(const TemplateValue& left, const TemplateValue& right) {
  if (left.undefined || right.undefined) return left.undefined && right.undefined;
  const auto a = left.value.as_double();
  const auto b = right.value.as_double();
  if (a && b) return *a <= *b && *a >= *b;
  return left.value == right.value;
}

bool less(const TemplateValue& left, const TemplateValue& right) {
  const auto a = left.value.as_double();
  const auto b = right.value.as_double();
  if (a && b) return *a < *b;
  const std::string* text = left.value.as_string();
  const std::string* other = right.value.as_string();
  if (text == nullptr || other == nullptr) {
    fail("'" + python_str(left) + "' and '" + python_str(right) + "' cannot be compared");
  }
  return *text < *other;
}

bool contains(const TemplateValue& container, const TemplateValue& item) {
  if (const std::string* text = container.value.as_string()) {
    return text->find(python_str(item)) != std::string::npos;
  }
  const MetaList items = python_items(container);
  return std::any_of(items.begin(), items.end(), [&item](const MetaValue& one) { return equal(one, item); });
}

bool compare(const std::string& operation, const TemplateValue& left, const TemplateValue& right) {
  if (operation == "==") return equal(left, right);
  if (operation == "!=") return !equal(left, right);
  if (operation == "<") return less(left, right);
  if (operation == ">") return less(right, left);
  if (operation == "<=") return !less(right, left);
  if (operation == ">=") return !less(left, right);
  return contains(right, left);  // in
}

double number_of(const TemplateValue& value) {
  const auto number = value.value.as_double();
  if (!number) fail("'" + python_str(value) + "' is no number");
  return *number;
}

std::optional<std::int64_t> whole_result(char operation, std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  bool overflow = false;
  switch (operation) {
    case '+':
      overflow = __builtin_add_overflow(left, right, &result);
      break;
    case '-':
      overflow = __builtin_sub_overflow(left, right, &result);
      break;
    case '*':
      overflow = __builtin_mul_overflow(left, right, &result);
      break;
    default:
      return std::nullopt;
  }
  if (overflow) fail("a number is too large");
  return result;
}

/// Division and remainder round towards minus infinity, as Python's do.
TemplateValue floor_result(bool remainder, const TemplateValue& left, const TemplateValue& right) {
  const auto a = left.value.as_integer();
  const auto b = right.value.as_integer();
  if (a && b) {
    if (*b == -1) return MetaValue(remainder ? 0 : whole_result('-', 0, *a).value());
    std::int64_t quotient = *a / *b;
    std::int64_t rest = *a % *b;
    if (rest != 0 && (rest < 0) != (*b < 0)) {
      --quotient;
      rest += *b;
    }
    return MetaValue(remainder ? rest : quotient);
  }
  const double quotient = std::floor(number_of(left) / number_of(right));
  return MetaValue(remainder ? number_of(left) - quotient * number_of(right) : quotient);
}

TemplateValue arithmetic(const std::string& operation, const TemplateValue& left, const TemplateValue& right) {
  if (operation == "+" && left.value.is_string() && right.value.is_string()) {
    if (left.value.as_string()->size() + right.value.as_string()->size() > kMaxText) fail("a text is too long");
    return MetaValue(*left.value.as_string() + *right.value.as_string());
  }
  if (operation == "+" && left.value.is_list() && right.value.is_list()) {
    MetaList joined = *left.value.as_list();
    joined.insert(joined.end(), right.value.as_list()->begin(), right.value.as_list()->end());
    return MetaValue(std::move(joined));
  }
  const double b = number_of(right);
  const double a = number_of(left);
  if ((operation[0] == '/' || operation == "%") && b <= 0 && b >= 0) fail("division by zero");
  if (operation == "//" || operation == "%") return floor_result(operation == "%", left, right);
  if (left.value.as_integer() && right.value.as_integer()) {
    if (const auto whole = whole_result(operation[0], *left.value.as_integer(), *right.value.as_integer())) {
      return MetaValue(*whole);
    }
  }
  switch (operation[0]) {
    case '+':
      return MetaValue(a + b);
    case '-':
      return MetaValue(a - b);
    case '*':
      return MetaValue(a * b);
    default:
      return MetaValue(a / b);
  }
}

TemplateValue item_of(const TemplateValue& container, const TemplateValue& key) {
  if (container.undefined) fail("something undefined has no '" + python_str(key) + "'");
  if (const MetaMap* map = container.value.as_map()) {
    for (const MetaEntry& entry : *map) {
      if (entry.key == key.value) return entry.value;
    }
    return TemplateValue::none();
  }
  const auto index = key.value.as_integer();
  if (!index || (!container.value.is_list() && !container.value.is_string())) return TemplateValue::none();
  const MetaList items = python_items(container);
  const std::int64_t size = static_cast<std::int64_t>(items.size());
  const std::int64_t place = *index < 0 ? *index + size : *index;
  if (place < 0 || place >= size) return TemplateValue::none();
  return items[static_cast<std::size_t>(place)];
}

MetaValue number_literal(const std::string& text) {
  if (text.find_first_of(".eE") == std::string::npos) {
    std::int64_t whole = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (failure != std::errc() || end != text.data() + text.size()) fail("the number " + text + " is too large");
    return whole;
  }
  double number = 0;
  std::string plain = text;
  plain.erase(std::remove(plain.begin(), plain.end(), '+'), plain.end());
  std::from_chars(plain.data(), plain.data() + plain.size(), number);
  return number;
}

}  // namespace

const TemplateToken& TemplateParser::peek(std::size_t ahead) const noexcept {
  return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

bool TemplateParser::skip_symbol(std::string_view symbol) {
  if (peek().kind != TemplateTokenKind::symbol || peek().text != symbol) return false;
  ++position_;
  return true;
}

bool TemplateParser::skip_word(std::string_view word) {
  if (peek().kind != TemplateTokenKind::name || peek().text != word) return false;
  ++position_;
  return true;
}

std::string TemplateParser::name() {
  if (peek().kind != TemplateTokenKind::name) fail("expected a name, found " + shown(peek()));
  return tokens_[position_++].text;
}

void TemplateParser::expect_end() const {
  if (!at_end()) fail("unexpected " + shown(peek()));
}

void TemplateParser::expect_symbol(std::string_view symbol) {
  if (!skip_symbol(symbol)) fail("expected '" + std::string(symbol) + "', found " + shown(peek()));
}

TemplateExpression TemplateParser::expression(bool with_condition) {
  if (++depth_ > kMaxTemplateDepth) fail("an expression is nested too deeply");
  TemplateExpression value = disjunction();
  while (with_condition && skip_word("if")) {
    TemplateExpression condition = disjunction();
    TemplateExpression otherwise = [](const TemplateScope&) { return TemplateValue::none(); };
    if (skip_word("else")) otherwise = expression();
    value = [value = std::move(value), condition = std::move(condition), otherwise = std::move(otherwise)](
                const TemplateScope& scope) { return condition(scope).is_truthy() ? value(scope) : otherwise(scope); };
  }
  --depth_;
  return value;
}

TemplateExpression TemplateParser::disjunction() {
  TemplateExpression left = conjunction();
  while (skip_word("or")) {
    left = [left = std::move(left), right = conjunction()](const TemplateScope& scope) {
      TemplateValue value = left(scope);
      return value.is_truthy() ? value : right(scope);
    };
  }
  return left;
}

TemplateExpression TemplateParser::conjunction() {
  TemplateExpression left = negation();
  while (skip_word("and")) {
    left = [left = std::move(left), right = negation()](const TemplateScope& scope) {
      TemplateValue value = left(scope);
      return value.is_truthy() ? right(scope) : value;
    };
  }
  return left;
}

TemplateExpression TemplateParser::negation() {
  if (!skip_word("not")) return comparison();
  if (++depth_ > kMaxTemplateDepth) fail("an expression is nested too deeply");
  TemplateExpression value = negation();
  --depth_;
  return [value = std::move(value)](const TemplateScope& scope) {
    return TemplateValue(MetaValue(!value(scope).is_truthy()));
  };
}

TemplateExpression TemplateParser::comparison() {
  TemplateExpression left = sum();
  while (true) {
    std::string operation;
    bool negated = false;
    for (const char* symbol : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (skip_symbol(symbol)) {
        operation = symbol;
        break;
      }
    }
    if (operation.empty()) {
      negated = peek().text == "not" && peek().kind == TemplateTokenKind::name && peek(1).text == "in";
      if (negated) ++position_;
      if (!skip_word("in")) return left;
      operation = "in";
    }
    left = [left = std::move(left), right = sum(), operation, negated](const TemplateScope& scope) {
      return TemplateValue(MetaValue(compare(operation, left(scope), right(scope)) != negated));
    };
  }
}

TemplateExpression TemplateParser::sum() {
  TemplateExpression left = concatenation();
  while (true) {
    const std::string operation = peek().text;
    if (!skip_symbol("+") && !skip_symbol("-")) return left;
    left = [left = std::move(left), right = concatenation(), operation](const TemplateScope& scope) {
      return arithmetic(operation, left(scope), right(scope));
    };
  }
}

TemplateExpression TemplateParser::concatenation() {
  TemplateExpression left = product();
  while (skip_symbol("~")) {
    left = [left = std::move(left), right = product()](const TemplateScope& scope) {
      std::string text = python_str(left(scope)) + python_str(right(scope));
      if (text.size() > kMaxText) fail("a text is too long");
      return TemplateValue(MetaValue(std::move(text)));
    };
  }
  return left;
}

TemplateExpression TemplateParser::product() {
  TemplateExpression left = unary();
  while (true) {
    const std::string operation = peek().text;
    if (!skip_symbol("*") && !skip_symbol("//") && !skip_symbol("/") && !skip_symbol("%")) return left;
    left = [left = std::move(left), right = unary(), operation](const TemplateScope& scope) {
      return arithmetic(operation, left(scope), right(scope));
    };
  }
}

TemplateExpression TemplateParser::unary(bool with_filters) {
  TemplateExpression value;
  if (skip_symbol("-")) {
    if (++depth_ > kMaxTemplateDepth) fail("an expression is nested too deeply");
    value = [inner = unary(false)](const TemplateScope& scope) {
      return arithmetic("-", TemplateValue(MetaValue(0)), inner(scope));
    };
    --depth_;
  } else {
    value = postfix(primary());
  }
  return with_filters ? filtered(std::move(value)) : value;
}

TemplateExpression TemplateParser::primary() {
  const TemplateToken token = peek();
  if (token.kind == TemplateTokenKind::end) fail("expected an expression, found the end");
  ++position_;
  if (token.kind == TemplateTokenKind::number) {
    return [value = number_literal(token.text)](const TemplateScope&) { return TemplateValue(value); };
  }
  if (token.kind == TemplateTokenKind::string) {
    std::string text = token.text;
    while (peek().kind == TemplateTokenKind::string) text += tokens_[position_++].text;
    return [value = MetaValue(std::move(text))](const TemplateScope&) { return TemplateValue(value); };
  }
  if (token.kind == TemplateTokenKind::symbol) {
    if (token.text == "[") return list("]");
    if (token.text == "(") return list(")");
    fail("unexpected " + shown(token));
  }
  MetaValue literal;
  if (token.text == "true" || token.text == "True") {
    literal = true;
  } else if (token.text == "false" || token.text == "False") {
    literal = false;
  } else if (token.text != "none" && token.text != "None") {
    return [name = token.text](const TemplateScope& scope) { return scope.get(name); };
  }
  return [literal = std::move(literal)](const TemplateScope&) { return TemplateValue(literal); };
}

/// `[a, b]`, `(a, b)`, or the value in `(a)`.
TemplateExpression TemplateParser::list(std::string_view closer) {
  std::vector<TemplateExpression> items;
  bool comma = false;
  while (!skip_symbol(closer)) {
    items.push_back(expression());
    if (skip_symbol(",")) {
      comma = true;
    } else {
      expect_symbol(closer);
      break;
    }
  }
  if (closer == ")" && items.size() == 1 && !comma) return items.front();
  return [items = std::move(items)](const TemplateScope& scope) {
    MetaList values;
    for (const TemplateExpression& item : items) values.push_back(item(scope).value);
    return TemplateValue(MetaValue(std::move(values)));
  };
}

TemplateExpression TemplateParser::postfix(TemplateExpression value) {
  while (true) {
    TemplateExpression key;
    if (skip_symbol(".")) {
      const TemplateToken token = peek();
      MetaValue constant = token.kind == TemplateTokenKind::number ? number_literal(token.text) : MetaValue(token.text);
      if (token.kind == TemplateTokenKind::number) {
        ++position_;
      } else {
        name();
      }
      key = [constant = std::move(constant)](const TemplateScope&) { return TemplateValue(constant); };
    } else if (skip_symbol("[")) {
      key = expression();
      expect_symbol("]");
    } else {
      if (peek().kind == TemplateTokenKind::symbol && peek().text == "(") {
        fail("templates of cards have no functions to call");
      }
      return value;
    }
    value = [value = std::move(value), key = std::move(key)](const TemplateScope& scope) {
      return item_of(value(scope), key(scope));
    };
  }
}

TemplateExpression TemplateParser::filtered(TemplateExpression value) {
  while (true) {
    if (skip_symbol("|")) {
      value = filter(std::move(value));
    } else if (skip_word("is")) {
      value = test(std::move(value));
    } else {
      return value;
    }
  }
}

TemplateExpression TemplateParser::filter(TemplateExpression input) {
  const std::string filter_name = name();
  if (!is_template_filter(filter_name)) fail("there is no filter '" + filter_name + "'");
  std::vector<std::pair<std::string, TemplateExpression>> arguments;
  if (skip_symbol("(")) {
    while (!skip_symbol(")")) {
      std::string argument_name;
      if (peek().kind == TemplateTokenKind::name && peek(1).kind == TemplateTokenKind::symbol && peek(1).text == "=") {
        argument_name = name();
        ++position_;
      }
      arguments.emplace_back(argument_name, expression());
      if (!skip_symbol(",")) {
        expect_symbol(")");
        break;
      }
    }
  }
  return [input = std::move(input), filter_name, arguments = std::move(arguments)](const TemplateScope& scope) {
    TemplateArguments given;
    for (const auto& [argument_name, argument] : arguments) {
      if (argument_name.empty()) {
        given.positional.push_back(argument(scope));
      } else {
        given.named[argument_name] = argument(scope);
      }
    }
    return apply_template_filter(filter_name, input(scope), given);
  };
}

TemplateExpression TemplateParser::test(TemplateExpression input) {
  const bool negated = skip_word("not");
  const std::string test_name = name();
  if (!is_template_test(test_name)) fail("there is no test '" + test_name + "'");
  return [input = std::move(input), test_name, negated](const TemplateScope& scope) {
    return TemplateValue(MetaValue(apply_template_test(test_name, input(scope)) != negated));
  };
}

HUGGINGFACE_HUB_NAMESPACE_END
