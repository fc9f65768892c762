// SPDX-License-Identifier: Apache-2.0
#include "checkpoints/pickle_machine.hpp"

#include <array>
#include <cstring>
#include <set>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {
namespace {

// Instructions of the pickle format, protocols 0 to 2, as far as state dicts have them.
enum Instruction : unsigned char {
  kMark = '(',
  kStop = '.',
  kBinFloat = 'G',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersId = 'Q',
  kReduce = 'R',
  kBinUnicode = 'X',
  kEmptyList = ']',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyDict = '}',
  kEmptyTuple = ')',
  kProto = 0x80,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8A,
};

/// The names of the other instructions, for the refusal.
std::string instruction_name(unsigned char instruction) {
  static constexpr std::array<std::pair<unsigned char, const char*>, 34> kNames{{
      {'0', "POP"}, {'1', "POP_MARK"}, {'2', "DUP"}, {'F', "FLOAT"}, {'I', "INT"}, {'L', "LONG"}, {'P', "PERSID"},
      {'S', "STRING"}, {'T', "BINSTRING"}, {'U', "SHORT_BINSTRING"}, {'V', "UNICODE"}, {'B', "BINBYTES"},
      {'C', "SHORT_BINBYTES"}, {'d', "DICT"}, {'g', "GET"}, {'i', "INST"}, {'l', "LIST"}, {'o', "OBJ"}, {'p', "PUT"},
      {0x81, "NEWOBJ"}, {0x82, "EXT1"}, {0x83, "EXT2"}, {0x84, "EXT4"}, {0x8B, "LONG4"}, {0x8C, "SHORT_BINUNICODE"},
      {0x8D, "BINUNICODE8"}, {0x8E, "BINBYTES8"}, {0x8F, "EMPTY_SET"}, {0x90, "ADDITEMS"}, {0x91, "FROZENSET"},
      {0x92, "NEWOBJ_EX"}, {0x93, "STACK_GLOBAL"}, {0x94, "MEMOIZE"}, {0x95, "FRAME"},
  }};
  for (const auto& [value, name] : kNames) {
    if (value == instruction) return name;
  }
  constexpr const char* kDigits = "0123456789abcdef";
  return std::string("0x") + kDigits[instruction >> 4] + kDigits[instruction & 15];
}

/// What `module.name` stands for, if it may be mentioned.
bool find_global(std::string_view module, std::string_view name, PickleGlobal& found) {
  static const std::set<std::string_view> kStorages{
      "FloatStorage", "DoubleStorage", "HalfStorage", "BFloat16Storage", "LongStorage",         "IntStorage",
      "ShortStorage", "CharStorage",   "ByteStorage", "BoolStorage",     "ComplexFloatStorage", "UntypedStorage"};
  static const std::set<std::string_view> kDtypes{
      "float32", "float64",       "float16",     "bfloat16",        "int64",           "int32",          "int16",
      "int8",    "uint8",         "bool",        "complex64",       "uint16",          "uint32",         "uint64",
      "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu"};
  if (module == "collections" && name == "OrderedDict") {
    found = PickleGlobal::ordered_dict;
  } else if (module == "torch._utils" && name == "_rebuild_tensor_v2") {
    found = PickleGlobal::rebuild_tensor_v2;
  } else if (module == "torch._utils" && name == "_rebuild_tensor_v3") {
    found = PickleGlobal::rebuild_tensor_v3;
  } else if (module == "torch._utils" && name == "_rebuild_parameter") {
    found = PickleGlobal::rebuild_parameter;
  } else if ((module == "torch" && kStorages.count(name) != 0) ||
             (module == "torch.storage" && (name == "UntypedStorage" || name == "_UntypedStorage"))) {
    found = PickleGlobal::storage_type;
  } else if (module == "torch" && kDtypes.count(name) != 0) {
    found = PickleGlobal::dtype;
  } else {
    return false;
  }
  return true;
}

bool is_plain_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : (first >> 5) == 6 ? 2 : (first >> 4) == 14 ? 3 : (first >> 3) == 30 ? 4 : 0;
    if (length == 0 || length > text.size() - i) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) >> 6) != 2) return false;
    }
    i += length;
  }
  return true;
}

}  // namespace

