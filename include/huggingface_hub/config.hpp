// SPDX-License-Identifier: Apache-2.0
/// @file
/// Everything the environment or the caller can set, with its default. Precedence: call, then `HfApi`,
/// then environment, then default.
#pragma once

#include "huggingface_hub/export.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Proxy settings as the environment gives them (`spec/transfer.md` 3.4). Values are proxy URLs; empty: none.
struct ProxyEnvironment {
  std::string http{};
  std::string https{};
  std::string all{};
  std::string no_proxy{};
};

/// TLS settings. Verification is always on.
struct TlsConfig {
  std::filesystem::path ca_file{};      ///< `HF_CA_BUNDLE`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `SSL_CERT_FILE`: first set wins.
  std::filesystem::path ca_dir{};       ///< `SSL_CERT_DIR`, or one of the former where it names a folder.
  std::filesystem::path client_cert{};  ///< PEM; `HF_CLIENT_CERT`.
  std::filesystem::path client_key{};   ///< PEM; `HF_CLIENT_KEY`. Empty: the key is in `client_cert`.
};

/// A snapshot of the settings. Names and meanings are those of the Python client; see `spec/transfer.md` 7.
struct Config {
  std::string endpoint{"https://huggingface.co"};  ///< No trailing slash.

  std::filesystem::path hf_home{};
  std::filesystem::path hub_cache{};
  std::vector<std::filesystem::path> cache_fallbacks{};  ///< Read after `hub_cache`, never written; `HF_HUB_CACHE_FALLBACKS`.
  std::filesystem::path assets_cache{};
  std::filesystem::path xet_cache{};
  std::filesystem::path token_path{};
  std::filesystem::path stored_tokens_path{};

  bool offline{false};
  std::string offline_variable{};  ///< Which variable switched it on, for messages.

  std::chrono::milliseconds etag_timeout{std::chrono::seconds(10)};
  bool etag_timeout_from_environment{false};  ///< Then it beats the argument of the call, as in Python.
  std::chrono::milliseconds download_timeout{std::chrono::seconds(10)};
  std::chrono::milliseconds connect_timeout{std::chrono::seconds(30)};

  /// `HF_HUB_LIMIT_RATE`, read by `parse_limit_rate`: bytes a second of all transfers of the process, for each direction
  /// on its own; 0: no limit.
  std::uint64_t limit_rate{0};

  bool disable_symlinks{false};
  bool disable_symlinks_warning{false};
  bool disable_shared_blobs{false};
  bool disable_telemetry{false};
  bool disable_xet{false};
  bool disable_implicit_token{false};
  bool disable_experimental_warning{false};
  bool disable_update_check{false};
  std::optional<bool> disable_progress_bars{};
  bool debug{false};
  bool no_color{false};
  std::string verbosity{"warning"};
  std::string user_agent_origin{};
  std::string device_code_client_id{};

  ProxyEnvironment proxies{};
  TlsConfig tls{};

  /// Gives the value of an environment variable, or nothing where it is not set.
  using GetVariable = std::function<std::optional<std::string>(const char* name)>;

  /// Reads the environment of the process.
  /// @throws HFValidationError  a variable has a value that cannot be meant (`HF_HUB_ETAG_TIMEOUT=abc`).
  HUGGINGFACE_HUB_EXPORT static Config from_environment();

  /// Reads from `variables` instead: for tests, and for programs with settings of their own.
  HUGGINGFACE_HUB_EXPORT static Config from_environment(const GetVariable& variables);
};

/// Bytes a second out of `text`, as curl reads its option `--limit-rate`: a number, perhaps with a fraction, and K, M, G
/// or T for powers of 1024 (`500K`, `1.5M`; `0`: no limit).
/// @throws HFValidationError  `text` is no such thing.
HUGGINGFACE_HUB_EXPORT std::uint64_t parse_limit_rate(const std::string& text);

HUGGINGFACE_HUB_NAMESPACE_END
