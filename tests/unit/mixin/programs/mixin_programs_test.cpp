// SPDX-License-Identifier: Apache-2.0
// Models in programs of several parts.
#include "support/temp_dir.hpp"
#include "unit/mixin/programs/two_settings.hpp"

#if defined(MIXIN_PLUGIN)
#include "unit/mixin/programs/plugin.hpp"
#endif

#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

TEST(TwoMixinsInOneProgram, MayBeBuiltWithDifferentSettings) {
  const testing::TempDir folder;
  const std::string expected = R"({"changed":[2,null],"kept":[1,2.5,"three"]})";
  EXPECT_EQ(plain_part((folder.path() / "a").string()), expected);
  EXPECT_EQ(diagnostics_part((folder.path() / "b").string()), expected);
  EXPECT_EQ(plain_part((folder.path() / "b").string()), expected);
  EXPECT_NE(plain_options_size(), diagnostics_options_size()) << "the settings make no difference";
}

#if defined(MIXIN_PLUGIN)
TEST(AModelOfASharedLibrary, IsSavedAndLoadedOnBothSides) {
  const testing::TempDir folder;
  EXPECT_EQ(PluginModel::round_trip(folder.path() / "there", 4), 4);
  PluginModel(7).save_pretrained(folder.path() / "here");
  EXPECT_EQ(PluginModel::from_pretrained((folder.path() / "here").string()).value, 7);
  EXPECT_EQ(PluginModel::from_pretrained((folder.path() / "there").string()).value, 4);
  EXPECT_EQ(PluginModel::hub_mixin_info().library_name, "plugin");
}

TEST(AModelOfASharedLibrary, ThrowsWhatTheProgramCanCatch) {
  const testing::TempDir folder;
  EXPECT_THROW((void)PluginModel::from_pretrained(folder.path().string()), EntryNotFoundError);
  EXPECT_THROW((void)PluginModel::from_pretrained("no/such/model"), HFValidationError);
}
#endif

}  // namespace
}  // namespace huggingface_hub
