// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/child_process.hpp"
#include "support/raw_server.hpp"
#include "support/temp_dir.hpp"

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace huggingface_hub::testing {

/// A certificate authority of the test's own, made with the openssl command, and what it signed.
class TestAuthority {
 public:
  explicit TestAuthority(const std::filesystem::path& folder) : folder_(folder) {
    std::filesystem::create_directories(folder_);
    openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=Authority of a test", "-keyout", path("ca.key"), "-out", path("ca.pem")});
  }

  [[nodiscard]] std::string certificate() const { return path("ca.pem"); }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  /// Signs `<name>.pem` with its key `<name>.key`. `names` as in `DNS:localhost,IP:127.0.0.1`.
  void sign(const std::string& name, const std::string& common_name, const std::string& names) const {
    openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
             "/CN=" + common_name, "-addext", "subjectAltName=" + names, "-keyout", path(name + ".key"), "-out",
             path(name + ".csr")});
    openssl({"x509", "-req", "-in", path(name + ".csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
             "-CAcreateserial", "-days", "2", "-copy_extensions", "copy", "-out", path(name + ".pem")});
  }

  /// A folder with the authority under its hashed name, as SSL_CERT_DIR wants it.
  [[nodiscard]] std::string hashed_folder() const {
    const auto hashed = folder_ / "hashed";
    std::filesystem::create_directories(hashed);
    std::filesystem::copy_file(certificate(), hashed / "ca.pem", std::filesystem::copy_options::overwrite_existing);
    openssl({"rehash", hashed.string()});
    return hashed.string();
  }

 private:
  void openssl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "openssl");
    if (run_program(arguments, folder_ / "openssl.log") != 0) {
      throw std::runtime_error("openssl failed: " + read_file(folder_ / "openssl.log"));
    }
  }

  std::filesystem::path folder_;
};

/// nginx with TLS on one port and without on another; `/who` tells protocol, peer address and client certificate.
class WebServer {
 public:
  /// Serves with `<certificate>.pem` of the authority.
  WebServer(const std::filesystem::path& folder, const TestAuthority& authority, const std::string& certificate)
      : folder_(folder) {
    std::filesystem::create_directories(folder_);
    for (int attempt = 0; attempt < 5; ++attempt) {  // Another process may take a free port first.
      tls_port_ = unused_port();
      plain_port_ = unused_port();
      write_file(folder_ / "nginx.conf", configuration(authority, certificate));
      process_ = std::make_unique<ChildProcess>(
          std::vector<std::string>{*find_program("nginx"), "-p", folder_.string(), "-e", path("error.log"), "-c",
                                   path("nginx.conf")},
          folder_ / "nginx.log");
      if (process_->wait_until_listening(plain_port_) && process_->wait_until_listening(tls_port_)) return;
    }
    throw std::runtime_error("nginx does not start: " + read_file(folder_ / "nginx.log"));
  }

  [[nodiscard]] std::string tls_url(const std::string& host = "127.0.0.1") const {
    return "https://" + host + ":" + std::to_string(tls_port_) + "/who";
  }
  [[nodiscard]] std::string plain_url(const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(plain_port_) + "/who";
  }
  [[nodiscard]] std::uint16_t tls_port() const noexcept { return tls_port_; }
  /// One line a request: the address it came from. Ends the server, which writes a line after its answer has gone.
  [[nodiscard]] std::string final_access_log() {
    process_->stop(SIGQUIT);
    return read_file(folder_ / "access.log");
  }

 private:
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  [[nodiscard]] std::string configuration(const TestAuthority& authority, const std::string& certificate) const {
    std::string temporary;
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      temporary += std::string("  ") + kind + "_temp_path " + path(kind) + ";\n";
    }
    return "daemon off;\nmaster_process off;\npid " + path("nginx.pid") + ";\nevents {}\nhttp {\n" + temporary +
           "  log_format peer '$remote_addr';\n  access_log " + path("access.log") + " peer;\n  server {\n" +
           "    listen 127.0.0.1:" + std::to_string(plain_port_) + ";\n    listen 127.0.0.1:" +
           std::to_string(tls_port_) + " ssl http2;\n    ssl_certificate " + authority.path(certificate + ".pem") +
           ";\n    ssl_certificate_key " + authority.path(certificate + ".key") +
           ";\n    ssl_verify_client optional;\n    ssl_client_certificate " + authority.certificate() +
           ";\n    location /who { return 200 '$server_protocol $remote_addr $ssl_client_s_dn'; }\n  }\n}\n";
  }

  std::filesystem::path folder_;
  std::uint16_t tls_port_{0};
  std::uint16_t plain_port_{0};
  std::unique_ptr<ChildProcess> process_{};
};

}  // namespace huggingface_hub::testing
