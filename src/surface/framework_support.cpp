// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/detail/framework_config.hpp"

#include "core/log.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

void log_message(LogLevel level, const std::string& message) { log(level, message); }

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
