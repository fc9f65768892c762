// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/export.hpp"

#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// The media type of a file, by the ending of its name.
std::string content_type(const std::string& path);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
