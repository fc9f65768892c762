// SPDX-License-Identifier: Apache-2.0
#include "cards/template_expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

[[noreturn]] void fail(const std::string& message) { throw TemplateFailure{message}; }

std::string shown(const TemplateToken& token) {
  return token.kind == TemplateTokenKind::end ? "the end of the expression" : "'" + token.text + "'";
}

bool compare(const std::string& operation, const TemplateValue& left, const TemplateValue& right) {
  if (operation == "==") return python_equal(left, right);
  if (operation == "!=") return !python_equal(left, right);
  if (operation == "<") return python_less(left, right);
  if (operation == ">") return python_less(right, left);
  if (operation == "<=") return !python_less(right, left);
  if (operation == ">=") return !python_less(left, right);
  return python_contains(right, left) != (operation == "not in");
}

/// A whole number; true and false count as 1 and 0.
std::optional<std::int64_t> whole_of(const TemplateValue& value) noexcept {
  if (const auto truth = value.value.as_bool()) return *truth ? 1 : 0;
  return value.value.as_integer();
}

double number_of(const TemplateValue& value) {
  const auto number = python_number(value.value);
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
  const auto a = whole_of(left);
  const auto b = whole_of(right);
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

/// `text * times`.
TemplateValue repeated(const std::string& text, const TemplateValue& times) {
  const auto count = whole_of(times);
  if (!count) fail("'" + python_str(times) + "' is no whole number");
  std::string out;
  if (*count <= 0 || text.empty()) return MetaValue(std::move(out));
  if (static_cast<std::uint64_t>(*count) > kMaxTemplateText / text.size()) fail("a text is too long");
  for (std::int64_t i = 0; i < *count; ++i) out += text;
  return MetaValue(std::move(out));
}

TemplateValue signed_value(bool minus, const TemplateValue& value) {
  if (const auto whole = whole_of(value)) return MetaValue(minus ? whole_result('-', 0, *whole).value() : *whole);
  return MetaValue(minus ? -number_of(value) : number_of(value));
}

TemplateValue arithmetic(const std::string& operation, const TemplateValue& left, const TemplateValue& right) {
  if (operation == "*" && left.value.is_string()) return repeated(*left.value.as_string(), right);
  if (operation == "*" && right.value.is_string()) return repeated(*right.value.as_string(), left);
  if (operation == "+" && left.value.is_string() && right.value.is_string()) {
    if (left.value.as_string()->size() + right.value.as_string()->size() > kMaxTemplateText) fail("a text is too long");
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
  if (whole_of(left) && whole_of(right)) {
    if (const auto whole = whole_result(operation[0], *whole_of(left), *whole_of(right))) return MetaValue(*whole);
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

std::string TemplateParser::comparison_operator() {
  for (const char* symbol : {"==", "!=", "<=", ">=", "<", ">"}) {
    if (skip_symbol(symbol)) return symbol;
  }
  if (skip_word("in")) return "in";
  if (peek().kind == TemplateTokenKind::name && peek().text == "not" && peek(1).text == "in") {
    position_ += 2;
    return "not in";
  }
  return {};
}

/// `a < b < c` holds where both parts do, as in Python.
TemplateExpression TemplateParser::comparison() {
  TemplateExpression first = sum();
  std::vector<std::pair<std::string, TemplateExpression>> others;
  for (std::string operation = comparison_operator(); !operation.empty(); operation = comparison_operator()) {
    others.emplace_back(std::move(operation), sum());
  }
  if (others.empty()) return first;
  return [first = std::move(first), others = std::move(others)](const TemplateScope& scope) {
    TemplateValue left = first(scope);
    for (const auto& [operation, operand] : others) {
      TemplateValue right = operand(scope);
      if (!compare(operation, left, right)) return TemplateValue(MetaValue(false));
      left = std::move(right);
    }
    return TemplateValue(MetaValue(true));
  };
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
      if (text.size() > kMaxTemplateText) fail("a text is too long");
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
  const bool minus = skip_symbol("-");
  if (minus || skip_symbol("+")) {
    if (++depth_ > kMaxTemplateDepth) fail("an expression is nested too deeply");
    value = [inner = unary(false), minus](const TemplateScope& scope) { return signed_value(minus, inner(scope)); };
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
    if (token.text == "{") return mapping();
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
    for (const TemplateExpression& item : items) {
      TemplateValue value = item(scope);
      values.push_back(value.undefined ? MetaValue("") : std::move(value.value));  // It prints as nothing.
    }
    return TemplateValue(MetaValue(std::move(values)));
  };
}

/// `{'a': 1, 'b': 2}`.
TemplateExpression TemplateParser::mapping() {
  std::vector<std::pair<TemplateExpression, TemplateExpression>> entries;
  while (!skip_symbol("}")) {
    TemplateExpression key = expression();
    expect_symbol(":");
    entries.emplace_back(std::move(key), expression());
    if (!skip_symbol(",")) {
      expect_symbol("}");
      break;
    }
  }
  return [entries = std::move(entries)](const TemplateScope& scope) {
    MetaMap map;
    for (const auto& [key, value] : entries) map.set_entry(key(scope).value, value(scope).value);
    return TemplateValue(MetaValue(std::move(map)));
  };
}

TemplateExpression TemplateParser::postfix(TemplateExpression value) {
  while (true) {
    TemplateExpression key;
    if (skip_symbol(".")) {
      const TemplateToken token = peek();
      if (token.kind == TemplateTokenKind::name && peek(1).kind == TemplateTokenKind::symbol && peek(1).text == "(") {
        value = method(std::move(value));
        continue;
      }
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
      return python_item(value(scope), key(scope));
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
  return [input = std::move(input), filter_name, given = arguments()](const TemplateScope& scope) {
    return apply_template_filter(filter_name, input(scope), evaluated(given, scope));
  };
}

TemplateExpression TemplateParser::method(TemplateExpression input) {
  const std::string method_name = name();
  if (!is_template_method(method_name)) fail("there is no method '" + method_name + "' that templates of cards can call");
  return [input = std::move(input), method_name, given = arguments()](const TemplateScope& scope) {
    return call_template_method(method_name, input(scope), evaluated(given, scope));
  };
}

/// `(a, name=b)`, or nothing at all.
TemplateParser::ArgumentExpressions TemplateParser::arguments() {
  ArgumentExpressions read;
  if (!skip_symbol("(")) return read;
  while (!skip_symbol(")")) {
    std::string argument_name;
    if (peek().kind == TemplateTokenKind::name && peek(1).kind == TemplateTokenKind::symbol && peek(1).text == "=") {
      argument_name = name();
      ++position_;
    }
    read.emplace_back(argument_name, expression());
    if (!skip_symbol(",")) {
      expect_symbol(")");
      break;
    }
  }
  return read;
}

TemplateArguments TemplateParser::evaluated(const ArgumentExpressions& given, const TemplateScope& scope) {
  TemplateArguments values;
  for (const auto& [argument_name, argument] : given) {
    if (argument_name.empty()) {
      values.positional.push_back(argument(scope));
    } else {
      values.named[argument_name] = argument(scope);
    }
  }
  return values;
}

TemplateExpression TemplateParser::test(TemplateExpression input) {
  const bool negated = skip_word("not");
  const std::string test_name = name();
  if (!is_template_test(test_name)) fail("there is no test '" + test_name + "'");
  ArgumentExpressions given = arguments();
  // `is divisibleby 3`: the argument without parentheses.
  constexpr std::array<std::string_view, 6> kGoOn{"and", "else", "if", "in", "is", "or"};
  const bool opens = peek().kind == TemplateTokenKind::name
                         ? std::find(kGoOn.begin(), kGoOn.end(), peek().text) == kGoOn.end() && peek().text != "not"
                         : peek().kind == TemplateTokenKind::number || peek().kind == TemplateTokenKind::string ||
                               (peek().kind == TemplateTokenKind::symbol && peek().text == "[");
  if (given.empty() && opens) given.emplace_back("", postfix(primary()));
  return [input = std::move(input), test_name, negated, given = std::move(given)](const TemplateScope& scope) {
    const bool holds = apply_template_test(test_name, input(scope), evaluated(given, scope));
    return TemplateValue(MetaValue(holds != negated));
  };
}

HUGGINGFACE_HUB_NAMESPACE_END
