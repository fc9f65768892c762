// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/result.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace huggingface_hub {
namespace {

Error error_with(ErrorCode code) {
  Error error;
  error.code = code;
  error.message = "why";
  return error;
}

TEST(ThrowError, KeepsCodeAndMessageForEveryCode) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::io); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    try {
      throw_error(error_with(code));
      FAIL() << "code " << i << " threw nothing";
    } catch (const std::exception& caught) {
      const auto* ours = dynamic_cast<const HfHubError*>(&caught);
      ASSERT_NE(ours, nullptr) << "code " << i;
      EXPECT_EQ(ours->code(), code);
      EXPECT_STREQ(caught.what(), "why");
    }
  }
}

TEST(ThrowError, GivesEachCodeAClassOfItsOwn) {
  EXPECT_THROW(throw_error(error_with(ErrorCode::gated_repo)), GatedRepoError);
  EXPECT_THROW(throw_error(error_with(ErrorCode::remote_entry_not_found)), RemoteEntryNotFoundError);
  EXPECT_THROW(throw_error(error_with(ErrorCode::incomplete_snapshot)), IncompleteSnapshotError);
}

TEST(ErrorClasses, DeriveAsInPython) {
  EXPECT_TRUE((std::is_base_of_v<RepositoryNotFoundError, GatedRepoError>));
  EXPECT_TRUE((std::is_base_of_v<HfHubHTTPError, RemoteEntryNotFoundError>));
  EXPECT_TRUE((std::is_base_of_v<EntryNotFoundError, RemoteEntryNotFoundError>));
  EXPECT_TRUE((std::is_base_of_v<LocalEntryNotFoundError, IncompleteSnapshotError>));
}

TEST(AsResult, TurnsOurExceptionsIntoValues) {
  const Result<int> failed = as_result([]() -> int { throw_error(ErrorCode::validation, "no"); });
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, ErrorCode::validation);

  const Result<int> good = as_result([] { return 7; });
  EXPECT_EQ(good.value(), 7);
}

TEST(AsResult, LetsOtherExceptionsPass) {
  EXPECT_THROW((void)as_result([]() -> int { throw std::logic_error("theirs"); }), std::logic_error);
}

}  // namespace
}  // namespace huggingface_hub
