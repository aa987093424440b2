#pragma once
/// \file
/// Landing pads: where exceptions go on. A pad begins as a label does at which everything is in its home. Those of a try_table stand at the end of the block
/// that they branch to: what comes before that is most often a jump, so that no path without an exception has to jump over them.

#include <cstdint>

#include <wasmer/backend/singlepass/merge.hpp>
#include <wasmer/vm/exceptions.hpp>

namespace wasmer::singlepass {

/// The code of a clause begins here, for operands from `base` on.
inline void begin_pad(Emitter& e, std::uint32_t pad, std::uint32_t base) {
  e.object.pads[pad].at = e.masm.offset();
  adopt_state(e, State{}, base, {});
}

/// Pushes what the exception in rax carries, and, if it is asked for, the exception.
inline void push_caught(Emitter& e, std::uint32_t tag, bool with_reference) {
  Values& values = e.values;
  values.unpin();
  values.claim(Gp::rax);
  std::int32_t at = vm::offset::exception_values;
  if (tag != vm::CatchPad::any_tag)
    for (const ValueType each : e.module.types[e.module.tags[tag].type].function.params()) {
      const ValueType::Kind type = Values::kind_of(each);
      const Reg reg = values.allocate(type);
      values.load(reg, type, Mem{Gp::rax, at});
      values.push(type, reg);
      at += each.is_vector() ? 16 : 8;
    }
  if (with_reference) values.push(ValueType::ref_null, Gp::rax);
  else values.release(Reg(Gp::rax));
}

}  // namespace wasmer::singlepass
