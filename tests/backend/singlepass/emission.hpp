#pragma once
/// \file
/// A function that is compiled by hand: an emitter in the midst of a body, without a reader. Code is compared with what the macro assembler makes of
/// the instructions that a test names.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <wasmer/backend/singlepass/emitter.hpp>

#include "../masm/encodings.hpp"

namespace wasmer::tests {

/// What the module of a function made by hand has.
struct Surroundings {
  bool has_memory = false;
  Bounds bounds = Bounds::guard_pages;
  masm::CpuFeatures cpu = {};
};

struct Emission {
  /// A function with these locals, none of them a parameter, whose instructions are `code` (only what looks ahead reads them).
  explicit Emission(std::vector<ValueType> types = {}, std::initializer_list<std::uint8_t> code = {}, Surroundings with = {})
      : locals(std::move(types)), bytes(code), module(module_with(with)), e(module, with.bounds, with.cpu) {
    body.offset = e.wasm_offset = 100;  // anywhere but at the beginning
    body.code = std::as_bytes(std::span(bytes));
    e.begin_function(body);
    e.values.begin(locals);
    mark();
  }

  std::vector<ValueType> locals;
  std::vector<std::uint8_t> bytes;
  Module module;
  FunctionBody body;
  singlepass::Emitter e;
  std::uint32_t begin = 0;

  /// `code` begins here.
  void mark() { begin = e.masm.offset(); }
  /// The instructions emitted since the mark.
  std::string code() const {
    const auto* const first = reinterpret_cast<const std::uint8_t*>(e.masm.code().data());
    return to_text(Code(first + begin, first + e.masm.offset()));
  }
  /// An operand that lies in this register, which is free.
  void push(ValueType::Kind type, masm::Reg reg) { e.values.claim(reg), e.values.push(type, reg); }
  /// The local arrives in a register, as a parameter does.
  void arrive(std::uint32_t local, masm::Reg reg) { e.values.arrive(local, reg); }

 private:
  static Module module_with(Surroundings with) {
    Module made;
    if (with.has_memory) made.memories.emplace_back();
    return made;
  }
};

/// The bytes of the instructions that `emit` writes, as `Emission::code` gives them.
template <class F> std::string code_of(F&& emit) { return to_text(encoded(std::forward<F>(emit))); }

}  // namespace wasmer::tests
