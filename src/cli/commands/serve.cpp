// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/interrupt.hpp"

#include "huggingface_hub/server/embedded_hub.hpp"

#include <string>

namespace huggingface_hub::cli {

namespace {

/// `TOKEN[:USER[:read]]`
server::HubToken parse_token(const std::string& text) {
  server::HubToken token;
  const std::size_t first = text.find(':');
  token.token = text.substr(0, first);
  if (first == std::string::npos) return token;
  const std::size_t second = text.find(':', first + 1);
  token.user = text.substr(first + 1, second == std::string::npos ? second : second - first - 1);
  const std::string role = second == std::string::npos ? "write" : text.substr(second + 1);
  if (token.token.empty() || token.user.empty() || (role != "read" && role != "write")) {
    throw CliError("'" + text + "' is no token for the hub. Write TOKEN, TOKEN:USER or TOKEN:USER:read.");
  }
  token.role = role == "read" ? server::TokenRole::read : server::TokenRole::write;
  return token;
}

}  // namespace

void serve_command(Context& context) {
  std::optional<std::string> host;
  std::optional<long long> port;
  std::optional<std::string> folder;
  std::vector<std::string> tokens;
  Arguments arguments(context.command(),
                      "Serve a hub of one's own until Ctrl-C. Point clients to it with HF_ENDPOINT and HF_TOKEN.");
  arguments.option("--host", host, "The address to listen on. Default: 127.0.0.1, this machine only.");
  arguments.option("--port", port, "The port. Default: one that is free.");
  arguments.option("--folder", folder, "Where repositories are kept. Default: in memory, until the end.");
  arguments.option("--serve-token", tokens, "A token to accept: TOKEN, TOKEN:USER or TOKEN:USER:read. Repeatable.");
  context.parse(arguments);

  server::EmbeddedHubOptions options;
  if (host) options.address = *host;
  if (folder) options.folder = *folder;
  if (port && (*port < 0 || *port > 65535)) arguments.fail("Invalid value for '--port': it is not between 0 and 65535.");
  options.port = static_cast<std::uint16_t>(port.value_or(0));
  for (const std::string& text : tokens) options.tokens.push_back(parse_token(text));

  const EndSignals signals;  // Before the threads of the hub start.
  server::EmbeddedHub hub = server::EmbeddedHub::start(options);
  context.out.result("Serving", {{"url", hub.url()}, {"token", hub.token()}});
  context.out.hint("Press Ctrl-C to stop.");
  signals.wait();
  hub.stop();
}

}  // namespace huggingface_hub::cli
