// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a GGUF file says of itself, in the card of its repository.
#pragma once

#include "huggingface_hub/cards/card_data.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/serialization/gguf.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Puts the facts of a GGUF file into the metadata of a card: the tag `gguf`, and, where the card does not say them yet,
/// `base_model`, `language`, `license`, and the pipeline `text-generation` for an architecture of language
/// models (one with `<architecture>.context_length`). What the card says stays.
HUGGINGFACE_HUB_EXPORT void add_gguf_facts(ModelCardData& card, const gguf::Facts& facts);

HUGGINGFACE_HUB_NAMESPACE_END
