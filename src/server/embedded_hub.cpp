// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/server/embedded_hub.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"
#include "huggingface_hub/errors.hpp"
#include "server/git_patterns.hpp"
#include "server/hub.hpp"
#include "server/listener.hpp"
#include "server/upload_mode.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr std::chrono::milliseconds kStopGrace{1000};

void check(const EmbeddedHubOptions& options) {
  const auto refuse = [](const std::string& why) { throw_error(ErrorCode::validation, why); };
  if (options.page_size == 0) refuse("The page size of an embedded hub must be at least 1.");
  for (const HubToken& token : options.tokens) {
    if (token.token.empty() || token.user.empty()) refuse("A token of an embedded hub needs a text and a user.");
  }
}

std::unique_ptr<Store> open_store(const EmbeddedHubOptions& options) {
  if (options.folder.empty()) return make_memory_store();
  return make_folder_store(options.folder, options.sync);
}

}  // namespace

struct EmbeddedHub::Impl {
  explicit Impl(const EmbeddedHubOptions& options)
      : hub(options, open_store(options)),
        listener(options.address, options.port,
                 [this](const HttpRequest& request, RequestBody& body) { return hub.handle(request, body); }) {
    hub.set_port(listener.port());
  }

  void stop() {
    listener.stop(kStopGrace);
    const std::lock_guard lock(mutex);
    stopped = true;
    changed.notify_all();
  }

  std::shared_ptr<Repository> find_or_create(const std::string& repo_id, RepoType type) {
    if (auto repository = hub.find(type, repo_id)) return repository;
    NewRepository request;
    request.id = repo_id;
    request.creator = repo_id.substr(0, repo_id.find('/'));
    request.options.repo_type = type;
    validate_repo_id(repo_id);
    try {
      return hub.create(request);
    } catch (const ApiError&) {
      return hub.find(type, repo_id);  // Made by another thread meanwhile.
    }
  }

  PutFile stage(const Repository& repository, const LfsRules& rules, const std::string& path,
                const std::string& content, std::optional<bool> lfs) {
    if (const auto problem = path_problem(path)) throw_error(ErrorCode::validation, *problem + ".");
    const bool to_lfs = lfs.value_or(goes_to_lfs(path, content.size(), content.substr(0, 512), rules));
    if (!to_lfs) return {hub.git().add_blob(content), path};
    const LfsPointer pointer{sha256_hex(content), content.size()};
    write_object(hub.store(), ObjectKind::lfs, pointer.oid, content);
    static_cast<void>(repository);
    return {hub.git().add_pointer(pointer), path};
  }

  Hub hub;
  Listener listener;  // After the hub: it ends first.
  std::mutex mutex{};
  std::condition_variable changed{};
  bool stopped{false};
};

EmbeddedHub::EmbeddedHub(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EmbeddedHub::EmbeddedHub(EmbeddedHub&&) noexcept = default;
EmbeddedHub& EmbeddedHub::operator=(EmbeddedHub&&) noexcept = default;

EmbeddedHub::~EmbeddedHub() {
  if (impl_) impl_->stop();
}

EmbeddedHub EmbeddedHub::start(const EmbeddedHubOptions& options) {
  check(options);
  return EmbeddedHub(std::make_unique<Impl>(options));
}

std::string EmbeddedHub::url() const { return "http://" + impl_->listener.authority(); }
std::uint16_t EmbeddedHub::port() const { return impl_->listener.port(); }
void EmbeddedHub::stop() { impl_->stop(); }

void EmbeddedHub::wait() {
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait(lock, [this] { return impl_->stopped; });
}

std::string EmbeddedHub::token() const { return impl_->hub.people().token_of(TokenRole::write); }
std::string EmbeddedHub::read_token() const { return impl_->hub.people().token_of(TokenRole::read); }

void EmbeddedHub::create_repo(const std::string& repo_id, const HubRepoOptions& options) {
  validate_repo_id(repo_id);
  NewRepository request;
  request.id = repo_id;
  request.creator = repo_id.substr(0, repo_id.find('/'));
  request.options = options;
  try {
    impl_->hub.create(request);
  } catch (const ApiError& error) {
    throw_error(ErrorCode::validation, std::string(error.what()) + ".");
  }
}

std::string EmbeddedHub::add_file(const std::string& repo_id, const std::string& path, std::string content,
                                  const HubFileOptions& options) {
  return add_files(repo_id, {{path, std::move(content)}}, options);
}

std::string EmbeddedHub::add_files(const std::string& repo_id,
                                   const std::vector<std::pair<std::string, std::string>>& files,
                                   const HubFileOptions& options) {
  const auto repository = impl_->find_or_create(repo_id, options.repo_type);
  const auto head = repository->find_revision(options.revision);
  const auto present = head ? repository->snapshot(*head) : nullptr;
  const LfsRules rules(present ? stored_text(*repository, present.get(), ".gitattributes")
                               : default_git_attributes(options.repo_type));
  CommitRequest request;
  request.author = repository->state()->creator;
  request.create_branch = true;
  request.message = options.commit_message;
  request.now = Hub::now();
  request.revision = options.revision;
  for (const auto& [path, content] : files) {
    request.changes.emplace_back(impl_->stage(*repository, rules, path, content, options.lfs));
  }
  try {
    return repository->commit(request).commit;
  } catch (const ApiError& error) {
    throw_error(ErrorCode::validation, std::string(error.what()) + ".");
  }
}

std::optional<std::string> EmbeddedHub::resolve(const std::string& repo_id, const std::string& revision,
                                                RepoType repo_type) const {
  const auto repository = impl_->hub.find(repo_type, repo_id);
  return repository ? repository->find_revision(revision) : std::nullopt;
}

std::optional<std::string> EmbeddedHub::read_file(const std::string& repo_id, const std::string& path,
                                                  const std::string& revision, RepoType repo_type) const {
  const auto commit = resolve(repo_id, revision, repo_type);
  if (!commit) return std::nullopt;
  const auto snapshot = impl_->hub.git().snapshot(*commit);
  const auto found = snapshot->files.find(path);
  if (found == snapshot->files.end()) return std::nullopt;
  const FileEntry& file = found->second;
  return file.lfs ? read_object(impl_->hub.store(), ObjectKind::lfs, file.lfs->oid)
                  : read_object(impl_->hub.store(), ObjectKind::blob, file.id);
}

std::optional<std::vector<std::string>> EmbeddedHub::list_files(const std::string& repo_id, const std::string& revision,
                                                                RepoType repo_type) const {
  const auto commit = resolve(repo_id, revision, repo_type);
  if (!commit) return std::nullopt;
  std::vector<std::string> paths;
  for (const auto& file : impl_->hub.git().snapshot(*commit)->files) paths.push_back(file.first);
  return paths;
}

void EmbeddedHub::script(ScriptedAnswer answer) { impl_->hub.log().script(std::move(answer)); }
void EmbeddedHub::clear_scripts() { impl_->hub.log().clear_scripts(); }
void EmbeddedHub::on_request(std::function<void(const RequestRecord&)> observer) {
  impl_->hub.log().on_request(std::move(observer));
}
std::vector<RequestRecord> EmbeddedHub::requests() const { return impl_->hub.log().records(); }
void EmbeddedHub::clear_requests() { impl_->hub.log().clear(); }
std::uint64_t EmbeddedHub::request_count() const { return impl_->hub.log().count(); }

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
