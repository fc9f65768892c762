// SPDX-License-Identifier: Apache-2.0
#include "server/git_objects.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"
#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <charconv>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr std::string_view kFileMode = "100644";
constexpr std::string_view kTreeMode = "40000";
constexpr std::size_t kRawId = 20;
constexpr std::string_view kPointerVersion = "version https://git-lfs.github.com/spec/v1";

[[noreturn]] void damaged(const char* what) {
  throw_error(ErrorCode::io, std::string("A ") + what + " object in the store is damaged.");
}

template <typename T>
bool parse_decimal(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

std::string person_line(const char* role, const Commit& commit) {
  return std::string(role) + " " + commit.author + " <" + commit.author + "@users.noreply.huggingface.co> " +
         std::to_string(commit.date) + " +0000\n";
}

void read_person(std::string_view line, Commit& commit) {
  const std::size_t mail = line.find(" <");
  const std::size_t after = line.find("> ");
  if (mail == std::string_view::npos || after == std::string_view::npos) damaged("commit");
  commit.author = std::string(line.substr(0, mail));
  const std::string_view time = line.substr(after + 2);
  if (!parse_decimal(time.substr(0, time.find(' ')), commit.date)) damaged("commit");
}

}  // namespace

std::string git_object_id(std::string_view kind, std::string_view content) {
  Digest digest(DigestKind::sha1);
  std::string header = std::string(kind) + " " + std::to_string(content.size());
  header.push_back('\0');
  digest.update(header);
  digest.update(content);
  return digest.finish_hex();
}

std::string encode_tree(std::vector<TreeEntry> entries) {
  // Git compares a folder as if its name ended in a slash.
  const auto key = [](const TreeEntry& entry) { return entry.is_tree ? entry.name + "/" : entry.name; };
  std::sort(entries.begin(), entries.end(),
            [&](const TreeEntry& left, const TreeEntry& right) { return key(left) < key(right); });
  std::string content;
  for (const TreeEntry& entry : entries) {
    content += entry.is_tree ? kTreeMode : kFileMode;
    content += ' ';
    content += entry.name;
    content.push_back('\0');
    content += from_hex(entry.id).value_or(std::string(kRawId, '\0'));
  }
  return content;
}

std::vector<TreeEntry> decode_tree(std::string_view content) {
  std::vector<TreeEntry> entries;
  while (!content.empty()) {
    const std::size_t space = content.find(' ');
    const std::size_t zero = content.find('\0');
    if (space == std::string_view::npos || zero == std::string_view::npos || zero < space ||
        content.size() < zero + 1 + kRawId) {
      damaged("tree");
    }
    TreeEntry entry;
    entry.is_tree = content.substr(0, space) == kTreeMode;
    entry.name = std::string(content.substr(space + 1, zero - space - 1));
    entry.id = to_hex(content.substr(zero + 1, kRawId));
    entries.push_back(std::move(entry));
    content.remove_prefix(zero + 1 + kRawId);
  }
  return entries;
}

std::string Commit::description() const {
  const std::size_t newline = message.find('\n');
  if (newline == std::string::npos) return {};
  return std::string(trim(std::string_view(message).substr(newline)));
}

std::string encode_commit(const Commit& commit) {
  std::string content = "tree " + commit.tree + "\n";
  for (const std::string& parent : commit.parents) content += "parent " + parent + "\n";
  content += person_line("author", commit);
  content += person_line("committer", commit);
  content += "\n" + commit.message;
  return content;
}

Commit decode_commit(std::string_view content) {
  Commit commit;
  for (;;) {
    const std::size_t newline = content.find('\n');
    if (newline == std::string_view::npos) damaged("commit");
    const std::string_view line = content.substr(0, newline);
    content.remove_prefix(newline + 1);
    if (line.empty()) break;
    if (line.starts_with("tree ")) commit.tree = std::string(line.substr(5));
    if (line.starts_with("parent ")) commit.parents.emplace_back(line.substr(7));
    if (line.starts_with("author ")) read_person(line.substr(7), commit);
  }
  commit.message = std::string(content);
  return commit;
}

std::string encode_pointer(const LfsPointer& pointer) {
  return std::string(kPointerVersion) + "\noid sha256:" + pointer.oid + "\nsize " + std::to_string(pointer.size) + "\n";
}

std::optional<LfsPointer> decode_pointer(std::string_view content) {
  if (content.size() > kMaxPointerSize || !content.starts_with(kPointerVersion)) return std::nullopt;
  LfsPointer pointer;
  bool has_size = false;
  while (!content.empty()) {
    const std::size_t newline = content.find('\n');
    const std::string_view line = content.substr(0, newline);
    content.remove_prefix(newline == std::string_view::npos ? content.size() : newline + 1);
    if (line.starts_with("oid sha256:")) pointer.oid = std::string(line.substr(11));
    if (line.starts_with("size ")) has_size = parse_decimal(line.substr(5), pointer.size);
  }
  if (!has_size || !is_lower_hex(pointer.oid, 64)) return std::nullopt;
  return pointer;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