std::string PickleValue::kind() const {
  static constexpr std::array<const char*, 11> kKinds{"None", "a bool", "a number", "a float", "a text", "a name",
                                                      "a tuple", "a list", "a dictionary", "a storage", "a tensor"};
  return kKinds[content.index()];
}

void PickleMachine::fail(const std::string& why) const {
  throw PickleFailure{why + " (at byte " + std::to_string(at_) + " of the pickle)"};
}

std::string_view PickleMachine::take(std::size_t count) {
  if (count > bytes_.size() - at_) fail("it is cut short");
  const std::string_view taken = bytes_.substr(at_, count);
  at_ += count;
  return taken;
}

std::string_view PickleMachine::take_line() {
  const std::size_t end = bytes_.find('\n', at_);
  if (end == std::string_view::npos) fail("it is cut short");
  const std::string_view line = bytes_.substr(at_, end - at_);
  at_ = end + 1;
  return line;
}

template <typename T>
T PickleMachine::take_number() {
  T value{};
  std::memcpy(&value, take(sizeof value).data(), sizeof value);
  return value;
}

PickleRef PickleMachine::push(PickleValue::Content content) {
  if (result_.values.size() >= limits_.values) fail("it has more than " + std::to_string(limits_.values) + " values");
  stack_.push_back(&result_.values.emplace_back(std::move(content)));
  return stack_.back();
}

PickleRef PickleMachine::pop() {
  PickleValue* const value = &top();
  stack_.pop_back();
  return value;
}

PickleValue& PickleMachine::top() {
  if (stack_.size() <= floor()) fail("it takes more from its stack than it put there");
  return *stack_.back();
}

std::vector<PickleRef> PickleMachine::pop_to_mark() {
  if (marks_.empty()) fail("it ends what it has not begun");
  std::vector<PickleRef> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
  stack_.resize(marks_.back());
  marks_.pop_back();
  return items;
}

void PickleMachine::put(std::uint32_t place) {
  PickleValue* const value = &top();
  memo_[place] = value;
  if (memo_.size() > limits_.memo) fail("it remembers more than " + std::to_string(limits_.memo) + " values");
}

void PickleMachine::get(std::uint32_t place) {
  const auto found = memo_.find(place);
  if (found == memo_.end()) fail("it recalls what it has not remembered");
  stack_.push_back(found->second);
}

Pickle PickleMachine::run() {
  if (bytes_.size() > limits_.bytes) {
    throw PickleFailure{"its pickle has " + std::to_string(bytes_.size()) + " bytes; " + std::to_string(limits_.bytes) +
                        " are allowed"};
  }
  while (step(static_cast<unsigned char>(take(1).front()))) {
  }
  if (!marks_.empty() || stack_.size() != 1) fail("it stops in the middle of a value");
  result_.root = stack_.front();
  return std::move(result_);
}

/// Instructions that push one value of their own.
bool PickleMachine::step_scalar(unsigned char instruction) {
  switch (instruction) {
    case kNone: push(PickleNone{}); return true;
    case kNewTrue: push(true); return true;
    case kNewFalse: push(false); return true;
    case kBinInt: push(std::int64_t{take_number<std::int32_t>()}); return true;
    case kBinInt1: push(std::int64_t{take_number<std::uint8_t>()}); return true;
    case kBinInt2: push(std::int64_t{take_number<std::uint16_t>()}); return true;
    case kEmptyTuple: push(PickleTuple{}); return true;
    case kEmptyList: push(PickleList{}); return true;
    case kEmptyDict: push(PickleDict{}); return true;
    case kLong1: {
      const std::string_view digits = take(take_number<std::uint8_t>());
      if (digits.size() > sizeof(std::int64_t)) fail("it has a number of more than 64 bits");
      const bool negative = !digits.empty() && (static_cast<unsigned char>(digits.back()) & 0x80U) != 0;
      std::int64_t value = negative ? -1 : 0;
      if (!digits.empty()) std::memcpy(&value, digits.data(), digits.size());
      push(value);
      return true;
    }
    case kBinFloat: {  // Big endian, alone in the format.
      std::uint64_t bits = 0;
      for (const char byte : take(8)) bits = bits << 8 | static_cast<unsigned char>(byte);
      double value = 0;
      std::memcpy(&value, &bits, sizeof value);
      push(value);
      return true;
    }
    case kBinUnicode: {
      const std::string_view text = take(take_number<std::uint32_t>());
      if (!is_plain_utf8(text)) fail("it has a text that is not UTF-8");
      push(std::string(text));
      return true;
    }
    default: return false;
  }
}

