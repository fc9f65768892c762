// SPDX-License-Identifier: Apache-2.0
#include "server/listener.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "huggingface_hub/errors.hpp"
#include "server/http_connection.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr int kBacklog = 1024;
constexpr timeval kSilence{600, 0};  // After which a connection that neither asks nor takes is given up.

[[noreturn]] void fail(const std::string& what, int code) {
  Error error;
  error.code = ErrorCode::io;
  error.message = what + ": " + std::generic_category().message(code) + ".";
  error.system_error = code;
  throw_error(error);
}

struct AddressList {
  addrinfo* first{nullptr};
  ~AddressList() {
    if (first) ::freeaddrinfo(first);
  }
};

int bind_socket(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  AddressList found;
  const std::string where = address + ":" + std::to_string(port);
  if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found.first) != 0 || !found.first) {
    fail("Cannot listen on " + where + ", which is no address of this machine", EADDRNOTAVAIL);
  }
  const int descriptor = ::socket(found.first->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("Cannot make a socket", errno);
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(descriptor, found.first->ai_addr, found.first->ai_addrlen) != 0 || ::listen(descriptor, kBacklog) != 0) {
    const int code = errno;
    ::close(descriptor);
    fail("Cannot listen on " + where, code);
  }
  return descriptor;
}

std::string describe(const sockaddr_storage& address, bool with_port) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    ::inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
    return "[" + std::string(text) + "]" + (with_port ? ":" + std::to_string(ntohs(six.sin6_port)) : "");
  }
  sockaddr_in four{};
  std::memcpy(&four, &address, sizeof four);
  ::inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
  return std::string(text) + (with_port ? ":" + std::to_string(ntohs(four.sin_port)) : "");
}

std::uint16_t bound_port(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length);
  const std::string text = describe(address, true);
  return static_cast<std::uint16_t>(std::stoul(text.substr(text.rfind(':') + 1)));
}

bool wants_close(const HttpRequest& request) {
  const std::string* header = request.header("connection");
  const std::string connection = header ? to_lower(*header) : "";
  if (request.header(":version")) return connection.find("keep-alive") == std::string::npos;
  return connection.find("close") != std::string::npos;
}

HttpResponse plain_answer(int status, const std::string& text) {
  HttpResponse response;
  response.status = status;
  response.body = text;
  response.set("Content-Type", "text/plain; charset=utf-8");
  response.close = true;
  return response;
}

}  // namespace

struct Listener::Impl {
  struct Peer {
    int socket{-1};
    bool busy{false};      // Within a request.
    bool finished{false};  // The thread is about to end.
    std::thread thread{};
  };

  explicit Impl(Handler chosen) : handler(std::move(chosen)) {}

  void accept_loop();
  // False, and the socket closed, where the listener is stopping.
  bool take(int socket, const sockaddr_storage& address);
  void reap();
  void serve(Peer& peer, const std::string& name);
  bool serve_request(HttpConnection& connection, Peer& peer);
  bool answer(HttpConnection& connection, const HttpRequest& request);
  // False where the listener is stopping: an idle peer must not start another request then.
  bool set_busy(Peer& peer, bool busy);

  Handler handler;
  int socket{-1};
  std::uint16_t port{0};
  std::string authority{};
  std::thread acceptor{};

  std::mutex mutex{};
  std::condition_variable changed{};
  std::list<Peer> peers{};
  bool stopping{false};
};

bool Listener::Impl::set_busy(Peer& peer, bool busy) {
  const std::lock_guard lock(mutex);
  peer.busy = busy;
  changed.notify_all();
  return !stopping;
}

void Listener::Impl::accept_loop() {
  for (;;) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    const int accepted = ::accept4(socket, reinterpret_cast<sockaddr*>(&address), &length, SOCK_CLOEXEC);
    const int code = errno;
    reap();
    if (accepted >= 0) {
      if (!take(accepted, address)) return;
    } else if (code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM) {
      std::unique_lock lock(mutex);  // Out of descriptors: wait for a connection to end.
      if (changed.wait_for(lock, std::chrono::milliseconds(20), [&] { return stopping; })) return;
    } else if (code == EBADF || code == EINVAL) {
      return;
    }
  }
}

bool Listener::Impl::take(int accepted, const sockaddr_storage& address) {
  const int on = 1;
  ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(accepted, SOL_SOCKET, SO_RCVTIMEO, &kSilence, sizeof kSilence);
  ::setsockopt(accepted, SOL_SOCKET, SO_SNDTIMEO, &kSilence, sizeof kSilence);
  // Asked where the peer is added: `stop` waits for the peers it finds, and one added afterwards had no one to join it.
  const std::lock_guard lock(mutex);
  if (stopping) {
    ::close(accepted);
    return false;
  }
  Peer& peer = peers.emplace_back();
  peer.socket = accepted;
  try {
    peer.thread = std::thread([this, &peer, name = describe(address, true)] { serve(peer, name); });
  } catch (const std::system_error&) {
    ::close(accepted);  // Out of threads: this one is turned away.
    peers.pop_back();
  }
  return true;
}

