// SPDX-License-Identifier: Apache-2.0
/// @file
/// The value tree that YAML is read into and written from: the public `MetaValue` of cards.
#pragma once

#include "huggingface_hub/cards/meta_value.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

using YamlValue = MetaValue;
using YamlList = MetaList;
using YamlMap = MetaMap;

HUGGINGFACE_HUB_NAMESPACE_END
