// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <memory>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

class BackgroundQueue;  // async.cpp
std::shared_ptr<BackgroundQueue> make_background_queue();

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
