// SPDX-License-Identifier: Apache-2.0
#include "transfer/http_download.hpp"

#include "core/text.hpp"
#include "transfer/download_engine.hpp"

#include <algorithm>
#include <array>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

constexpr std::array<std::string_view, 30> kWeightEndings = {
    ".safetensors", ".bin",  ".pt",   ".pth", ".ckpt",  ".h5",  ".hdf5",    ".onnx",    ".gguf",   ".ggml",
    ".msgpack",     ".tflite", ".pb", ".npz", ".npy",   ".pkl", ".pickle",  ".parquet", ".arrow",  ".zip",
    ".tar",         ".gz",   ".model", ".ot", ".joblib", ".keras", ".mlmodel", ".xz",   ".zst",    ".tgz"};
constexpr std::array<std::string_view, 5> kPageEndings = {".html", ".htm", ".xhtml", ".mhtml", ".shtml"};

template <typename Endings>
bool ends_with_one_of(const std::string& name, const Endings& endings) {
  const std::string lower = to_lower(name);
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
    return lower.size() >= ending.size() && lower.compare(lower.size() - ending.size(), ending.size(), ending) == 0;
  });
}

}  // namespace

ExpectedContent expected_content(const std::string& etag, bool is_weak, std::optional<std::uint64_t> size) {
  ExpectedContent expected;
  expected.size = size;
  if (is_weak) return expected;
  if (is_lower_hex(etag, 64)) expected.sha256 = etag;
  if (is_lower_hex(etag, 40)) expected.git_blob_id = etag;
  return expected;
}

Error content_error(const std::string& name, const std::string& what) {
  Error error;
  error.code = ErrorCode::integrity;
  error.message = "'" + name + "' did not arrive as the Hub has it: " + what +
                  ". Nothing was kept. Try again; if it happens again, look for a proxy or mirror that changes files.";
  return error;
}

std::optional<Error> html_in_place_of(const std::string& name, const http::ResponseHead& head, bool has_sha256) {
  const std::string type = head.headers.get("Content-Type").value_or("");
  if (!starts_with_ignoring_case(trim(type), "text/html") || ends_with_one_of(name, kPageEndings)) return std::nullopt;
  if (!has_sha256 && !ends_with_one_of(name, kWeightEndings)) return std::nullopt;
  return content_error(name, "an HTML page came in its place (Content-Type: text/html), as from a login page or a "
                             "proxy");
}

Result<HttpDownloaded> http_download(const Session& session, const HttpDownload& download) {
  return DownloadEngine(session, download).run();
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
