// SPDX-License-Identifier: Apache-2.0
#include "core/text.hpp"

#include "support/bytes.hpp"

#include <gtest/gtest.h>

#include <set>

namespace huggingface_hub {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

SystemTime at(std::int64_t unix_seconds, std::int64_t micros = 0) {
  return SystemTime(seconds(unix_seconds) + microseconds(micros));
}

TEST(Hex, GoesThereAndBack) {
  const std::string raw("\x00\x7f\xff", 3);
  EXPECT_EQ(to_hex(raw), "007fff");
  EXPECT_EQ(from_hex("007FfF"), raw);
  EXPECT_EQ(from_hex("0"), std::nullopt);
  EXPECT_EQ(from_hex("0g"), std::nullopt);
}

TEST(CommitHash, IsFortyLowerCaseDigits) {
  EXPECT_TRUE(is_commit_hash(std::string(40, 'a')));
  EXPECT_FALSE(is_commit_hash(std::string(40, 'A')));
  EXPECT_FALSE(is_commit_hash(std::string(39, 'a')));
  EXPECT_FALSE(is_commit_hash(std::string(40, 'a') + "\n"));
}

TEST(Base64, AgreesWithRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [raw, text] : vectors) {
    EXPECT_EQ(base64_encode(raw), text);
    EXPECT_EQ(base64_decode(text), raw);
  }
}

TEST(Base64, JoinsLongInputsWithoutASeam) {
  const std::string raw = testing::pattern(25 * testing::kMiB);
  const std::string text = base64_encode(raw);
  EXPECT_EQ(text.find('='), text.size() - 2);
  EXPECT_TRUE(base64_decode(text) == raw);
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Zg=", "Zg", "Z===", "====", "Zm9v\n", " Zm9v", "Zm-v", "Zg==Zg==", "Zg==\n\n\n\n"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

// Expected values by urllib.parse.quote(…, safe=…).
TEST(PercentEncode, KeepsWhatPythonKeeps) {
  EXPECT_EQ(percent_encode("refs/pr/1"), "refs%2Fpr%2F1");
  EXPECT_EQ(percent_encode("a b/ü.txt", "/"), "a%20b/%C3%BC.txt");
  EXPECT_EQ(percent_encode("-_.~%?#"), "-_.~%25%3F%23");
}

TEST(PercentDecode, LeavesWhatIsNoEscape) {
  EXPECT_EQ(percent_decode("a%20b%2F%C3%BC"), "a b/ü");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%g1%4"), "%g1%4");
  EXPECT_EQ(percent_decode("%41"), "A");
}

TEST(ParseIso8601, ReadsWhatTheHubSends) {
  EXPECT_EQ(parse_iso8601("2024-02-29T12:30:45.123Z"), at(1709209845, 123000));
  EXPECT_EQ(parse_iso8601("2024-02-29T12:30:45Z"), at(1709209845));
  EXPECT_EQ(parse_iso8601("2024-02-29T12:30:45.123456789Z"), at(1709209845, 123456));
  EXPECT_EQ(parse_iso8601("2024-02-29T14:30:45+02:00"), at(1709209845));
  EXPECT_EQ(parse_iso8601("2024-02-29T07:00:45-0530"), at(1709209845));
  EXPECT_EQ(parse_iso8601("2024-02-29"), at(1709164800));
}

TEST(ParseIso8601, RefusesWhatIsNoDate) {
  for (const char* text : {"", "2023-02-29T00:00:00Z", "2024-13-01", "2024-01-01T25:00:00Z", "2024-01-01T00:00:00.Z",
                           "2024-01-01T00:00:00Q", "2024-01-01T00:00:00Zx", "yesterday"}) {
    EXPECT_EQ(parse_iso8601(text), std::nullopt) << text;
  }
}

TEST(FormatIso8601, HasMilliseconds) {
  EXPECT_EQ(format_iso8601(at(1709209845, 123456)), "2024-02-29T12:30:45.123Z");
  EXPECT_EQ(format_iso8601(at(-1, 999000)), "1969-12-31T23:59:59.999Z");
}

TEST(HttpDate, ReadsAllThreeForms) {
  const SystemTime expected = at(784111777);
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), expected);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), expected);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), expected);
  EXPECT_EQ(format_http_date(expected), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpDate, RefusesWhatIsNone) {
  for (const char* text : {"", "120", "Sun, 06 Nov 1994", "Sun, 31 Feb 1994 08:49:37 GMT", "06 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

TEST(Strings, CompareWithoutCase) {
  EXPECT_TRUE(starts_with_ignoring_case("BEARER x", "bearer "));
  EXPECT_FALSE(starts_with_ignoring_case("Bear", "bearer"));
  EXPECT_EQ(to_lower("X-Repo-Commit"), "x-repo-commit");
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
}

TEST(Random, GivesOtherNamesEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random_hex(8));
  EXPECT_GT(seen.size(), 95U);
  EXPECT_EQ(random_hex(7).size(), 7U);
}

TEST(Random, UuidIsOfVersion4) {
  const std::string uuid = random_uuid();
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[8], '-');
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
}

}  // namespace
}  // namespace huggingface_hub
