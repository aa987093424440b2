#pragma once
/// \file
/// Labels: the first branch to a label decides where everything is there, later ones move what they have to where it is expected.

#include <array>
#include <cstdint>

#include <wasmer/backend/singlepass/emitter.hpp>

namespace wasmer::singlepass {

/// What `operand` stands for: itself, or the local that it still equals. A value in its home gets the home's slot in `index`.
inline Value resolve(const Values& values, std::uint32_t slot) {
  Value value = values[slot];
  if (value.kind == Value::local) {
    const std::uint32_t local = value.index;
    value = values[local];
    value.index = local;
  } else {
    value.index = slot;
  }
  return value;
}

/// Register moves that happen at once: emitted in an order in which no source is overwritten before it is read.
class ParallelMove {
 public:
  explicit ParallelMove(Emitter& emitter) : emitter_(emitter) {}

  void add(Reg to, Reg from, ValueType::Kind type) {
    if (to == from) return;
    pending_.add(to);
    from_[to.code()] = from;
    type_[to.code()] = type;
    ++readers_[from.code()];
  }
  void emit() {
    while (!pending_.empty()) {
      bool progress = false;
      pending_.for_each([&](Reg to) {
        if (readers_[to.code()] != 0) return;
        move(to, from_[to.code()], type_[to.code()]);
        --readers_[from_[to.code()].code()];
        pending_.remove(to);
        progress = true;
      });
      if (!progress) break_cycle(pending_.first());
    }
  }

 private:
  void move(Reg to, Reg from, ValueType::Kind type) { emitter_.values.move_register(to, from, type); }
  /// What `to` holds waits in a scratch register, for all who read it.
  void break_cycle(Reg to) {
    const Reg waiting = to.is_xmm() ? Reg(float_scratch) : Reg(scratch);
    move(waiting, to, to.is_xmm() ? ValueType::f64 : ValueType::i64);
    pending_.for_each([&](Reg other) {
      if (from_[other.code()] == to) from_[other.code()] = waiting;
    });
    readers_[waiting.code()] = readers_[to.code()];
    readers_[to.code()] = 0;
  }

