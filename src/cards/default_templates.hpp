// SPDX-License-Identifier: Apache-2.0
/// @file
/// The card templates of the library, with the headings and variables of the Hub's own (`spec/cards.md` 11.2, 11.3).
#pragma once

#include "huggingface_hub/repo_id.hpp"

#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// That of a data set for data sets, that of a model for all others.
std::string default_card_template(RepoType type);

HUGGINGFACE_HUB_NAMESPACE_END
