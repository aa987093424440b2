#pragma once
/// \file
/// A consumer of FunctionReader that writes down what it is told, one word and its immediates after the other.

#include <string>
#include <type_traits>

#include <wasmer/module/reader.hpp>

namespace wasmer::tests {

struct Recorder {
  static constexpr Features features = Features::all();

  std::string log;
  std::uint32_t offset = 0;

  void begin(const FunctionBody&, std::span<const ValueType> locals) {
    log = "(";
    for (const ValueType local : locals) log += (log == "(" ? "" : " ") + to_string(local);
    log += ")";
  }
  void at(std::uint32_t where, const std::byte*) { offset = where; }
  template <Op op, class... Immediates> void on(op_t<op>, const Immediates&... immediates) {
    log.append(" ").append(info(op).text);
    (write(immediates), ...);
  }
  void finish() { log += "."; }

 private:
  void write(bool reachable) { log += reachable ? "+" : "-"; }
  template <class Integer> requires(std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>) void write(Integer value) { log += ":" + std::to_string(value); }
  void write(const BlockType& type) {
    log += "[";
    for (const ValueType value : type.params) log += to_string(value) + " ";
    log += "->";
    for (const ValueType value : type.results) log += " " + to_string(value);
    log += "]";
  }
  void write(const BranchTable& table) {
    for (const std::uint32_t depth : table.depths) write(depth);
  }
  void write(const MemoryAccess& access) { log += ":" + std::to_string(access.memory) + "+" + std::to_string(access.offset) + "/" + std::to_string(access.align_log2); }
  void write(const LaneAccess& access) { write(access.memory), write(access.lane); }
  void write(const IndexPair& indices) { write(indices.first), write(indices.second); }
  void write(F32 value) { write(value.bits); }
  void write(F64 value) { write(value.bits); }
  void write(const V128& value) { write(value.bytes[0]), log += "..", write(value.bytes[15]); }
  void write(ValueType type) { log += ":" + to_string(type); }
  void write(HeapType type) { log += ":" + to_string(type); }
  void write(const Cast& cast) { write(cast.depth), write(cast.from), write(cast.to); }
  void write(std::span<const CatchClause>) {}
};

}  // namespace wasmer::tests
