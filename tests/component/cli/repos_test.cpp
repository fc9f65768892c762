// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Repos : public CommandTest {};

TEST_F(Repos, CreateAndDelete) {
  EXPECT_EQ(run({"repos", "create", "m1", "-q"}).out, "alice/m1\n");
  EXPECT_EQ(run({"repos", "create", "m1", "--exist-ok", "-q"}).out, "alice/m1\n");

  const CommandResult again = run({"repos", "create", "m1"});
  EXPECT_EQ(again.code, 1);
  EXPECT_EQ(again.out, "");
  EXPECT_THAT(again.err, StartsWith("Error: Client error '409 Conflict' for url "));

  EXPECT_EQ(run({"repos", "delete", "alice/m1", "-y", "-q"}).out, "alice/m1\n");
  EXPECT_EQ(run({"repos", "delete", "alice/m1", "-y"}).code, 1);
  EXPECT_EQ(run({"repos", "delete", "alice/m1", "--yes", "--missing-ok", "-q"}).out, "alice/m1\n");
}

TEST_F(Repos, DeletingIsConfirmed) {
  hub_.create_repo("alice/m1");
  const CommandResult json = run({"repos", "delete", "alice/m1", "--json"});
  EXPECT_EQ(json.code, 1);
  EXPECT_EQ(json.err,
            "Error: You are about to permanently delete model 'alice/m1'. Proceed? Use --yes to skip confirmation.\n");

  const CommandResult no = run({"repos", "delete", "alice/m1"}, "maybe\nn\n");
  EXPECT_EQ(no.code, 1);
  EXPECT_THAT(no.out, HasSubstr("Proceed? [y/N]: Error: invalid input\n"));
  EXPECT_EQ(no.err, "Aborted!\n");
  EXPECT_TRUE(hub_.resolve("alice/m1"));

  EXPECT_EQ(run({"repos", "delete", "alice/m1"}, "YES\n").code, 0);
  EXPECT_FALSE(hub_.resolve("alice/m1"));
}

TEST_F(Repos, BranchesComeAndGo) {
  hub_.create_repo("alice/m1");
  EXPECT_EQ(run({"repos", "branch", "create", "alice/m1", "dev", "--json"}).out,
            "{\"branch\": \"dev\", \"repo_type\": \"model\", \"repo_id\": \"alice/m1\"}\n");
  EXPECT_EQ(run({"repos", "branch", "create", "alice/m1", "dev"}).code, 1);
  EXPECT_EQ(run({"repos", "branch", "create", "alice/m1", "dev", "--exist-ok", "-q"}).out, "dev\n");
  EXPECT_EQ(run({"repos", "branch", "delete", "alice/m1", "dev", "-q"}).out, "dev\n");
  EXPECT_FALSE(hub_.resolve("alice/m1", "dev"));
}

TEST_F(Repos, TagsComeAndGo) {
  hub_.create_repo("alice/m1");
  const std::string commit = hub_.resolve("alice/m1").value();
  EXPECT_EQ(run({"repos", "tag", "list", "alice/m1"}).out, "No results found.\n");
  EXPECT_EQ(run({"repos", "tag", "create", "alice/m1", "v1", "-q"}).out, "v1\n");
  EXPECT_EQ(run({"repos", "tag", "create", "alice/m1", "v1"}).err, "Error: Tag 'v1' already exists on 'alice/m1'.\n");
  EXPECT_EQ(run({"repos", "tag", "ls", "alice/m1", "--json"}).out,
            "[{\"name\": \"v1\", \"target_commit\": \"" + commit + "\", \"ref\": \"refs/tags/v1\"}]\n");
  EXPECT_EQ(run({"repos", "tag", "list", "alice/m1", "--format", "agent"}).out,
            "name\ttarget_commit\tref\nv1\t" + commit + "\trefs/tags/v1\n");
  EXPECT_EQ(run({"repos", "tag", "delete", "alice/m1", "v1", "-y"}).out,
            "You are about to delete tag v1 on model alice/m1\n✓ Tag deleted\n  tag: v1\n  repo_type: model\n  repo_id: "
            "alice/m1\n");
  EXPECT_EQ(run({"repos", "tag", "list", "alice/x"}).err, "Error: Model 'alice/x' not found.\n");
}

TEST_F(Repos, TablesFitTheTerminal) {
  hub_.create_repo("alice/m1");
  ASSERT_EQ(run({"repos", "tag", "create", "alice/m1", "v1"}).code, 0);
  environment_["COLUMNS"] = "40";
  const CommandResult narrow = run({"repos", "tag", "list", "alice/m1"});
  EXPECT_THAT(narrow.out, HasSubstr("..."));
  EXPECT_THAT(narrow.err, HasSubstr("--no-truncate"));
  EXPECT_THAT(run({"repos", "tag", "list", "alice/m1", "--no-truncate"}).out,
              HasSubstr(hub_.resolve("alice/m1").value()));
}

TEST_F(Repos, ABadIdIsNamed) {
  const CommandResult result = run({"repos", "create", "a--b"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, StartsWith("Error: Invalid value. "));
  EXPECT_EQ(hub_.request_count(), 0U);
}

}  // namespace
}  // namespace huggingface_hub::testing
