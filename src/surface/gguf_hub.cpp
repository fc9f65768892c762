// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/gguf_hub.hpp"

#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/serialization/gguf.hpp"
#include "huggingface_hub/serialization/gguf_card.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <set>
#include <string_view>
#include <system_error>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".gguf";
constexpr const char* kPreferred = "Q4_K_M";
// `-00001-of-00003`, in front of the ending (llama.cpp's gguf-split).
constexpr std::size_t kPartDigits = 5;
constexpr std::string_view kOf = "-of-";

[[noreturn]] void refuse(const std::string& message) { throw_error(ErrorCode::gguf, message); }

bool is_gguf(const std::string& name) { return to_lower(name).ends_with(kEnding); }

/// Which of how many parts of which model a file is.
struct Part {
  std::string model{};
  std::size_t number{1};
  std::size_t count{1};
};

std::optional<std::size_t> part_number(std::string_view digits) {
  std::size_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.size() != kPartDigits || read.ptr != digits.data() + digits.size() || number == 0) return std::nullopt;
  return number;
}

Part part_of(const std::string& name) {
  const std::string_view stem = std::string_view(name).substr(0, name.size() - std::string_view(kEnding).size());
  constexpr std::size_t kTail = 1 + kPartDigits + kOf.size() + kPartDigits;
  const std::size_t dash = stem.size() - std::min(stem.size(), kTail);
  if (dash > 0 && stem[dash] == '-' && stem.substr(dash + 1 + kPartDigits, kOf.size()) == kOf) {
    const auto number = part_number(stem.substr(dash + 1, kPartDigits));
    const auto count = part_number(stem.substr(stem.size() - kPartDigits));
    if (number && count && *number <= *count) return {std::string(stem.substr(0, dash)), *number, *count};
  }
  return {std::string(stem), 1, 1};
}

/// One model: its files in their order.
struct Model {
  std::string name{};  ///< Without part and ending.
  std::size_t count{1};
  std::map<std::size_t, std::string> files{};  ///< By part.
};

std::vector<Model> models_in(const std::vector<std::string>& names) {
  std::map<std::pair<std::string, std::size_t>, Model> models;
  for (const std::string& name : names) {
    if (!files::is_safe_relative_path(name) || !is_gguf(name) || to_lower(fs::path(name).filename().string()).starts_with("mmproj")) continue;
    const Part part = part_of(name);
    Model& model = models[{part.model, part.count}];
    model.name = part.model;
    model.count = part.count;
    model.files.emplace(part.number, name);
  }
  std::vector<Model> all;
  for (auto& [key, model] : models) all.push_back(std::move(model));
  return all;
}

/// Whether `quant` stands in `name` by itself: `Q4_K` is not in `Q4_K_M`, and `F16` not in `BF16`.
bool names_quant(const std::string& name, const std::string& quant) {
  const std::string text = to_lower(name);
  const std::string wanted = to_lower(quant);
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

std::string list_of(const std::vector<Model>& models) {
  constexpr std::size_t kMost = 40;
  std::string text;
  for (std::size_t i = 0; i < std::min(models.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + models[i].name;
  return models.size() > kMost ? text + ", …" : text;
}

Model choose(const std::vector<Model>& models, const std::string& quant, const std::string& where) {
  if (models.empty()) refuse("'" + where + "' has no GGUF model.");
  std::vector<Model> fitting = models;
  const auto keep = [&fitting](const std::string& wanted) {
    fitting.erase(std::remove_if(fitting.begin(), fitting.end(),
                                 [&](const Model& model) { return !names_quant(model.name, wanted); }),
                  fitting.end());
  };
  if (!quant.empty()) {
    keep(quant);
  } else if (models.size() > 1) {
    keep(kPreferred);
  }
  if (fitting.size() != 1) {
    const std::string asked =
        "in " + (quant.empty() ? std::string(kPreferred) + ", which is taken where none is asked for" : quant);
    refuse("'" + where + "' has " + (fitting.empty() ? "no model " : "more than one model ") + asked +
           ". It has: " + list_of(models) + ". Say which by its quantization, or fetch the file by its name.");
  }
  if (fitting.front().files.size() != fitting.front().count) {
    refuse("Of the " + std::to_string(fitting.front().count) + " parts of '" + fitting.front().name + "', '" + where +
           "' has only " + std::to_string(fitting.front().files.size()) + ".");
  }
  return std::move(fitting.front());
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (fs::recursive_directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored)) names.push_back(entry->path().lexically_relative(folder).generic_string());
  }
  return names;
}

std::vector<fs::path> paths_of(const Model& model, const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& [part, name] : model.files) {
    paths.push_back(folder / name);
    std::error_code ignored;
    if (!fs::exists(paths.back(), ignored)) refuse("'" + name + "' is no longer there. Try again.");
  }
  return paths;
}

