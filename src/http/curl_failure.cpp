// SPDX-License-Identifier: Apache-2.0
#include "http/curl_failure.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "http/url.hpp"

#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

std::string asked(const Request& request) {
  return std::string(to_string(request.method)) + " " + redact_url(request.url);
}

std::string seconds(std::chrono::milliseconds limit) {
  const auto count = limit.count();
  std::string text = std::to_string(count / 1000);
  if (count % 1000 != 0) {
    std::string fraction = std::to_string(1000 + count % 1000).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    text += "." + fraction;
  }
  return text + " s";
}

bool is_proxy_failure(const CurlFailure& failure) {
  if (failure.code == CURLE_COULDNT_RESOLVE_PROXY || failure.code == CURLE_PROXY) return true;
  if (failure.proxy.empty() || failure.connected) return false;
  switch (failure.code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      // Only a proxy that is itself spoken to over TLS can be meant.
      if (!starts_with_ignoring_case(failure.proxy, "https://")) return false;
      break;
    default: break;
  }
  // A tunnel that stands (2xx) leaves only the server behind it to blame.
  return failure.proxy_status / 100 != 2;
}

const char* what_failed(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "the host name cannot be resolved";
    case CURLE_COULDNT_CONNECT: return "no connection";
    case CURLE_OPERATION_TIMEDOUT: return failure.connected ? "timed out" : "no connection in time";
    case CURLE_PEER_FAILED_VERIFICATION: return "the server's certificate is not trusted";
    case CURLE_SSL_CACERT_BADFILE: return "the file or folder of certificate authorities cannot be read";
    case CURLE_SSL_CERTPROBLEM: return "the client certificate or its key cannot be used";
    case CURLE_SSL_CONNECT_ERROR: return "TLS could not be set up";
    case CURLE_GOT_NOTHING: return "the connection was closed without an answer";
    case CURLE_PARTIAL_FILE: return "the answer was cut short";
    case CURLE_BAD_CONTENT_ENCODING: return "the body of the answer is not encoded as announced";
    case CURLE_SEND_FAIL_REWIND: return "the connection was closed before an answer came";
    case CURLE_SEND_ERROR: return "the connection broke while the request was sent";
    case CURLE_RECV_ERROR: return "the connection broke while the answer was read";
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY: return "the answer is not HTTP";
    default: return "failed";
  }
}

const char* advice(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return " Check the network and HF_ENDPOINT.";
    case CURLE_PEER_FAILED_VERIFICATION:
      return " Where an authority of your own signed it, name that one's file in HF_CA_BUNDLE.";
    case CURLE_SSL_CACERT_BADFILE: return " Check HF_CA_BUNDLE, SSL_CERT_FILE and SSL_CERT_DIR.";
    case CURLE_SSL_CERTPROBLEM: return " Check HF_CLIENT_CERT and HF_CLIENT_KEY.";
    default: return "";
  }
}

}  // namespace

Error transport_error(const Request& request, const CurlFailure& failure) {
  Error error;
  error.code = ErrorCode::transport;
  error.timeout = failure.code == CURLE_OPERATION_TIMEDOUT;
  error.nothing_sent = !failure.connected || failure.request_bytes == 0;
  error.proxy = is_proxy_failure(failure);
  error.system_error = failure.system_error;
  const std::string reason = failure.reason.empty() ? curl_easy_strerror(failure.code) : failure.reason;
  if (error.proxy) {
    error.message = asked(request) + ": the proxy " + redact_url(failure.proxy) + " failed";
    if (failure.proxy_status != 0) error.message += " with status " + std::to_string(failure.proxy_status);
    error.message += " (" + redact(reason) + "). Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.";
  } else {
    error.message = asked(request) + ": " + what_failed(failure) + " (" + redact(reason) + ")." + advice(failure);
  }
  return error;
}

Error time_out_error(const Request& request, const char* what, std::chrono::milliseconds limit) {
  Error error;
  error.code = ErrorCode::transport;
  error.timeout = true;
  error.message = asked(request) + ": timed out, " + what + " " + seconds(limit) + ".";
  return error;
}

Error cancelled_error(const Request& request, bool timed_out) {
  Error error;
  error.code = timed_out ? ErrorCode::transport : ErrorCode::cancelled;
  error.timeout = timed_out;
  error.message = asked(request) + (timed_out ? ": the time given to the call is over." : ": cancelled.");
  return error;
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
