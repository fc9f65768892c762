// SPDX-License-Identifier: Apache-2.0
/// @file
/// Checkpoints as PyTorch saves them (`pytorch_model.bin`), read without Python and without running anything
/// (`spec/safetensors.md` 8 and 11).
#pragma once

#include "huggingface_hub/export.hpp"
#include "huggingface_hub/serialization/loaded_state_dict.hpp"
#include "huggingface_hub/tensor_dict.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

struct LoadTorchFileOptions {
  /// The member of the saved dictionary that holds the tensors, for checkpoints of whole trainings; empty: the
  /// dictionary itself.
  std::string key{};
  /// Bytes that may be copied, all tensors together: those whose elements do not lie one after the other. Unset: as many
  /// as the file has, and 1 GiB.
  std::optional<std::uint64_t> max_copied_bytes{};
};

/// What `load_torch_file` has found.
struct TorchFile {
  std::vector<std::string> ignored{};  ///< Keys of what is no tensor: numbers, texts, nested dictionaries.
  TensorDict tensors{};                ///< In the order of the dictionary.
};

/// Reads a file that `torch.save` wrote: a dictionary of tensors, such as a state dict.
///
/// The pickle in it is read by a machine that knows the instructions and names that checkpoints of tensors need, and calls
/// nothing; anything else is refused by its name. Nothing is unpacked: tensors are views into the mapped file (which must
/// not be cut meanwhile) and may be written to without changing it; only those with gaps or strides are copied. Tensors that
/// shared a storage do so still (`HostTensor::storage`). Memory is bounded by `max_copied_bytes` and about half a GiB.
///
/// @throws CheckpointError    not such a file (one of the old format without ZIP, TorchScript, big endian); an instruction
///         or a name that is refused; a tensor outside of its storage; a limit. Also if built without minizip.
/// @throws HfIoError          it cannot be opened.
HUGGINGFACE_HUB_EXPORT TorchFile load_torch_file(const std::filesystem::path& path,
                                                 const LoadTorchFileOptions& options = {});

struct LoadTorchCheckpointOptions {
  /// Which index to look for in a folder; unset: `model{suffix}.safetensors`, and then, unless `safe`,
  /// `pytorch_model{suffix}.bin`.
  std::optional<std::string> filename_pattern{};
  /// True: safetensors files and nothing else. False: files of `torch.save` too, where there are no safetensors.
  bool safe{true};
};

/// Opens a checkpoint as Python's `load_torch_model` finds it: a file, or a folder with an index and its shards, or with
/// exactly one file `*.safetensors`, or, unless `safe`, exactly one `*.bin`. An index may name files of its own kind only.
///
/// @throws HFValidationError  a pattern of other files than safetensors although `safe`.
/// @throws CheckpointError, SafetensorsParsingError, HfIoError  as `load_checkpoint` and `load_torch_file`.
HUGGINGFACE_HUB_EXPORT LoadedStateDict load_torch_checkpoint(const std::filesystem::path& path,
                                                             const LoadTorchCheckpointOptions& options = {});

HUGGINGFACE_HUB_NAMESPACE_END