/// For a pattern that matches nothing else.
std::string literal(const std::string& name) {
  std::string pattern;
  for (const char c : name) {
    const bool is_special = c == '*' || c == '?' || c == '[';
    pattern += is_special ? std::string("[") + c + "]" : std::string(1, c);
  }
  return pattern;
}

std::vector<std::string> names_on_hub(const HfApi& api, const PretrainedSource& source) {
  ListRepoFilesOptions options;
  options.call = source.call;
  options.revision = source.revision;
  return api.list_repo_files(source.model_id, options);
}

/// Whether the cache is asked in place of the Hub, as other downloads do then: no network, 429, 5xx.
bool is_out_of_reach(const Error& error) {
  const int status = error.http ? error.http->status : 0;
  return error.code == ErrorCode::offline_mode || error.code == ErrorCode::transport || status == 429 || status >= 500;
}

/// The snapshot in the cache, whole or not.
fs::path cached_folder(const PretrainedSource& source, const StringList& patterns) {
  PretrainedSource local = source;
  local.local_files_only = true;
  try {
    return pretrained_folder(local, patterns, {});
  } catch (const IncompleteSnapshotError& error) {
    if (error.snapshot_path().empty()) throw;
    return error.snapshot_path();
  }
}

HfApi api_for(const PretrainedSource& source) {
  HfApiOptions changes;
  changes.endpoint = source.endpoint.value_or("");
  changes.library_name = source.library_name;
  changes.library_version = source.library_version;
  changes.proxies = source.proxies;
  changes.token = source.token;
  return (source.api != nullptr ? *source.api : default_api()).with(changes);
}

/// The facts of the first file, once all were found to be what they should.
gguf::Facts check(const std::vector<fs::path>& files) {
  if (files.empty()) throw_error(ErrorCode::validation, "No GGUF files were given to push.");
  std::set<std::string> names;
  std::optional<gguf::Facts> facts;
  for (const fs::path& file : files) {
    const std::string name = file.filename().string();
    if (!is_gguf(name)) {
      throw_error(ErrorCode::validation, "'" + file.string() + "' does not end in .gguf, by which the Hub knows such files.");
    }
    if (!names.insert(name).second) {
      throw_error(ErrorCode::validation, "Two of the files to push have the name '" + name + "'.");
    }
    const gguf::Header header = gguf::read_header(file);
    if (!facts) facts = gguf::facts_of(header);
  }
  return *facts;
}

}  // namespace

CommitInfo push_gguf(const std::vector<fs::path>& models, const std::string& repo_id, PushPlan plan,
                     const MixinInfo& about) {
  const gguf::Facts facts = check(models);
  ModelCard card = make_model_card(merge_info(about, {"gguf"}), JsonText("{}"));
  add_gguf_facts(card.data(), facts);

  Push push(repo_id, std::move(plan));
  files::create_directories(push.folder()).value();
  // Links: a model of gigabytes is not copied to be sent.
  for (const fs::path& file : models) {
    std::error_code failure;
    fs::create_symlink(fs::absolute(file, failure), push.folder() / file.filename(), failure);
    if (failure) throw_error(files::io_error("make a link to", file, failure.value()));
  }
  card.save(push.folder() / "README.md");
  return push.upload();
}

std::vector<fs::path> fetch_gguf(const PretrainedSource& source, const std::string& quant) {
  std::error_code ignored;
  if (fs::is_directory(source.model_id, ignored)) {
    const fs::path folder = source.model_id;
    return paths_of(choose(models_in(names_in(folder)), quant, source.model_id), folder);
  }
  Result<std::vector<std::string>> names = Error{};
  if (!source.local_files_only) names = as_result([&] { return names_on_hub(api_for(source), source); });
  if (!names.ok()) {
    const bool may_use_cache = source.local_files_only || is_out_of_reach(names.error());
    if (!may_use_cache) throw_error(names.error());
    Result<fs::path> folder =
        as_result([&] { return cached_folder(source, StringList(std::vector<std::string>{std::string("*") + kEnding})); });
    if (!folder.ok()) throw_error(source.local_files_only ? folder.error() : names.error());
    if (!source.local_files_only) log_warning("Only what is cached is looked at: " + names.error().message);
    return paths_of(choose(models_in(names_in(*folder)), quant, source.model_id), *folder);
  }
  const Model model = choose(models_in(*names), quant, source.model_id);
  std::vector<std::string> patterns;
  for (const auto& [part, name] : model.files) patterns.push_back(literal(name));
  return paths_of(model, pretrained_folder(source, StringList(std::move(patterns)), {}));
}

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
