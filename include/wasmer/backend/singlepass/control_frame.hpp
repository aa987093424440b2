#pragma once
/// \file
/// An open block of the function being compiled.

#include <cstdint>
#include <span>

#include <wasmer/backend/masm/masm.hpp>
#include <wasmer/backend/singlepass/value.hpp>
#include <wasmer/vm/object.hpp>
#include <wasmer/wasm/opcode.hpp>

namespace wasmer::singlepass {

/// A block, loop, if, else, try or the function itself. `state` is what holds at its label, set by the first branch to it (a loop: when it is entered).
struct ControlFrame {
  Op op = Op::block;
  bool is_function = false;
  bool has_state = false;
  bool has_pads = false;   ///< landing pads branch to its label, and stand at its end
  std::uint32_t base = 0;  ///< the slot of its first parameter or result
  std::uint32_t handler = vm::no_handler;  ///< of calls in it, in Object::handlers
  std::uint32_t attempt = vm::no_handler;  ///< of a try: its own handler
  std::uint32_t last_pad = vm::no_handler; ///< of a try: its last clause so far, in Object::pads
  BlockType type;
  masm::Label label;
  masm::Label otherwise;   ///< of an if: where it goes on when the condition is false
  State state;
  State at_if;             ///< of an if: what held when the condition was tested

  std::span<const ValueType> label_types() const { return op == Op::loop ? type.params : type.results; }
};

}  // namespace wasmer::singlepass
