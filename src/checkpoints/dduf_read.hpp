// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/serialization/dduf.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {

/// `read_dduf_file` of bytes in memory. @throws DDUFCorruptedFileError
DDUFEntries read_dduf(std::string_view bytes, const std::filesystem::path& path);

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
