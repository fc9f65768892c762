// SPDX-License-Identifier: Apache-2.0
// The stack machine of `pickle.hpp`.
#pragma once

#include "checkpoints/pickle.hpp"

#include <unordered_map>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {

/// One pickle is read once.
class PickleMachine {
 public:
  PickleMachine(std::string_view bytes, const PickleLimits& limits) : bytes_(bytes), limits_(limits) {}

  Pickle run();

 private:
  // Bytes.
  [[noreturn]] void fail(const std::string& why) const;
  std::string_view take(std::size_t count);
  std::string_view take_line();
  template <typename T>
  T take_number();

  // Stack, memo and values.
  PickleRef push(PickleValue::Content content);
  void push_known(PickleRef value);
  PickleRef pop();
  PickleValue& top();
  std::vector<PickleRef> pop_to_mark();
  void put(std::uint32_t place);
  void get(std::uint32_t place);
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  // Instructions.
  bool step(unsigned char instruction);  ///< False at STOP.
  bool step_scalar(unsigned char instruction);
  void global();
  void persistent_id();
  void reduce();
  void reduce_ordered_dict(const PickleTuple& arguments);
  void reduce_tensor(PickleGlobal function, const PickleTuple& arguments);
  void build();
  void set_items(const std::vector<PickleRef>& items);
  void append_items(const std::vector<PickleRef>& items);

  std::vector<std::uint64_t> sizes_of(PickleRef value, const char* what) const;
  std::uint64_t size_of(PickleRef value, const char* what) const;

  std::string_view bytes_;
  std::size_t at_{0};
  std::size_t copied_{0};
  PickleLimits limits_;
  Pickle result_{};
  std::vector<PickleValue*> stack_{};
  std::vector<std::size_t> marks_{};
  std::unordered_map<std::uint32_t, PickleValue*> memo_{};
};

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
