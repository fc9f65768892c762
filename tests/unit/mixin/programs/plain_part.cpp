// SPDX-License-Identifier: Apache-2.0
#include "unit/mixin/programs/part.hpp"
#include "unit/mixin/programs/two_settings.hpp"

std::string plain_part(const std::string& folder) { return Part::round_trip(folder); }
unsigned long plain_options_size() { return sizeof(huggingface_hub::FromPretrainedOptions); }
