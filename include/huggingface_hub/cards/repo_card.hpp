// SPDX-License-Identifier: Apache-2.0
/// @file
/// Cards: the `README.md` of a repository, as metadata and text.
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/cards/card_data.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/commit.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class HfApi;

struct CardOptions {
  /// Metadata that cannot be understood is left out with a warning (see `CardDataOptions`).
  bool ignore_metadata_errors{false};
};

struct CardLoadOptions {
  const HfApi* api{nullptr};  ///< Null: that of the free functions.
  CallOptions call{};
  bool ignore_metadata_errors{false};
  std::optional<RepoType> repo_type{};  ///< Unset: the type the class stands for.
  Token token{};
};

struct CardTemplateOptions {
  std::filesystem::path template_path{};  ///< A file; wins over `template_str`.
  std::string template_str{};             ///< The template itself. Both empty: the template of the class.
  MetaMap vars{};                         ///< Variables of the template; they win over the metadata's.
};

struct CardValidateOptions {
  const HfApi* api{nullptr};  ///< Null: that of the free functions.
  CallOptions call{};
  std::optional<RepoType> repo_type{};  ///< Unset: the type the class stands for.
};

struct CardPushOptions {
  const HfApi* api{nullptr};  ///< Null: that of the free functions.
  CallOptions call{};
  std::optional<std::string> commit_description{};
  std::optional<std::string> commit_message{};  ///< Unset: `Upload README.md with huggingface_hub`.
  bool create_pr{false};
  std::optional<std::string> parent_commit{};  ///< The push fails if the branch has moved on since.
  std::optional<RepoType> repo_type{};         ///< Unset: the type the class stands for.
  std::optional<std::string> revision{};       ///< Branch; unset: `main`.
  Token token{};
};

/// A card of any kind of repository: a YAML block between `---` lines, then Markdown.
///
/// The block is kept as metadata, not as text. `content()` writes it anew, with the keys in their order, and byte for
/// byte as the Python client would: comments and quotes inside the block are gone, the text after it is untouched.
///
/// Value semantics; one thread at a time.
class HUGGINGFACE_HUB_EXPORT RepoCard {
 public:
  /// Parses `content`. Without a block the metadata is empty and all of it is text (a warning is logged).
  /// @throws CardError  the block is no YAML or no mapping.
  explicit RepoCard(std::string content, const CardOptions& options = {});
  RepoCard(const RepoCard& other);
  RepoCard(RepoCard&& other) noexcept;
  RepoCard& operator=(const RepoCard& other);
  RepoCard& operator=(RepoCard&& other) noexcept;
  virtual ~RepoCard();

  [[nodiscard]] CardData& data() noexcept { return *data_; }
  [[nodiscard]] const CardData& data() const noexcept { return *data_; }

  /// All that follows the block.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  void set_text(std::string text) { text_ = std::move(text); }

  /// Block and text; Python's `str(card)`. Line breaks of the block are those of the text the card was made from.
  /// @throws CardError  the metadata has a text that is not UTF-8.
  [[nodiscard]] std::string content() const;
  /// As if the card were made anew from `content`. On an error the card is as it was.
  void set_content(std::string content);

  /// Writes `content()` to `path`, under a temporary name first; folders are made.
  /// @throws HfIoError  nothing was left behind, and a file that was there is as it was.
  void save(const std::filesystem::path& path) const;

  /// From a file on this machine, or else from the `README.md` of a repository, which is downloaded into the cache.
  /// A folder of the same name does not count as a file. A byte order mark at the start is dropped.
  ///
  /// @throws EntryNotFoundError       the repository has no card.
  /// @throws RepositoryNotFoundError  there is no such repository, or no access to it.
  /// @throws HFValidationError        `repo_id_or_path` is neither a file nor a possible id.
  /// @throws CardError                the card is not UTF-8, or its block cannot be read.
  static RepoCard load(const std::string& repo_id_or_path, const CardLoadOptions& options = {});

