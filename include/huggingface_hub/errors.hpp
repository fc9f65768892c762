// SPDX-License-Identifier: Apache-2.0
/// @file
/// Every error of the library: the value `Error` that travels inside, and the exception classes,
/// named as in the Python client, that the public calls throw.
#pragma once

#include "huggingface_hub/export.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// One code a class. `throw_error` holds the table from code to class.
enum class ErrorCode : std::uint8_t {
  other,  ///< `HfHubError` itself.
  http,
  bad_request,
  repository_not_found,
  gated_repo,
  disabled_repo,
  revision_not_found,
  remote_entry_not_found,
  local_entry_not_found,
  incomplete_snapshot,
  bucket_not_found,
  job_not_found,
  rate_limited,
  offline_mode,
  transport,
  cancelled,
  integrity,
  validation,
  invalid_hf_uri,
  cache_not_found,
  corrupted_cache,
  file_metadata,
  dry_run,
  local_token_not_found,
  revision_resolution,
  cached_repo_tree_not_found,
  safetensors_parsing,
  not_a_safetensors_repo,
  xet_download,
  device_code,
  oidc,
  file_duplication,
  card,  ///< A model card that cannot be read, or that the Hub refuses.
  checkpoint,  ///< Weights that do not fit together, or not the model.
  dduf_corrupted,
  dduf_export,
  dduf_invalid_entry_name,
  gguf,  ///< A GGUF file that breaks its format.
  io,    ///< The file system said no: permission, full disk, vanished file.
};

/// The part of a failed HTTP exchange that helps a person ask for help.
/// Never holds a token: `url` has its query removed.
struct HttpErrorInfo {
  int status{0};                 ///< HTTP status code of the response.
  std::string method{};          ///< `GET`, `POST`, …
  std::string url{};             ///< Scheme, host and path. No query, no credentials.
  std::string request_id{};      ///< `X-Request-Id`, else `X-Amzn-Trace-Id`, else `X-Amz-Cf-Id`.
  std::string error_code{};      ///< `X-Error-Code`.
  std::string error_message{};   ///< `X-Error-Message`.
  std::string server_message{};  ///< What the server said in headers and body together; may have lines.
  std::string repo_commit{};     ///< `X-Repo-Commit`: a 404 of a file may still say what its revision stands for.
  std::string repo_id{};         ///< Parsed from the URL; empty where it names no repository.
  std::string repo_type{};       ///< `model`, `dataset`, `space`, `kernel`; empty where unknown.
  std::optional<std::chrono::seconds> retry_after{};  ///< How long the server asks to wait.
};

/// An error as a value. What the exception classes carry.
struct Error {
  ErrorCode code{ErrorCode::other};
  std::string message{};                        ///< Whole sentences for a person. Never holds a token.
  std::shared_ptr<const HttpErrorInfo> http{};  ///< Null where no response came.
  std::filesystem::path path{};                 ///< The file, folder or snapshot concerned, if any.
  int system_error{0};                          ///< `errno` for `io` and `transport`; 0 if unknown.
  bool timeout{false};                          ///< For `transport`: a limit in time was reached.
  bool nothing_sent{false};                     ///< For `transport`: failed before a byte of the request was written.
  bool proxy{false};                            ///< For `transport`: the proxy failed or refused, not the server.
};

/// Base of everything this library throws.
class HUGGINGFACE_HUB_EXPORT HfHubError : public std::runtime_error {
 public:
  explicit HfHubError(Error error)
      : std::runtime_error(error.message), error_(std::make_shared<const Error>(std::move(error))) {}

  [[nodiscard]] ErrorCode code() const noexcept { return error_->code; }
  [[nodiscard]] const Error& error() const noexcept { return *error_; }

 private:
  std::shared_ptr<const Error> error_;  // Shared, so that copying an exception cannot throw.
};

