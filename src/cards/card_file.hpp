// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <filesystem>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The text of a card file, without a byte order mark at its start. Line breaks are as they are.
/// @throws HfIoError  it cannot be read.
/// @throws CardError  it is not UTF-8.
std::string read_card_file(const std::filesystem::path& path);

HUGGINGFACE_HUB_NAMESPACE_END