void Listener::Impl::reap() {
  std::list<Peer> finished;
  {
    const std::lock_guard lock(mutex);
    for (auto peer = peers.begin(); peer != peers.end();) {
      const auto next = std::next(peer);
      if (peer->finished) finished.splice(finished.end(), peers, peer);
      peer = next;
    }
  }
  for (Peer& peer : finished) peer.thread.join();
}

void Listener::Impl::serve(Peer& peer, const std::string& name) {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGPIPE);  // `sendfile` has no flag against it.
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  {
    HttpConnection connection(peer.socket, name);
    try {
      while (serve_request(connection, peer)) {
      }
    } catch (const ConnectionError& error) {
      log_debug("embedded hub: " + std::string(error.what()));
    } catch (const std::exception& error) {
      log_warning("embedded hub: a connection ended: " + std::string(error.what()));
    }
    // Under the lock, so that `stop` never shuts down a descriptor that has been closed and given to another.
    const std::lock_guard lock(mutex);
    peer.socket = -1;
  }
  const std::lock_guard lock(mutex);
  peer.finished = true;
  changed.notify_all();
}

bool Listener::Impl::serve_request(HttpConnection& connection, Peer& peer) {
  bool goes_on = false;
  try {
    const std::optional<HttpRequest> request = connection.read_head();
    if (!request || !set_busy(peer, true)) return false;
    goes_on = answer(connection, *request);
  } catch (const BadHttp& error) {
    connection.send_response(plain_answer(error.status(), error.what()), true, false);
    connection.linger();
  }
  return set_busy(peer, false) && goes_on;
}

bool Listener::Impl::answer(HttpConnection& connection, const HttpRequest& request) {
  FramedBody body(connection, request);
  HttpResponse response;
  try {
    response = handler(request, body);
  } catch (const ConnectionError&) {
    throw;
  } catch (const BadHttp&) {
    throw;
  } catch (const std::exception& error) {
    log_warning("embedded hub: " + request.method + " " + request.path + " failed: " + error.what());
    response = plain_answer(500, "Internal Server Error");
    response.close = false;
  }
  // A body that was left unread stands between this answer and the next request.
  bool keep_alive = !response.close && !wants_close(request);
  const bool body_is_short = body.discard_rest();
  keep_alive = keep_alive && body_is_short;
  const std::uint64_t sent = connection.send_response(response, request.method != "HEAD", keep_alive);
  if (response.on_sent) response.on_sent(sent);
  if (!body_is_short) connection.linger();
  return keep_alive;
}

Listener::Listener(const std::string& address, std::uint16_t port, Handler handler)
    : impl_(std::make_unique<Impl>(std::move(handler))) {
  impl_->socket = bind_socket(address, port);
  impl_->port = bound_port(impl_->socket);
  const bool six = address.find(':') != std::string::npos;
  impl_->authority = (six ? "[" + address + "]" : address) + ":" + std::to_string(impl_->port);
  impl_->acceptor = std::thread([impl = impl_.get()] { impl->accept_loop(); });
}

Listener::~Listener() { stop(std::chrono::milliseconds(0)); }

std::uint16_t Listener::port() const noexcept { return impl_->port; }
const std::string& Listener::authority() const noexcept { return impl_->authority; }

void Listener::stop(std::chrono::milliseconds grace) {
  std::unique_lock lock(impl_->mutex);
  if (impl_->stopping) return;
  impl_->stopping = true;
  impl_->changed.notify_all();
  ::shutdown(impl_->socket, SHUT_RDWR);  // Wakes the acceptor.
  for (const Impl::Peer& peer : impl_->peers) {
    if (!peer.busy && peer.socket >= 0) ::shutdown(peer.socket, SHUT_RDWR);
  }
  const auto all_finished = [&] {
    return std::all_of(impl_->peers.begin(), impl_->peers.end(), [](const Impl::Peer& peer) { return peer.finished; });
  };
  impl_->changed.wait_for(lock, grace, all_finished);
  for (const Impl::Peer& peer : impl_->peers) {
    if (peer.socket >= 0) ::shutdown(peer.socket, SHUT_RDWR);
  }
  impl_->changed.wait(lock, all_finished);
  lock.unlock();
  impl_->acceptor.join();
  ::close(impl_->socket);
  impl_->reap();
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