/// A response came, and it was a failure that no other class names.
class HUGGINGFACE_HUB_EXPORT HfHubHTTPError : public virtual HfHubError {
 public:
  explicit HfHubHTTPError(Error error) : HfHubError(std::move(error)) {}
  /// Never null-valued: an empty one stands for a missing one.
  [[nodiscard]] const HttpErrorInfo& http() const noexcept {
    static const HttpErrorInfo none{};
    return error().http ? *error().http : none;
  }
  [[nodiscard]] int status() const noexcept { return http().status; }
  [[nodiscard]] const std::string& request_id() const noexcept { return http().request_id; }
  [[nodiscard]] const std::string& server_message() const noexcept { return http().server_message; }
};

// Virtual bases: `catch (const std::exception&)` is never ambiguous. The most derived class therefore
// initialises HfHubError itself, which is what the two macros below spell out. Inline, since the
// header-only half throws them too; exported, so that one thrown in a shared library is caught outside.
#define HUGGINGFACE_HUB_ERROR_CLASS(Name, Base)                       \
  class HUGGINGFACE_HUB_EXPORT Name : public virtual Base {           \
   public:                                                            \
    explicit Name(Error error) : HfHubError(std::move(error)) {}      \
  }
#define HUGGINGFACE_HUB_HTTP_ERROR_CLASS(Name, Base)                            \
  class HUGGINGFACE_HUB_EXPORT Name : public Base {                             \
   public:                                                                      \
    explicit Name(Error error) : HfHubError(error), Base(std::move(error)) {}   \
  }

/// 400.
HUGGINGFACE_HUB_HTTP_ERROR_CLASS(BadRequestError, HfHubHTTPError);
/// No such repository, or no access to it.
HUGGINGFACE_HUB_HTTP_ERROR_CLASS(RepositoryNotFoundError, HfHubHTTPError);
/// The repository is there, and one has to ask for access first.
HUGGINGFACE_HUB_HTTP_ERROR_CLASS(GatedRepoError, RepositoryNotFoundError);
/// The repository has been disabled by its author or the Hub.
HUGGINGFACE_HUB_HTTP_ERROR_CLASS(DisabledRepoError, HfHubHTTPError);
/// The repository is there, the branch, tag or commit is not.
HUGGINGFACE_HUB_HTTP_ERROR_CLASS(RevisionNotFoundError, HfHubHTTPError);
HUGGINGFACE_HUB_HTTP_ERROR_CLASS(BucketNotFoundError, HfHubHTTPError);
HUGGINGFACE_HUB_HTTP_ERROR_CLASS(JobNotFoundError, HfHubHTTPError);

/// 429 after the last try.
class HUGGINGFACE_HUB_EXPORT RateLimitedError : public HfHubHTTPError {
 public:
  explicit RateLimitedError(Error error) : HfHubError(error), HfHubHTTPError(std::move(error)) {}
  /// How long the server asks to wait; unset where it did not say.
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const noexcept { return http().retry_after; }
};

/// A file is not there. Base of the next three.
HUGGINGFACE_HUB_ERROR_CLASS(EntryNotFoundError, HfHubError);

/// The repository and the revision are there, the file is not.
class HUGGINGFACE_HUB_EXPORT RemoteEntryNotFoundError : public HfHubHTTPError, public EntryNotFoundError {
 public:
  explicit RemoteEntryNotFoundError(Error error)
      : HfHubError(error), HfHubHTTPError(error), EntryNotFoundError(std::move(error)) {}
};

/// Not in the cache, and the Hub may not or cannot be asked.
class HUGGINGFACE_HUB_EXPORT LocalEntryNotFoundError : public EntryNotFoundError {
 public:
  explicit LocalEntryNotFoundError(Error error) : HfHubError(error), EntryNotFoundError(std::move(error)) {}
};

/// A cached snapshot is known to lack files, and the Hub may not or cannot be asked.
class HUGGINGFACE_HUB_EXPORT IncompleteSnapshotError : public LocalEntryNotFoundError {
 public:
  explicit IncompleteSnapshotError(Error error) : HfHubError(error), LocalEntryNotFoundError(std::move(error)) {}
  [[nodiscard]] const std::filesystem::path& snapshot_path() const noexcept { return error().path; }
};

