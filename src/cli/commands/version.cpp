// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"

#include "huggingface_hub/version.hpp"

namespace huggingface_hub::cli {

void version_command(Context& context) {
  Arguments arguments(context.command(), "Print the version.");
  context.parse(arguments);
  context.out.result("hfcpp version", {{"version", kVersion}});
}

}  // namespace huggingface_hub::cli