bool PickleMachine::step(unsigned char instruction) {
  if (step_scalar(instruction)) return true;
  const auto tuple_of = [this](std::size_t count) {
    PickleTuple tuple;
    tuple.items.resize(count);
    while (count > 0) tuple.items[--count] = pop();
    push(std::move(tuple));
  };
  switch (instruction) {
    case kProto:
      if (const auto version = take_number<std::uint8_t>(); version > 5) fail("it is of protocol " + std::to_string(version));
      return true;
    case kMark:
      if (marks_.size() >= limits_.open_marks) fail("it is nested more than " + std::to_string(limits_.open_marks) + " deep");
      marks_.push_back(stack_.size());
      return true;
    case kTuple: push(PickleTuple{pop_to_mark()}); return true;
    case kTuple1: tuple_of(1); return true;
    case kTuple2: tuple_of(2); return true;
    case kTuple3: tuple_of(3); return true;
    case kAppend: append_items({pop()}); return true;
    case kAppends: append_items(pop_to_mark()); return true;
    case kSetItem: {
      const PickleRef value = pop();
      set_items({pop(), value});
      return true;
    }
    case kSetItems: set_items(pop_to_mark()); return true;
    case kBinPut: put(take_number<std::uint8_t>()); return true;
    case kLongBinPut: put(take_number<std::uint32_t>()); return true;
    case kBinGet: get(take_number<std::uint8_t>()); return true;
    case kLongBinGet: get(take_number<std::uint32_t>()); return true;
    case kGlobal: global(); return true;
    case kBinPersId: persistent_id(); return true;
    case kReduce: reduce(); return true;
    case kBuild: build(); return true;
    case kStop: return false;
    default: --at_; fail("it has the instruction " + instruction_name(instruction) + ", which no checkpoint needs");
  }
}

void PickleMachine::append_items(const std::vector<PickleRef>& items) {
  auto* const list = std::get_if<PickleList>(&top().content);
  if (list == nullptr) fail("it appends to " + top().kind());
  list->items.insert(list->items.end(), items.begin(), items.end());
}

void PickleMachine::set_items(const std::vector<PickleRef>& items) {
  auto* const dict = std::get_if<PickleDict>(&top().content);
  if (dict == nullptr) fail("it sets items of " + top().kind());
  if (items.size() % 2 != 0) fail("it sets a key without a value");
  for (std::size_t i = 0; i < items.size(); i += 2) dict->items.emplace_back(items[i], items[i + 1]);
}

void PickleMachine::global() {
  const std::string_view module = take_line();
  const std::string_view name = take_line();
  PickleGlobal found{};
  if (!find_global(module, name, found)) {
    constexpr std::size_t kMost = 200;
    fail("it wants '" + std::string(module.substr(0, kMost)) + "." + std::string(name.substr(0, kMost)) +
         "', which is not among the classes and functions that checkpoints of tensors need. A pickle can run any code "
         "through such names, and is not read here");
  }
  push(PickleName{found, std::string(name)});
}

void PickleMachine::persistent_id() {
  const auto* const id = pop()->as<PickleTuple>();
  if (id == nullptr || id->items.size() < 5) fail("it refers to something that is not a storage");
  const auto* const tag = id->items[0]->as<std::string>();
  const auto* const type = id->items[1]->as<PickleName>();
  const auto* const key = id->items[2]->as<std::string>();
  if (tag == nullptr || *tag != "storage" || type == nullptr || type->global != PickleGlobal::storage_type ||
      key == nullptr || key->size() > limits_.key_length) {
    fail("it refers to something that is not a storage");
  }
  push(PickleStorage{*key, type->name, size_of(id->items[4], "the size of a storage")});
}

std::uint64_t PickleMachine::size_of(PickleRef value, const char* what) const {
  const auto* const number = value->as<std::int64_t>();
  if (number == nullptr || *number < 0) fail(std::string(what) + " is not a number from 0 on");
  return static_cast<std::uint64_t>(*number);
}