/// A request was about to be sent under `HF_HUB_OFFLINE`. Nothing was sent.
HUGGINGFACE_HUB_ERROR_CLASS(OfflineModeIsEnabled, HfHubError);

/// No usable response: DNS, connect, TLS, proxy, reset, time-out.
class HUGGINGFACE_HUB_EXPORT HfTransportError : public virtual HfHubError {
 public:
  explicit HfTransportError(Error error) : HfHubError(std::move(error)) {}
  [[nodiscard]] bool is_timeout() const noexcept { return error().timeout; }
};

/// The cancellation token of the call was cancelled. Nothing of the call runs any more.
HUGGINGFACE_HUB_ERROR_CLASS(OperationCancelledError, HfHubError);
/// Size, SHA-256, git id or Xet hash does not match what was promised. Nothing was kept.
HUGGINGFACE_HUB_ERROR_CLASS(IntegrityError, HfHubError);
/// An argument cannot be what it should. Nothing was sent.
HUGGINGFACE_HUB_ERROR_CLASS(HFValidationError, HfHubError);
HUGGINGFACE_HUB_ERROR_CLASS(HfUriError, HfHubError);

class HUGGINGFACE_HUB_EXPORT CacheNotFound : public virtual HfHubError {
 public:
  explicit CacheNotFound(Error error) : HfHubError(std::move(error)) {}
  [[nodiscard]] const std::filesystem::path& cache_dir() const noexcept { return error().path; }
};

HUGGINGFACE_HUB_ERROR_CLASS(CorruptedCacheException, HfHubError);
/// The server did not say enough about a file (ETag, size, commit) to fetch it safely.
HUGGINGFACE_HUB_ERROR_CLASS(FileMetadataError, HfHubError);
HUGGINGFACE_HUB_ERROR_CLASS(DryRunError, HfHubError);
/// `token = true` was asked for, and no token is stored or in the environment.
HUGGINGFACE_HUB_ERROR_CLASS(LocalTokenNotFoundError, HfHubError);
HUGGINGFACE_HUB_ERROR_CLASS(RevisionResolutionError, HfHubError);
HUGGINGFACE_HUB_ERROR_CLASS(CachedRepoTreeNotFoundError, HfHubError);
HUGGINGFACE_HUB_ERROR_CLASS(SafetensorsParsingError, HfHubError);
HUGGINGFACE_HUB_ERROR_CLASS(NotASafetensorsRepoError, HfHubError);
HUGGINGFACE_HUB_ERROR_CLASS(XetDownloadError, HfHubError);
HUGGINGFACE_HUB_ERROR_CLASS(DeviceCodeError, HfHubError);
HUGGINGFACE_HUB_ERROR_CLASS(OIDCError, HfHubError);
HUGGINGFACE_HUB_ERROR_CLASS(FileDuplicationError, HfHubError);
/// The YAML of a card cannot be read or is not what a card holds (Python: `ValueError`).
HUGGINGFACE_HUB_ERROR_CLASS(CardError, HfHubError);
/// A checkpoint that is not what its index or the model says, or tensors that cannot be saved as they are.
HUGGINGFACE_HUB_ERROR_CLASS(CheckpointError, HfHubError);
/// A GGUF file that breaks a rule of its format, or exceeds a limit.
HUGGINGFACE_HUB_ERROR_CLASS(GGUFError, HfHubError);

/// Base of the next three: about DDUF files.
HUGGINGFACE_HUB_ERROR_CLASS(DDUFError, HfHubError);

/// A DDUF file that breaks a rule of its format.
class HUGGINGFACE_HUB_EXPORT DDUFCorruptedFileError : public DDUFError {
 public:
  explicit DDUFCorruptedFileError(Error error) : HfHubError(error), DDUFError(std::move(error)) {}
};

/// What was to be exported cannot be a DDUF file. Nothing was left behind.
class HUGGINGFACE_HUB_EXPORT DDUFExportError : public DDUFError {
 public:
  explicit DDUFExportError(Error error) : HfHubError(error), DDUFError(std::move(error)) {}
};

