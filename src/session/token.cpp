// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which token a request carries (`spec/transfer.md` 5).
#include "session/session.hpp"

#include "auth/token_store.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

/// `text` without white space at its ends; nothing where nothing is left.
/// @throws HFValidationError  what is left cannot stand in a header.
std::optional<std::string> clean(const std::string& text) {
  std::string token(trim(text));
  if (token.empty()) return std::nullopt;
  if (std::any_of(token.begin(), token.end(), [](char c) { return c <= ' ' || c > '~'; })) {
    throw_error(ErrorCode::validation,
                "The token holds a line break, a space or a character that is not ASCII. Copy it again from "
                "https://huggingface.co/settings/tokens. Nothing was sent.");
  }
  return token;
}

std::optional<std::string> stored_token(const Config& config) {
  return clean(TokenStore(config).current_token().value_or(""));
}

}  // namespace

std::optional<std::string> Session::resolve_token(const Token& token) const {
  const Token& asked = token.is_implicit() ? options_.token : token;
  switch (asked.kind()) {
    case Token::Kind::value: return clean(asked.value());
    case Token::Kind::anonymous: return std::nullopt;
    case Token::Kind::implicit:
      if (options_.config.disable_implicit_token) return std::nullopt;
      return stored_token(options_.config);
    case Token::Kind::required: break;
  }
  auto stored = stored_token(options_.config);
  if (!stored) {
    throw_error(ErrorCode::local_token_not_found,
                "A token is required, and none was found. Log in with `hfcpp auth login`, or set HF_TOKEN. Tokens are "
                "made at https://huggingface.co/settings/tokens.");
  }
  return stored;
}

HUGGINGFACE_HUB_NAMESPACE_END
