// SPDX-License-Identifier: Apache-2.0
#include "component/hub/hub_fixture.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <ostream>

namespace huggingface_hub {
namespace {

using ::testing::HasSubstr;
using Names = std::vector<std::string>;

struct CopyFiles : testing::HubTest {
  CopyFiles() {
    hub.add_files("user/from", {{"a.txt", "a"}, {"dir/b.txt", "b"}, {"dir/sub/c.txt", "c"}});
    hub.add_files("user/to", {{"old/x.txt", "x"}});
  }
  Names new_files() {
    Names files = *hub.list_files("user/to");
    files.erase(std::remove_if(files.begin(), files.end(),
                               [](const std::string& path) { return path == ".gitattributes" || path == "old/x.txt"; }),
                files.end());
    return files;
  }
};

struct Case {
  const char* name;
  const char* source;
  const char* destination;
  Names files;
};
void PrintTo(const Case& a_case, std::ostream* out) { *out << a_case.name; }
struct CopyTo : CopyFiles, ::testing::WithParamInterface<Case> {};

TEST_P(CopyTo, PutsTheFilesWhereCpWould) {
  const CommitInfo commit = api.copy_files(GetParam().source, GetParam().destination);

  EXPECT_EQ(new_files(), GetParam().files);
  EXPECT_EQ(commit.commit_message, "Copy files from models/user/from");
}

INSTANTIATE_TEST_SUITE_P(
    CopyFiles, CopyTo,
    ::testing::Values(
        Case{"FileToRoot", "hf://user/from/a.txt", "hf://user/to", {"a.txt"}},
        Case{"FileToNewName", "hf://user/from/a.txt", "hf://user/to/new.txt", {"new.txt"}},
        Case{"FileToNewFolder", "hf://user/from/a.txt", "hf://user/to/new/", {"new/a.txt"}},
        Case{"FileToFolderThatIsThere", "hf://user/from/a.txt", "hf://user/to/old", {"old/a.txt"}},
        Case{"FolderToRoot", "hf://user/from/dir", "hf://user/to", {"dir/b.txt", "dir/sub/c.txt"}},
        Case{"ContentToRoot", "hf://user/from/dir/", "hf://user/to", {"b.txt", "sub/c.txt"}},
        Case{"FolderToNewName", "hf://user/from/dir", "hf://user/to/new", {"new/b.txt", "new/sub/c.txt"}},
        Case{"FolderIntoFolder", "hf://user/from/dir", "hf://user/to/old", {"old/dir/b.txt", "old/dir/sub/c.txt"}},
        Case{"ContentIntoFolder", "hf://user/from/dir/", "hf://user/to/old", {"old/b.txt", "old/sub/c.txt"}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(CopyFiles, CopiesLfsContentWithoutMovingIt) {
  hub.add_file("user/to", "w.safetensors", std::string(5000, 'w'));

  api.copy_files("hf://user/to/w.safetensors", "hf://user/to/copy.safetensors");

  EXPECT_EQ(hub.read_file("user/to", "copy.safetensors"), std::string(5000, 'w'));
  EXPECT_TRUE(requests("PUT", "").empty());
}

TEST_F(CopyFiles, SaysWhereNothingIs) {
  EXPECT_THROW(api.copy_files("hf://user/from/none", "hf://user/to"), EntryNotFoundError);
}

TEST_F(CopyFiles, RefusesBuckets) {
  EXPECT_THROW(api.copy_files("hf://buckets/user/b/x", "hf://user/to"), HFValidationError);
  EXPECT_THROW(api.copy_files("hf://user/from", "hf://buckets/user/b"), HFValidationError);
}

}  // namespace
}  // namespace huggingface_hub
