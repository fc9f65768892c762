// SPDX-License-Identifier: Apache-2.0
#include "cli/mode.hpp"

#include "cli/environment.hpp"
#include "cli/text.hpp"

#include "huggingface_hub/config.hpp"

#include <algorithm>
#include <exception>
#include <fstream>

namespace huggingface_hub::cli {

namespace {

/// The registry that Python keeps; it is read at any age, and never fetched.
bool is_agent(const Json& registry) {
  const Json standard = registry.value("standardEnvVars", Json::array());
  const Json harnesses = registry.value("harnesses", Json::object());
  for (const Json& harness : harnesses) {
    const Json variables = harness.value("envVars", Json::object());
    for (const auto& [name, pattern] : variables.items()) {
      const std::string value = environment_variable(name);
      if (!value.empty() && (pattern == "*" || pattern == value)) return true;
    }
  }
  return std::any_of(standard.begin(), standard.end(), [](const Json& name) {
    return name.is_string() && !trimmed(environment_variable(name.get<std::string>())).empty();
  });
}

bool runs_under_an_agent() {
  try {
    std::ifstream file(Config::from_environment().hf_home / ".agent_harnesses.json");
    return file && is_agent(Json::parse(file));
  } catch (const std::exception&) {
    return false;  // A broken registry, or a broken environment that the command itself will report.
  }
}

}  // namespace

OutputMode resolve_mode(const std::string& name) {
  if (name == "human") return OutputMode::human;
  if (name == "agent") return OutputMode::agent;
  if (name == "json") return OutputMode::json;
  if (name == "quiet") return OutputMode::quiet;
  return runs_under_an_agent() ? OutputMode::agent : OutputMode::human;
}

bool uses_color() { return environment_variable("NO_COLOR").empty(); }

bool is_debugging() {
  const std::string value = lower(environment_variable("HF_DEBUG"));
  return value == "1" || value == "on" || value == "yes" || value == "true";
}

}  // namespace huggingface_hub::cli
