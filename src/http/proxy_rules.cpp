// SPDX-License-Identifier: Apache-2.0
#include "http/proxy_rules.hpp"

#include "core/text.hpp"
#include "http/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

/// An IP address as bytes: 4 or 16.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t size{0};
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string name(text);
  Address address;
  if (inet_pton(AF_INET, name.c_str(), address.bytes.data()) == 1) {
    address.size = 4;
  } else if (inet_pton(AF_INET6, name.c_str(), address.bytes.data()) == 1) {
    address.size = 16;
  } else {
    return std::nullopt;
  }
  return address;
}

std::optional<unsigned> parse_number(std::string_view text, unsigned limit) {
  unsigned value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value > limit) {
    return std::nullopt;
  }
  return value;
}

bool is_in_network(const Address& address, const Address& network, unsigned prefix) {
  if (address.size != network.size) return false;
  for (std::size_t i = 0; prefix > 0; ++i) {
    const unsigned bits = std::min(prefix, 8U);
    const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - bits));
    if (((address.bytes[i] ^ network.bytes[i]) & mask) != 0) return false;
    prefix -= bits;
  }
  return true;
}

/// Which names an entry stands for.
enum class Reach {
  exact,
  domain,            ///< `example.com`: itself and what is below.
  below,             ///< `.example.com`, `*.example.com`: only what is below.
  network,
  everything,        ///< `scheme://` alone.
};

/// One entry of NO_PROXY.
struct Entry {
  std::string scheme{};  ///< Empty: any.
  std::string host{};
  std::optional<unsigned> port{};
  Reach reach{Reach::exact};
  Address network{};
  unsigned prefix{0};
};

/// Takes `:port` off the end of `text`. False where something stands there that is no port.
bool take_port(std::string_view& text, std::optional<unsigned>& port) {
  const auto colon = text.rfind(':');
  const auto bracket = text.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return true;
  port = parse_number(text.substr(colon + 1), 65535);
  text = text.substr(0, colon);
  return port.has_value();
}

std::string_view without_brackets(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') return text.substr(1, text.size() - 2);
  return text;
}

/// `10.0.0.0/8`, `fd00::/8`, `[fd00::]/8`.
std::optional<Entry> parse_network(std::string_view text, Entry entry) {
  const auto slash = text.find('/');
  const auto address = parse_address(without_brackets(text.substr(0, slash)));
  if (!address) return std::nullopt;
  const auto prefix = parse_number(text.substr(slash + 1), static_cast<unsigned>(address->size * 8));
  if (!prefix) return std::nullopt;
  entry.reach = Reach::network;
  entry.network = *address;
  entry.prefix = *prefix;
  return entry;
}

std::optional<Entry> parse_entry(std::string_view text) {
  Entry entry;
  const bool has_scheme = text.find("://") != std::string_view::npos;
  if (has_scheme) {
    entry.scheme = to_lower(text.substr(0, text.find("://")));
    if (entry.scheme.empty()) return std::nullopt;
    if (entry.scheme == "all") entry.scheme.clear();
    text.remove_prefix(text.find("://") + 3);
    if (text.empty() || text == "*") {
      entry.reach = Reach::everything;
      return entry;
    }
  }
  if (text.find('/') != std::string_view::npos) return parse_network(text, entry);
  if (!parse_address(text) && !take_port(text, entry.port)) return std::nullopt;  // An address may hold colons.
  text = without_brackets(text);
  if (text.empty() || text.find_first_of("[]:@ ") != std::string_view::npos) {
    if (!parse_address(text)) return std::nullopt;
  }
  entry.host = to_lower(text);
  if (parse_address(text) || entry.host == "localhost") return entry;
  if (text.substr(0, 2) == "*.") {
    entry.reach = Reach::below;
    entry.host.erase(0, 2);
  } else if (text.front() == '.') {
    entry.reach = Reach::below;
    entry.host.erase(0, 1);
  } else if (text.front() == '*') {
    entry.reach = text.size() == 1 ? Reach::everything : Reach::domain;
    entry.host.erase(0, 1);
  } else if (!has_scheme) {
    entry.reach = Reach::domain;
  }
  if (entry.host.empty() && entry.reach != Reach::everything) return std::nullopt;
  return entry;
}

/// One spelling an address, so that `::1` is `0:0::1`.
bool is_same_host(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto left = parse_address(a);
  const auto right = parse_address(b);
  return left && right && left->size == right->size && left->bytes == right->bytes;
}

bool is_below(std::string_view host, std::string_view domain) {
  return host.size() > domain.size() + 1 && host.substr(host.size() - domain.size()) == domain &&
         host[host.size() - domain.size() - 1] == '.';
}

bool matches(const Entry& entry, const Url& url) {
  if (!entry.scheme.empty() && entry.scheme != url.scheme) return false;
  if (entry.port && *entry.port != url.port) return false;
  switch (entry.reach) {
    case Reach::exact: return is_same_host(entry.host, url.host);
    case Reach::domain: return entry.host == url.host || is_below(url.host, entry.host);
    case Reach::below: return is_below(url.host, entry.host);
    case Reach::everything: return true;
    case Reach::network: break;
  }
  const auto address = parse_address(url.host);
  return address && is_in_network(*address, entry.network, entry.prefix);
}

std::string with_scheme(const std::string& proxy) {
  return proxy.empty() || proxy.find("://") != std::string::npos ? proxy : "http://" + proxy;
}

/// The value under `key` or `key://`.
std::optional<std::string> find_proxy(const ProxyMap& proxies, const std::string& key) {
  for (const std::string& spelling : {key, key + "://"}) {
    if (const auto found = proxies.find(spelling); found != proxies.end()) return found->second;
  }
  return std::nullopt;
}

}  // namespace

// All entries say the same, no proxy. Which of those that match is the most specific can therefore not matter, and
// the first that matches decides.
bool is_exempt(const Url& url, std::string_view no_proxy) {
  while (!no_proxy.empty()) {
    const auto end = std::min(no_proxy.find(','), no_proxy.size());
    const std::string_view text = trim(no_proxy.substr(0, end));
    no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
    if (text == "*") return true;
    if (text.empty()) continue;
    const auto entry = parse_entry(text);
    if (entry && matches(*entry, url)) return true;
  }
  return false;
}

std::string choose_proxy(const std::string& url, const ProxyMap& per_call, const ProxyEnvironment& environment) {
  const auto parts = parse_url(url);
  if (!parts) return {};
  if (!per_call.empty()) {
    const std::string host = "://" + parts->host;
    for (const std::string& key : {parts->scheme + host, parts->scheme, "all" + host, std::string("all")}) {
      if (const auto proxy = find_proxy(per_call, key)) return with_scheme(*proxy);
    }
    return {};
  }
  const std::string& own = parts->scheme == "https" ? environment.https : environment.http;
  const std::string& proxy = own.empty() ? environment.all : own;
  if (proxy.empty() || is_exempt(*parts, environment.no_proxy)) return {};
  return with_scheme(proxy);
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
