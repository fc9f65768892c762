// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hub/parse/fields.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace parse {

// One repository, from an info call or an item of a listing (spec/hub-http.md 4).
ModelInfo model_info(const Json& json, const http::ResponseHead& head);
DatasetInfo dataset_info(const Json& json, const http::ResponseHead& head);
SpaceInfo space_info(const Json& json, const http::ResponseHead& head);
KernelInfo kernel_info(const Json& json, const http::ResponseHead& head);

}  // namespace parse
HUGGINGFACE_HUB_NAMESPACE_END