  /// Fills a template with the metadata: `card_data` is its YAML, each field that is not null a variable, and
  /// `options.vars` the others. The default template is that of a model card.
  /// @throws CardError  the template is malformed (the message names the line), or `vars` has a `card_data`.
  static RepoCard from_template(const CardData& card_data, const CardTemplateOptions& options = {});

  /// Asks the Hub whether the card is in order. Sends no token, as in Python.
  /// @throws CardError  it is not; the message is the Hub's.
  void validate(const CardValidateOptions& options = {}) const;

  /// Validates, then commits the card as `README.md`. The repository has to be there.
  ///
  /// @throws CardError           the Hub refuses the metadata; nothing was committed.
  /// @throws RepositoryNotFoundError, HfHubHTTPError, HFValidationError  as `HfApi::upload_file`.
  CommitInfo push_to_hub(const std::string& repo_id, const CardPushOptions& options = {}) const;

  /// What a repository of this card is, where a call does not say: `model` for a plain card.
  [[nodiscard]] virtual RepoType repo_type() const noexcept;

 protected:
  using MakeData = std::unique_ptr<CardData> (*)(MetaMap values, const CardDataOptions& options);
  RepoCard(std::string content, const CardOptions& options, MakeData make_data);

  static std::string load_content(const std::string& repo_id_or_path, RepoType class_type,
                                  const CardLoadOptions& options);
  static std::string render(const CardData& card_data, const CardTemplateOptions& options, RepoType class_type);

 private:
  MakeData make_data_;
  bool ignore_metadata_errors_;
  std::unique_ptr<CardData> data_;
  std::string text_;
  std::string line_break_;
  std::vector<std::string> original_order_;
};

/// The card of a model.
class HUGGINGFACE_HUB_EXPORT ModelCard : public RepoCard {
 public:
  explicit ModelCard(std::string content, const CardOptions& options = {});

  [[nodiscard]] ModelCardData& data() noexcept { return static_cast<ModelCardData&>(RepoCard::data()); }
  [[nodiscard]] const ModelCardData& data() const noexcept {
    return static_cast<const ModelCardData&>(RepoCard::data());
  }

  static ModelCard load(const std::string& repo_id_or_path, const CardLoadOptions& options = {});
  static ModelCard from_template(const ModelCardData& card_data, const CardTemplateOptions& options = {});
};

/// The card of a data set.
class HUGGINGFACE_HUB_EXPORT DatasetCard : public RepoCard {
 public:
  explicit DatasetCard(std::string content, const CardOptions& options = {});

  [[nodiscard]] DatasetCardData& data() noexcept { return static_cast<DatasetCardData&>(RepoCard::data()); }
  [[nodiscard]] const DatasetCardData& data() const noexcept {
    return static_cast<const DatasetCardData&>(RepoCard::data());
  }

  static DatasetCard load(const std::string& repo_id_or_path, const CardLoadOptions& options = {});
  /// The default template is that of a data set.
  static DatasetCard from_template(const DatasetCardData& card_data, const CardTemplateOptions& options = {});
  [[nodiscard]] RepoType repo_type() const noexcept override;
};

/// The card of a Space.
class HUGGINGFACE_HUB_EXPORT SpaceCard : public RepoCard {
 public:
  explicit SpaceCard(std::string content, const CardOptions& options = {});

  [[nodiscard]] SpaceCardData& data() noexcept { return static_cast<SpaceCardData&>(RepoCard::data()); }
  [[nodiscard]] const SpaceCardData& data() const noexcept {
    return static_cast<const SpaceCardData&>(RepoCard::data());
  }

  static SpaceCard load(const std::string& repo_id_or_path, const CardLoadOptions& options = {});
  static SpaceCard from_template(const SpaceCardData& card_data, const CardTemplateOptions& options = {});
  [[nodiscard]] RepoType repo_type() const noexcept override;
};

HUGGINGFACE_HUB_NAMESPACE_END
