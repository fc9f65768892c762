// SPDX-License-Identifier: Apache-2.0
// Built with JSON_DIAGNOSTICS, which makes each JSON value larger.
#include "unit/mixin/programs/part.hpp"
#include "unit/mixin/programs/two_settings.hpp"

std::string diagnostics_part(const std::string& folder) { return Part::round_trip(folder); }
unsigned long diagnostics_options_size() { return sizeof(huggingface_hub::FromPretrainedOptions); }
