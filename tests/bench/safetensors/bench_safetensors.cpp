// SPDX-License-Identifier: Apache-2.0
// Opens, reads and writes a checkpoint of SIZE bytes in FOLDER, each beside what the machine can do: memcpy and write(2)
// of the same bytes. A JSON object on stdout; bench.py adds the Python package.
#include "huggingface_hub/safetensors/reader.hpp"
#include "huggingface_hub/safetensors/writer.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace st = huggingface_hub::safetensors;

namespace {

constexpr int kRounds = 5;

/// The best of some rounds, in seconds: what the machine can do, whatever else it does.
double best_of(int rounds, const std::function<void()>& work, const std::function<void()>& between = [] {}) {
  double best = 1e9;
  for (int i = 0; i < rounds; ++i) {
    between();
    const auto begin = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

/// Memory that is there: every page was touched.
class Memory {
 public:
  explicit Memory(std::size_t size) : size_(size) {
    void* const mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) std::abort();
    data_ = static_cast<char*>(mapped);
    for (std::size_t i = 0; i < size; i += 8) data_[i] = static_cast<char>(i * 2654435761U >> 13);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { munmap(data_, size_); }
  char* data() const { return data_; }

 private:
  char* data_{nullptr};
  std::size_t size_;
};

void write_all(const std::filesystem::path& path, const char* data, std::size_t size) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) std::abort();
  while (size > 0) {
    const ssize_t count = write(file, data, size);
    if (count <= 0) std::abort();
    data += count;
    size -= static_cast<std::size_t>(count);
  }
  close(file);
}

/// Tensors of `size` bytes in all, as many as a model of that size has.
st::NamedTensors tensors_over(const Memory& memory, std::size_t size, std::size_t count) {
  st::NamedTensors tensors;
  const std::size_t each = size / count / 4 * 4;
  for (std::size_t i = 0; i < count; ++i) {
    tensors.emplace_back("model.layers." + std::to_string(10000 + i) + ".self_attn.q_proj.weight",
                         st::TensorView(st::Dtype::f32, {each / 4}, memory.data() + i * each, each));
  }
  return tensors;
}

/// The same bytes in the same pieces, from memory to memory.
void copy_all(const st::NamedTensors& tensors, char* target) {
  for (const auto& [name, view] : tensors) {
    view.write_to([&target](const void* data, std::size_t size) {
      std::memcpy(target, data, size);
      target += size;
    });
  }
}

void read_all(const st::File& file, char* target) {
  for (const st::TensorInfo& info : file.tensors()) {
    const std::string_view bytes = file.bytes(info);
    std::memcpy(target, bytes.data(), bytes.size());
    target += bytes.size();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::filesystem::path folder = argv[1];
  const std::size_t size = std::strtoull(argv[2], nullptr, 10);
  const auto path = folder / "bench.safetensors";
  const auto raw = folder / "bench.raw";
  const Memory source(size);
  const Memory target(size);
  const st::NamedTensors tensors = tensors_over(source, size, 300);

  const auto forget = [&] {
    std::filesystem::remove(path);
    std::filesystem::remove(raw);
  };
  const double raw_write = best_of(3, [&] { write_all(raw, source.data(), size); }, forget);
  const double save = best_of(3, [&] { st::save_file(tensors, path); }, forget);
  std::filesystem::remove(raw);
  if (!std::filesystem::exists(path)) st::save_file(tensors, path);

  // In turns: what else the machine does hits both.
  double copy = 1e9;
  double read = 1e9;
  for (int i = 0; i < kRounds; ++i) {
    copy = std::min(copy, best_of(1, [&] { copy_all(tensors, target.data()); }));
    read = std::min(read, best_of(1, [&] { read_all(st::File::open(path), target.data()); }));
  }
  const double open_file = best_of(20, [&] { (void)st::File::open(path); });
  if (std::memcmp(target.data(), source.data(), size / 2) != 0) return 1;
  const std::string many = st::save(tensors_over(source, 400'000, 10'000));
  const double parse = best_of(10, [&] { (void)st::parse_header(many, many.size()); });

  std::printf(
      "{\"bytes\": %zu, \"memcpy_s\": %.4f, \"open_s\": %.6f, \"read_s\": %.4f, "
      "\"write2_s\": %.4f, \"save_s\": %.4f, \"parse_10000_s\": %.5f}\n",
      size, copy, open_file, read, raw_write, save, parse);
}
