// SPDX-License-Identifier: Apache-2.0
/// @file
/// Through which proxy a URL is fetched (`spec/transfer.md` 3.4).
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/config.hpp"

#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

struct Url;

/// True if an entry of `no_proxy` (comma separated) exempts `url`.
///
/// `*` exempts everything. Entries are hosts, addresses, `.domain`, `*.domain`, networks (`10.0.0.0/8`), each with an
/// optional `scheme://` before and `:port` after. What does not parse is ignored.
bool is_exempt(const Url& url, std::string_view no_proxy);

/// The proxy's URL for `url`, with a scheme; empty: none. A non-empty `per_call` wins over `environment` and is not
/// subject to `NO_PROXY`, since who passes it names what it is for.
std::string choose_proxy(const std::string& url, const ProxyMap& per_call, const ProxyEnvironment& environment);

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
