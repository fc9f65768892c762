// SPDX-License-Identifier: Apache-2.0
/// @file
/// A hub in one's own process: for tests, for demonstrations, and as `hfcpp serve`. Part of the component `server`.
#pragma once

#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// What a token may do. `write` includes `read`.
enum class TokenRole { read, write };

/// A person's access token.
struct HubToken {
  TokenRole role{TokenRole::write};
  std::string token{};  ///< The secret itself, as `hf_…`.
  std::string user{"user"};
};

struct HubOrganization {
  std::vector<std::string> members{};  ///< Users that may read and write its repositories.
  std::string name{};
};

struct EmbeddedHubOptions {
  /// The address to listen on. Anything but loopback is reachable by others: give tokens then.
  std::string address{"127.0.0.1"};
  /// Where the repositories live; created if missing. Empty: in memory, gone with the object. One hub at a time.
  std::filesystem::path folder{};
  /// LFS files above this size are uploaded in parts of this size (`spec/hub-http.md` 9.2). 0: never in parts.
  std::uint64_t lfs_part_size{std::uint64_t{64} << 20};
  std::vector<HubOrganization> organizations{};
  /// Entries on a page of a list; 1000 as on the Hub (50 for listings with `expand`).
  std::size_t page_size{1000};
  std::uint16_t port{0};  ///< 0: one that is free.
  /// True: a small file is answered by a redirect to `/api/resolve-cache/…` first, as the Hub does today.
  bool resolve_cache_redirect{false};
  /// How long a signed URL of an LFS file is good for.
  std::chrono::seconds signed_url_lifetime{3600};
  /// Scheme, host and port of the signed URLs, as a storage of its own would have; empty: those of the request.
  /// `http://localhost:{port}` makes another origin of the same server; `{port}` becomes the port in use.
  std::string storage_url{};
  /// True: who writes to a namespace must be that user or a member of that organisation. False: a namespace that
  /// belongs to no known user or organisation is open to every write token.
  bool strict_namespaces{false};
  /// With a folder: every change is on the disk before it is acknowledged, so that it outlives a power cut. False:
  /// faster, and still safe from the death of the process.
  bool sync{true};
  /// Empty: one write and one read token of the user `user`, made up at the start.
  std::vector<HubToken> tokens{};
};

struct HubRepoOptions {
  bool disabled{false};
  bool empty{false};    ///< True: without the first commit that holds `.gitattributes`.
  std::string gated{};  ///< Empty, `auto` or `manual`.
  bool private_repo{false};
  RepoType repo_type{RepoType::model};
  std::string space_sdk{"static"};  ///< Spaces only.
};

struct HubFileOptions {
  std::string commit_message{"Add files"};
  /// Stored through LFS or in git; unset: as the Hub would decide from name, size and content.
  std::optional<bool> lfs{};
  RepoType repo_type{RepoType::model};
  std::string revision{"main"};  ///< A branch, which is made if it is missing, or `refs/pr/<n>`.
};

/// An answer given in place of the hub's own.
struct ScriptedAnswer {
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string method{};         ///< Empty: any.
  std::string path_contains{};  ///< A part of the request target as sent (path and query); empty: any.
  std::size_t skip{0};          ///< So many matching requests are answered by the hub first.
  int status{503};
  std::size_t times{1};  ///< Then the hub's own answers come again.
};

/// One request that was answered.
struct RequestRecord {
  /// Names in lower case. The value of `authorization` is replaced: `user` says whose it was.
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string method{};
  std::string peer{};                ///< `address:port` of the client: tells connections apart.
  std::uint64_t request_bytes{0};    ///< Of the body.
  std::uint64_t response_bytes{0};   ///< Of the body, as far as it was sent.
  bool scripted{false};
  int status{0};
  std::string target{};              ///< Path and query as sent; signatures are left out.
  std::string user{};                ///< Whose token came with it; empty for none, `?` for an unknown one.

  /// The value of the first header called `name` (lower case); empty if there is none.
  [[nodiscard]] std::string header(const std::string& name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

/// A hub that speaks the Hub's HTTP API, on a port of its own (`spec/hub-http.md` 1-12).
///
/// Members are safe to call from any thread, but for moving, assigning and destroying. Many hubs can run in one
/// process.
class HUGGINGFACE_HUB_EXPORT EmbeddedHub {
 public:
  /// Starts to listen; ready when it returns.
  ///
  /// @throws HfIoError          the port is taken, the address is not ours, the folder cannot be used.
  /// @throws HFValidationError  an option cannot be what it should.
  static EmbeddedHub start(const EmbeddedHubOptions& options = {});

  EmbeddedHub(EmbeddedHub&&) noexcept;
  EmbeddedHub& operator=(EmbeddedHub&&) noexcept;
  ~EmbeddedHub();  ///< As `stop`.

  /// Scheme, address and port: what `HF_ENDPOINT` should be.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const;

  /// Ends what is idle at once and what is running after a second at most. Safe to repeat.
  void stop();
  /// Returns after `stop`, called from another thread.
  void wait();

  /// A token that may write (the first of the options, or the made-up one); empty if there is none.
  [[nodiscard]] std::string token() const;
  /// A token that may read only; empty if there is none.
  [[nodiscard]] std::string read_token() const;

  /// Makes a repository, with the `.gitattributes` that the Hub puts into every new one. Asks for no token.
  ///
  /// @throws HFValidationError  it is there already, or `repo_id` cannot be one.
  void create_repo(const std::string& repo_id, const HubRepoOptions& options = {});

  /// Commits one file, and makes repository and branch if they are missing. Returns the commit id.
  std::string add_file(const std::string& repo_id, const std::string& path, std::string content,
                       const HubFileOptions& options = {});
  /// Commits several files (path, content) at once.
  std::string add_files(const std::string& repo_id, const std::vector<std::pair<std::string, std::string>>& files,
                        const HubFileOptions& options = {});

  /// The commit that `revision` stands for; nothing if repository or revision is missing.
  [[nodiscard]] std::optional<std::string> resolve(const std::string& repo_id, const std::string& revision = "main",
                                                   RepoType repo_type = RepoType::model) const;
  /// The content of a file; nothing if it is missing. For small files.
  [[nodiscard]] std::optional<std::string> read_file(const std::string& repo_id, const std::string& path,
                                                     const std::string& revision = "main",
                                                     RepoType repo_type = RepoType::model) const;
  /// Paths of all files at `revision`, in order; nothing if repository or revision is missing.
  [[nodiscard]] std::optional<std::vector<std::string>> list_files(const std::string& repo_id,
                                                                   const std::string& revision = "main",
                                                                   RepoType repo_type = RepoType::model) const;

  /// Gives `answer` to the requests it matches, before any other answer. Earlier scripts come first.
  void script(ScriptedAnswer answer);
  /// Takes back what has been scripted.
  void clear_scripts();

  /// Called with each request (headers and target only) before it is answered, on the connection's thread; a test
  /// may block in it, or change the repositories under a client's feet. Empty: none.
  void on_request(std::function<void(const RequestRecord&)> observer);

  /// The requests answered so far, the oldest first; the last 10,000 are kept. A request is in the list before the
  /// client has the end of its answer.
  [[nodiscard]] std::vector<RequestRecord> requests() const;
  void clear_requests();
  /// How many requests came since the start, cleared ones included.
  [[nodiscard]] std::uint64_t request_count() const;

 private:
  struct Impl;
  explicit EmbeddedHub(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