  Emitter& emitter_;
  RegSet pending_;
  std::array<Reg, 32> from_;
  std::array<ValueType::Kind, 32> type_;
  std::array<std::uint8_t, 32> readers_{};
};

/// The current state becomes that of the frame's label. One result lies in a register there, several in their homes. Keeps the flags.
inline void define_state(Emitter& e, ControlFrame& frame) {
  Values& values = e.values;
  values.settle_constants();
  const std::size_t arity = frame.label_types().size();
  Reg result;
  if (arity == 1) result = values.settle_operand(values.height() - 1);
  values.settle_garbage();
  values.capture(frame.state, frame.base);
  if (arity == 1) {
    frame.state.regs.add(result);
    frame.state.map[result] = frame.base;
  }
  frame.state.context_valid = e.context_valid;
  frame.state.memory_valid = e.memory_valid;
  frame.has_state = true;
}

/// Sixteen bytes from one place to another.
inline void copy_vector(Emitter& e, Mem to, Mem from) {
  e.masm.mov(FloatWidth::v128, float_scratch, from);
  e.masm.mov(FloatWidth::v128, to, float_scratch);
}

/// Stores a value of the stack in the home of `slot`. Keeps the flags.
inline void store_to_home(Emitter& e, std::uint32_t slot, const Value& value) {
  Values& values = e.values;
  if (value.kind == Value::in_register) return values.store_to_home(slot, value.type, value.reg);
  if (value.kind == Value::constant) return values.store_constant_to_home(slot, value.type, value.bits);
  if (value.index == slot) return;
  if (value.type == ValueType::v128) return copy_vector(e, values.home_for_vector(slot), values.home(value.index));
  const Width width = size_of(ValueType(value.type)) == 4 ? Width::w32 : Width::w64;
  e.masm.mov(width, scratch, values.home(value.index));
  e.masm.mov(width, values.home_for_store(slot), scratch);
}

/// Moves what is on the stack and in the locals to where the frame's label has it. Changes only the code, not what is known; keeps the flags.
inline void emit_merge(Emitter& e, ControlFrame& frame) {
  Values& values = e.values;
  State& target = frame.state;
  const std::span<const ValueType> types = frame.label_types();
  const std::uint32_t sources = values.height() - static_cast<std::uint32_t>(types.size());
  const RegSet here = values.owned_below(frame.base);
  const RegSet unchanged = values.map().same(target.map, here & target.regs);
  const RegSet changed = target.regs - unchanged;
  const auto unclean = [&](RegSet regs) {
    assert((target.clean & regs).empty() || !frame.label.is_bound());
    target.clean = target.clean - regs;
  };
  /// Where the label has a slot that is not in `unchanged`; none if in its home.
  const auto holder_of = [&](std::uint32_t slot) {
    RegSet holder;
    changed.for_each([&](Reg reg) {
      if (target.map[reg] == slot) holder.add(reg);
    });
    return holder;
  };

  // Homes first: what the label expects there and only a register has.
  unclean(unchanged - values.clean());
  (here - unchanged - values.clean()).for_each([&](Reg reg) {
    const std::uint32_t slot = values.owner(reg);
    const RegSet holder = holder_of(slot);
    if (holder.empty()) values.store_to_home(slot, values[slot].type, reg);
    else unclean(holder);
  });
  values.for_each_constant([&](std::uint32_t local) {
    const RegSet holder = holder_of(local);
    if (holder.empty()) values.store_constant_to_home(local, values[local].type, values[local].bits);
    else unclean(holder);
  });
  for (std::uint32_t i = 0; i < types.size(); ++i)
    if (holder_of(frame.base + i).empty()) store_to_home(e, frame.base + i, resolve(values, sources + i));

  // Then registers, all at once; then what comes from memory or is constant.
  const auto source_of = [&](Reg reg) {
    const std::uint32_t slot = target.map[reg];
    return resolve(values, slot < frame.base ? slot : sources + (slot - frame.base));
  };
  if (!changed.empty()) {
    ParallelMove moves(e);
    RegSet loads;
    changed.for_each([&](Reg reg) {
      const Value source = source_of(reg);
      if (source.kind != Value::in_register) loads.add(reg);
      else if (source.reg == reg && values.has_garbage(reg)) e.masm.mov(Width::w32, reg.gp(), reg.gp());
      else moves.add(reg, source.reg, source.type);
    });
    moves.emit();
    loads.for_each([&](Reg reg) {
      const Value source = source_of(reg);
      if (source.kind == Value::constant) values.load_constant(reg, source.type, source.bits);
      else values.load(reg, source.type, values.home(source.index));
    });
  }
  (unchanged & values.garbage()).for_each([&](Reg reg) { e.masm.mov(Width::w32, reg.gp(), reg.gp()); });

  if (target.context_valid && !e.context_valid) e.load_context(context_register);
  if (target.memory_valid && !e.memory_valid) {
    if (!target.context_valid && !e.context_valid) e.load_context(memory_register);
    const Gp context = target.context_valid || e.context_valid ? context_register : memory_register;
    e.masm.mov(Width::w64, memory_register, Mem{context, vm::offset::memory_base});
  }
}

/// Whether `emit_merge` overwrites only what nobody needs, so that what holds before it holds behind it too.
inline bool merges_into_free_registers(const Emitter& e, const ControlFrame& frame) {
  const Values& values = e.values;
  const RegSet unchanged = values.map().same(frame.state.map, values.owned_below(frame.base) & frame.state.regs);
  return frame.label_types().empty() && ((frame.state.regs - unchanged) & values.owned()).empty();
}

/// Goes on with what holds at the frame's label.
inline void adopt_state(Emitter& e, const State& state, std::uint32_t base, std::span<const ValueType> results) {
  e.values.adopt(state, base, results);
  e.context_valid = state.context_valid;
  e.memory_valid = state.memory_valid;
}

}  // namespace wasmer::singlepass
