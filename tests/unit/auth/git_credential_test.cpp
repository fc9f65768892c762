// SPDX-License-Identifier: Apache-2.0
#include "auth/git_credential.hpp"

#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

TEST(ParseCredentialHelpers, GivesEachNameOnceAndSorted) {
  EXPECT_EQ(parse_credential_helpers("user.name=me\n"
                                     "credential.helper=store\n"
                                     "Credential.Helper = cache --timeout=3600\n"
                                     "credential.helper=store\n"
                                     "credential.https://huggingface.co.helper=other\n"
                                     "credential.helper=\n"),
            (std::vector<std::string>{"cache", "store"}));
}

TEST(ParseCredentialHelpers, OfNothingIsNothing) { EXPECT_TRUE(parse_credential_helpers("").empty()); }

}  // namespace
}  // namespace huggingface_hub
