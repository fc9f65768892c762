// SPDX-License-Identifier: Apache-2.0
/// @file
/// Everything at once. A file that needs one thing compiles faster with the header of that thing:
/// `hf_api.hpp` (all calls), `functions.hpp` (the same as free functions), `cache/lookup.hpp`, `safetensors/reader.hpp`, …
/// Left out are `async.hpp` and `commit_scheduler.hpp`, which cost everybody `<future>`.
#pragma once

#include "huggingface_hub/auth.hpp"
#include "huggingface_hub/cache/layout.hpp"
#include "huggingface_hub/cache/lookup.hpp"
#include "huggingface_hub/cards/card_data.hpp"
#include "huggingface_hub/cards/eval_result_entry.hpp"
#include "huggingface_hub/cards/metadata.hpp"
#include "huggingface_hub/cards/repo_card.hpp"
#include "huggingface_hub/functions.hpp"
#include "huggingface_hub/hf_api.hpp"
#include "huggingface_hub/hf_uri.hpp"
#include "huggingface_hub/json.hpp"
#include "huggingface_hub/log.hpp"
#include "huggingface_hub/model_hub_mixin.hpp"
#include "huggingface_hub/patterns.hpp"
#include "huggingface_hub/remote_file.hpp"
#include "huggingface_hub/remote_safetensors.hpp"
#include "huggingface_hub/result.hpp"
#include "huggingface_hub/safetensors/dtype.hpp"
#include "huggingface_hub/safetensors/header.hpp"
#include "huggingface_hub/safetensors/reader.hpp"
#include "huggingface_hub/safetensors/writer.hpp"
#include "huggingface_hub/serialization/load.hpp"
#include "huggingface_hub/serialization/match.hpp"
#include "huggingface_hub/serialization/save.hpp"
#include "huggingface_hub/tensor_dict.hpp"
#include "huggingface_hub/version.hpp"
