// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include <fstream>
#include <iterator>

namespace huggingface_hub::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Completion : public CommandTest {
 protected:
  /// What the command answers to a shell that asks about `line`.
  std::string ask(const std::string& shell, const std::string& line, const std::string& position) {
    environment_["_HFCPP_COMPLETE"] = shell + "_complete";
    environment_["COMP_WORDS"] = line;
    environment_["COMP_CWORD"] = position;
    const CommandResult result = run({});
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.err, "");
    return result.out;
  }

  /// What a real bash offers after it has read the script; `words` as it splits them, the last one being typed.
  std::vector<std::string> ask_bash(const std::string& words, int last) {
    const std::string script = "source <(" HFCPP_PROGRAM
                               " --show-completion) || exit 9\n"
                               "hfcpp() { " HFCPP_PROGRAM
                               "; }; export -f hfcpp\n"
                               "COMP_WORDS=(" +
                               words + ") COMP_CWORD=" + std::to_string(last) +
                               "\n"
                               "_hfcpp_completion " HFCPP_PROGRAM
                               "\n"
                               "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    environment_["SHELL"] = "/bin/bash";
    const CommandResult result = RunningCommand({"/bin/bash", "-c", script}, environment_, work_).wait();
    EXPECT_EQ(result.code, 0) << result.err;
    std::vector<std::string> found;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) found.push_back(line);
    }
    return found;
  }

  std::string read(const std::string& path) {
    std::ifstream file(folder_.path() / path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  CommandResult install(const std::string& shell) {
    environment_["SHELL"] = "/usr/bin/" + shell;
    return run({"--install-completion"});
  }
};

TEST_F(Completion, BashIsOfferedCommandsOptionsAndValues) {
  EXPECT_THAT(ask_bash("hfcpp repos ''", 2), ElementsAre("branch", "create", "delete", "tag"));
  EXPECT_THAT(ask_bash("hfcpp download --t", 2), ElementsAre("--type", "--token"));
  EXPECT_THAT(ask_bash("hfcpp download --type ''", 3), ElementsAre("model", "dataset", "space", "kernel"));
  EXPECT_THAT(ask_bash("hfcpp download --type = d", 4), ElementsAre("dataset"));
  EXPECT_THAT(ask_bash("hfcpp upload alice/m ''", 3), IsEmpty());  // File names, which are the shell's.
}

TEST_F(Completion, OffersOnceWhatCountsOnce) {
  const auto offered = ask_bash("hfcpp download --type space --include a --", 6);
  EXPECT_THAT(offered, Not(Contains("--type")));
  EXPECT_THAT(offered, Not(Contains("--repo-type")));
  EXPECT_THAT(offered, Contains("--include"));
}

TEST_F(Completion, AnswersEachShellInItsForm) {
  EXPECT_EQ(ask("bash", "hfcpp repos t", "2"), "plain,tag\n");
  EXPECT_EQ(ask("zsh", "hfcpp repos t", "2"), "plain\ntag\nCreate, list and delete tags.\n");
  EXPECT_EQ(ask("fish", "hfcpp repos t", "t"), "plain,tag\tCreate, list and delete tags.\n");
  EXPECT_EQ(ask("zsh", "hfcpp download --type m", "3"), "plain\nmodel\n_\n");
}

// These two replace the whole word.
TEST_F(Completion, KeepsTheOptionBeforeAnEqualsSign) {
  EXPECT_EQ(ask("zsh", "hfcpp download --type=d", "2"), "plain\n--type=dataset\n_\n");
  EXPECT_EQ(ask("fish", "hfcpp download --type=d", "--type=d"), "plain,--type=dataset\n");
}

TEST_F(Completion, RunsNothingElse) {
  EXPECT_EQ(ask("bash", "hfcpp repos delete alice/m1 --y", "4"), "plain,--yes\n");
  EXPECT_EQ(ask("bash", "hfcpp auth logout --token-name x", "3"), "plain,--token-name\n");
  EXPECT_EQ(hub_.request_count(), 0U);
}

TEST_F(Completion, ALineThatCannotBeReadOffersNothing) {
  EXPECT_EQ(ask("bash", "hfcpp download 'a b", "2"), "\n");
  EXPECT_EQ(ask("bash", "", ""), ask("bash", "hfcpp", "1"));
  EXPECT_EQ(ask("bash", "hfcpp download", "99999999999999999999"), "\n");
  EXPECT_EQ(ask("bash", "hfcpp download --json --quiet --ty", "4"), "plain,--type\n");
}

TEST_F(Completion, AnUnknownRequestEndsWithOne) {
  environment_["_HFCPP_COMPLETE"] = "tcsh_complete";
  EXPECT_EQ(run({}).code, 1);
  environment_["_HFCPP_COMPLETE"] = "bash_dance";
  EXPECT_EQ(run({}).code, 1);
}

TEST_F(Completion, IsInstalledOnce) {
  std::ofstream(folder_.path() / ".bashrc") << "alias ll='ls -l'";

  const CommandResult first = install("bash");
  const std::string after = read(".bashrc");
  EXPECT_EQ(install("bash").code, 0);

  EXPECT_EQ(first.out, "bash completion installed in " + (folder_.path() / ".bashrc").string() +
                           ". Restart your shell for it to take effect.\n");
  EXPECT_EQ(after, "alias ll='ls -l'\neval \"$(_HFCPP_COMPLETE=bash_source hfcpp)\"\n");
  EXPECT_EQ(read(".bashrc"), after);
}

TEST_F(Completion, IsInstalledForTheOtherShells) {
  EXPECT_EQ(install("zsh").code, 0);
  EXPECT_EQ(install("fish").code, 0);

  EXPECT_EQ(read(".zshrc"), "\neval \"$(_HFCPP_COMPLETE=zsh_source hfcpp)\"\n");
  environment_["_HFCPP_COMPLETE"] = "fish_source";
  EXPECT_EQ(read(".config/fish/completions/hfcpp.fish"), run({}).out);
}

TEST_F(Completion, OtherShellsAreRefused) {
  const CommandResult result = install("tcsh");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err, "Error: Shell 'tcsh' is not supported for completion.\n");
}

TEST_F(Completion, SaysWhereItCannotBeInstalled) {
  std::filesystem::create_directories(folder_.path() / ".bashrc");

  const CommandResult result = install("bash");

  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr(".bashrc cannot be written"));
}

TEST_F(Completion, AnOptionOfTheProgramDoesNotHideAMistake) {
  EXPECT_EQ(run({"--version", "-q"}).code, 2);
  EXPECT_EQ(run({"--version", "download"}).code, 0);
}

}  // namespace
}  // namespace huggingface_hub::testing
