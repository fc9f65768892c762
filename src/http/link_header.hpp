// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/http/headers.hpp"

#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// The target of the first entry with relation `rel` in the `Link` headers (RFC 8288), as written.
std::optional<std::string> link_target(const Headers& headers, std::string_view rel);

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