/// An entry's name that DDUF does not allow.
class HUGGINGFACE_HUB_EXPORT DDUFInvalidEntryNameError : public DDUFExportError {
 public:
  explicit DDUFInvalidEntryNameError(Error error) : HfHubError(error), DDUFExportError(std::move(error)) {}
};

/// The file system said no. `system_error()` is the `errno`: `ENOSPC`, `EACCES`, `ENOENT`, …
class HUGGINGFACE_HUB_EXPORT HfIoError : public virtual HfHubError {
 public:
  explicit HfIoError(Error error) : HfHubError(std::move(error)) {}
  [[nodiscard]] int system_error() const noexcept { return error().system_error; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return error().path; }
};

#undef HUGGINGFACE_HUB_ERROR_CLASS
#undef HUGGINGFACE_HUB_HTTP_ERROR_CLASS

/// Throws the class that stands for `error.code`.
[[noreturn]] inline void throw_error(const Error& error) {
  switch (error.code) {
    case ErrorCode::other: throw HfHubError(error);
    case ErrorCode::http: throw HfHubHTTPError(error);
    case ErrorCode::bad_request: throw BadRequestError(error);
    case ErrorCode::repository_not_found: throw RepositoryNotFoundError(error);
    case ErrorCode::gated_repo: throw GatedRepoError(error);
    case ErrorCode::disabled_repo: throw DisabledRepoError(error);
    case ErrorCode::revision_not_found: throw RevisionNotFoundError(error);
    case ErrorCode::remote_entry_not_found: throw RemoteEntryNotFoundError(error);
    case ErrorCode::local_entry_not_found: throw LocalEntryNotFoundError(error);
    case ErrorCode::incomplete_snapshot: throw IncompleteSnapshotError(error);
    case ErrorCode::bucket_not_found: throw BucketNotFoundError(error);
    case ErrorCode::job_not_found: throw JobNotFoundError(error);
    case ErrorCode::rate_limited: throw RateLimitedError(error);
    case ErrorCode::offline_mode: throw OfflineModeIsEnabled(error);
    case ErrorCode::transport: throw HfTransportError(error);
    case ErrorCode::cancelled: throw OperationCancelledError(error);
    case ErrorCode::integrity: throw IntegrityError(error);
    case ErrorCode::validation: throw HFValidationError(error);
    case ErrorCode::invalid_hf_uri: throw HfUriError(error);
    case ErrorCode::cache_not_found: throw CacheNotFound(error);
    case ErrorCode::corrupted_cache: throw CorruptedCacheException(error);
    case ErrorCode::file_metadata: throw FileMetadataError(error);
    case ErrorCode::dry_run: throw DryRunError(error);
    case ErrorCode::local_token_not_found: throw LocalTokenNotFoundError(error);
    case ErrorCode::revision_resolution: throw RevisionResolutionError(error);
    case ErrorCode::cached_repo_tree_not_found: throw CachedRepoTreeNotFoundError(error);
    case ErrorCode::safetensors_parsing: throw SafetensorsParsingError(error);
    case ErrorCode::not_a_safetensors_repo: throw NotASafetensorsRepoError(error);
    case ErrorCode::xet_download: throw XetDownloadError(error);
    case ErrorCode::device_code: throw DeviceCodeError(error);
    case ErrorCode::oidc: throw OIDCError(error);
    case ErrorCode::file_duplication: throw FileDuplicationError(error);
    case ErrorCode::card: throw CardError(error);
    case ErrorCode::checkpoint: throw CheckpointError(error);
    case ErrorCode::dduf_corrupted: throw DDUFCorruptedFileError(error);
    case ErrorCode::dduf_export: throw DDUFExportError(error);
    case ErrorCode::dduf_invalid_entry_name: throw DDUFInvalidEntryNameError(error);
    case ErrorCode::gguf: throw GGUFError(error);
    case ErrorCode::io: throw HfIoError(error);
  }
  throw HfHubError(error);
}

/// Throws the class that stands for `code`, with `message`.
[[noreturn]] inline void throw_error(ErrorCode code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  throw_error(error);
}

HUGGINGFACE_HUB_NAMESPACE_END