std::vector<std::uint64_t> PickleMachine::sizes_of(PickleRef value, const char* what) const {
  const auto* const tuple = value->as<PickleTuple>();
  if (tuple == nullptr) fail(std::string(what) + " is not a tuple");
  if (tuple->items.size() > limits_.dimensions) {
    fail(std::string(what) + " has more than " + std::to_string(limits_.dimensions) + " dimensions");
  }
  std::vector<std::uint64_t> sizes;
  for (const PickleRef item : tuple->items) sizes.push_back(size_of(item, what));
  return sizes;
}

void PickleMachine::reduce() {
  const auto* const arguments = pop()->as<PickleTuple>();
  const auto* const name = pop()->as<PickleName>();
  if (arguments == nullptr || name == nullptr) fail("it calls something that is not a function");
  switch (name->global) {
    case PickleGlobal::ordered_dict: return reduce_ordered_dict(*arguments);
    case PickleGlobal::rebuild_tensor_v2:
    case PickleGlobal::rebuild_tensor_v3: return reduce_tensor(name->global, *arguments);
    case PickleGlobal::rebuild_parameter: {
      if (arguments->items.empty() || arguments->items[0]->as<PickleTensor>() == nullptr) {
        fail("it has a parameter that is not a tensor");
      }
      push(PickleTensor(*arguments->items[0]->as<PickleTensor>()));
      return;
    }
    default: fail("it calls 'torch." + name->name + "', which is not a function");
  }
}

/// `OrderedDict()`, or one of a list of pairs.
void PickleMachine::reduce_ordered_dict(const PickleTuple& arguments) {
  PickleDict dict;
  if (!arguments.items.empty()) {
    const auto* const pairs = arguments.items[0]->as<PickleList>();
    if (pairs == nullptr || arguments.items.size() != 1) fail("it makes an OrderedDict of something strange");
    copied_ += pairs->items.size();  // The same list may be named again and again.
    if (copied_ > limits_.values) fail("it has more than " + std::to_string(limits_.values) + " values");
    for (const PickleRef item : pairs->items) {
      const auto* const list = item->as<PickleList>();
      const auto* const tuple = item->as<PickleTuple>();
      const std::vector<PickleRef>* const pair = list != nullptr ? &list->items : tuple != nullptr ? &tuple->items : nullptr;
      if (pair == nullptr || pair->size() != 2) fail("it makes an OrderedDict of something strange");
      dict.items.emplace_back(pair->front(), pair->back());
    }
  }
  push(std::move(dict));
}

/// (storage, offset, shape, strides, requires_grad, hooks[, dtype][, metadata])
void PickleMachine::reduce_tensor(PickleGlobal function, const PickleTuple& arguments) {
  const std::size_t needed = function == PickleGlobal::rebuild_tensor_v3 ? 7 : 4;
  if (arguments.items.size() < needed) fail("it has a tensor of too few parts");
  PickleTensor tensor;
  tensor.storage = arguments.items[0];
  if (tensor.storage->as<PickleStorage>() == nullptr) fail("it has a tensor without a storage");
  tensor.offset = size_of(arguments.items[1], "the offset of a tensor");
  tensor.shape = sizes_of(arguments.items[2], "the shape of a tensor");
  tensor.strides = sizes_of(arguments.items[3], "the strides of a tensor");
  if (tensor.shape.size() != tensor.strides.size()) fail("a tensor has not as many strides as dimensions");
  if (function == PickleGlobal::rebuild_tensor_v3) {
    const auto* const dtype = arguments.items[6]->as<PickleName>();
    if (dtype == nullptr || dtype->global != PickleGlobal::dtype) fail("it has a tensor of no type");
    tensor.dtype_name = dtype->name;
  }
  push(std::move(tensor));
}

/// Attributes: those of an `OrderedDict` (`_metadata` of a state dict) are passed over, nothing else may have any.
void PickleMachine::build() {
  pop();
  if (top().as<PickleDict>() == nullptr) fail("it sets attributes of " + top().kind());
}

Pickle read_pickle(std::string_view bytes, const PickleLimits& limits) { return PickleMachine(bytes, limits).run(); }

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
