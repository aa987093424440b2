#pragma once
/// \file
/// Locals and operands in one array, and the registers that cache them. `local.get` is bookkeeping, constants are folded when they are used,
/// and a register belongs to at most one slot. A slot that is neither in a register nor constant is in its home: nothing else needs recording
/// at a label.

#include <cassert>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <wasmer/backend/masm/masm.hpp>
#include <wasmer/backend/singlepass/value.hpp>
#include <wasmer/backend/singlepass/vector_literals.hpp>

namespace wasmer::singlepass {

class Values {
 public:
  static constexpr std::uint32_t no_slot = ~0u;

  Values(masm::Masm& masm, VectorLiterals& vectors) : masm_(masm), vectors_(vectors) {}

  /// Starts a function with `locals` (parameters first). Locals begin in their homes; the caller says otherwise. One hidden slot follows them.
  void begin(std::span<const ValueType> locals) {
    local_count_ = static_cast<std::uint32_t>(locals.size());
    height_ = local_count_ + 1;
    if (capacity_ < height_ + 64) make_room(height_ + 64);
    home_size_ = outgrown_ ? wide_home : narrow_home;
    outgrown_ = false;
    for (std::uint32_t i = 0; i < local_count_; ++i) {
      slots_[i] = {.kind = Value::home, .type = kind_of(locals[i])};
      if (slots_[i].type == ValueType::v128) [[unlikely]] home_size_ = wide_home;
    }
    slots_[local_count_] = {.kind = Value::home, .type = ValueType::i64};
    free_ = general | vector;
    clean_ = garbage_ = pinned_ = recent_ = locals_ = used_ = {};
    flags_ = false;
    constant_count_ = 0;
    homes_used_ = 0;
  }

  /// \name The stack
  std::uint32_t local_count() const { return local_count_; }
  std::uint32_t rest_slot() const { return local_count_; }
  std::uint32_t operands_begin() const { return local_count_ + 1; }
  std::uint32_t height() const { return height_; }
  Value& operator[](std::uint32_t slot) { return slots_[slot]; }
  const Value& operator[](std::uint32_t slot) const { return slots_[slot]; }
  Value& top(std::uint32_t depth = 0) { return slots_[height_ - 1 - depth]; }

  [[gnu::always_inline]] void push(Value value) {
    if (height_ == capacity_) [[unlikely]] make_room(capacity_ * 2);
    slots_[height_++] = value;
  }
  [[gnu::always_inline]] void push_constant(ValueType::Kind type, std::uint64_t bits) { push({.kind = Value::constant, .type = type, .bits = bits}); }
  void push_flags(FlagTest test) {
    push({.kind = Value::flags, .type = ValueType::i32, .test = test});
    flags_ = true;
  }
  /// Whether the topmost operand is still in the flags.
  bool has_flags() const { return flags_; }
  /// Pushes what the held `reg` holds; the register is the operand's from now on.
  [[gnu::always_inline]] void push(ValueType::Kind type, Reg reg) {
    assert(!free_.has(reg) && map_[reg] == held);
    clean_.remove(reg);
    recent_.add(reg);
    map_[reg] = height_;
    push({.kind = Value::in_register, .type = type, .reg = reg});
  }
  /// Pushes an operand that lies in its home.
  void push_home(ValueType::Kind type) {
    push({.kind = Value::home, .type = type});
  }
  [[gnu::always_inline]] void push_local(std::uint32_t local) {
    Value& value = slots_[local];
    if (value.is_constant()) return push_constant(value.type, value.bits);
    ++value.index;
    push({.kind = Value::local, .type = value.type, .index = local});
  }
  /// Takes the topmost operand; a register that it owns is held for the caller, who pushes it again or releases it.
  [[gnu::always_inline]] Value pop() {
    Value value = slots_[--height_];
    if (value.kind == Value::in_register) map_[value.reg] = held;
    else if (value.kind == Value::local) --slots_[value.index].index;
    else if (value.kind == Value::home) value.index = height_;
    else if (value.kind == Value::flags) flags_ = false;
    return value;
  }
  /// Drops operands down to `height`.
  void truncate(std::uint32_t height) {
    while (height_ > height) release(pop());
  }

  /// \name Registers
  /// Everything pinned may be evicted again; called before each instruction.
  void unpin() { pinned_ = {}; }
  void pin(Reg reg) { pinned_.add(reg); }
  bool is_free(Reg reg) const { return free_.has(reg); }
  RegSet free() const { return free_; }
  RegSet owned() const { return (general | vector) - free_; }
  /// Those whose slots are below `height`.
  [[gnu::always_inline]] RegSet owned_below(std::uint32_t height) const { return map_.below(height, owned()); }
  /// Callee-saved registers that were written at some time.
  RegSet used_callee_saved() const { return used_ & callee_saved; }
  std::uint32_t owner(Reg reg) const { return map_[reg]; }
  const RegisterMap& map() const { return map_; }
  RegSet clean() const { return clean_; }
  RegSet garbage() const { return garbage_; }
  bool is_clean(Reg reg) const { return clean_.has(reg); }
  void set_clean(Reg reg) { clean_.add(reg); }
  bool has_garbage(Reg reg) const { return garbage_.has(reg); }
  /// The upper half of the i32 in `reg` is zero again.
  void clear_garbage_mark(Reg reg) { garbage_.remove(reg); }
  /// The upper half of the i32 in `reg` is undefined.
  void set_garbage(Reg reg) { garbage_.add(reg); }

  /// A register out of `set`, held for the caller; evicts a value if none is free.
  [[gnu::always_inline]] Reg allocate(RegSet set) {
    const RegSet available = free_ & set;
    if (available.empty()) [[unlikely]] return evict(set);
    const RegSet cheap = available & caller_saved;
    const Reg reg = cheap.empty() ? available.first() : cheap.first();
    hold(reg);
    return reg;
  }
  [[gnu::always_inline]] Reg allocate(ValueType::Kind type) { return allocate(registers_for(type)); }
  Gp allocate_gp() { return allocate(general).gp(); }
  Xmm allocate_xmm() { return allocate(vector).xmm(); }
  /// Gives back a held register.
  void release(Reg reg) {
    free_.add(reg);
    garbage_.remove(reg);
  }
  void release(const Value& value) {
    if (value.owns_register()) release(value.reg);
  }
  /// Makes `reg` held: whatever lives there moves to another register or to its home.
  void claim(Reg reg) {
    if (!free_.has(reg)) {
      const std::uint32_t slot = map_[reg];
      assert(slot != held);
      const RegSet others = (free_ & (reg.is_xmm() ? vector : general)) - pinned_;
      if (others.empty()) spill(reg);
      else move(slot, reg, (others & caller_saved).empty() ? others.first() : (others & caller_saved).first());
    }
    hold(reg);
  }

  /// The register that holds `value`, loaded if need be; what the value owns afterwards is the caller's to release.
  [[gnu::always_inline]] Reg reg(Value& value) {
    if (value.kind == Value::in_register) return value.reg;
    if (value.kind == Value::local) return local_register(value.index);
    return take(value, load_anew(value));
  }
  [[gnu::always_inline]] Gp gp(Value& value) { return reg(value).gp(); }
  [[gnu::always_inline]] Xmm xmm(Value& value) { return reg(value).xmm(); }
  /// Like `gp`, with the upper half of an i32 zero.
  Gp gp_extended(Value& value) {
    const Reg reg = this->reg(value);
    clear_garbage(reg);
    return reg.gp();
  }
  /// A register that the caller may overwrite, with the value in it.
  Reg mutable_reg(Value& value) {
    const Reg from = reg(value);
    if (value.owns_register()) return from;
    const Reg to = allocate(value.type);
    move_register(to, from, value.type);
    return take(value, to);
  }

  /// \name Locals
  /// The operand just taken off the stack becomes the value of `local`.
  void set_local(std::uint32_t local, Value value) {
    Value& target = slots_[local];
    if (value.kind == Value::local && value.index == local) return;
    if (target.index != 0) detach(local);
    const Reg old = target.reg;
    const bool had_register = target.kind == Value::in_register;
    switch (value.kind) {
      case Value::in_register:
        forget(local);
        break;
      case Value::constant:
        if (target.is_constant()) {
          target.bits = value.bits;
          return;
        }
        forget(local);
        if (constant_count_ < max_constants) {
          constants_[constant_count_++] = {local, true};
          target.kind = Value::constant;
          target.bits = value.bits;
          return;
        }
        [[fallthrough]];
      default: {
        // Into the register that the local has already, so that loops find it where they left it.
        Reg from;
        if (value.kind == Value::local) from = local_register(value.index);
        forget(local);
        const Reg to = had_register && free_.has(old) ? (hold(old), old) : allocate(value.type);
        if (value.kind == Value::local) move_register(to, from, value.type);
        else if (value.kind == Value::constant) load_constant(to, value.type, value.bits);
        else load(to, value.type, home(value.index));
        value.reg = to;
      }
    }
    target.kind = Value::in_register;
    target.reg = value.reg;
    own(value.reg, local);
  }
  /// The register of `local` for an instruction whose result goes to that local at once, if it is in `set` and no operand needs the old value. The register
  /// is held, the local's value forgotten.
  bool surrender(std::uint32_t local, RegSet set, Reg& reg) {
    Value& value = slots_[local];
    if (value.kind != Value::in_register || value.index != 0 || !set.has(value.reg)) return false;
    reg = value.reg;
    value.kind = Value::home;
    hold(reg);
    garbage_.remove(reg);
    return true;
  }
  /// A parameter arrived in `reg`.
  void arrive(std::uint32_t local, Reg reg) {
    slots_[local].kind = Value::in_register;
    slots_[local].reg = reg;
    own(reg, local);
    if (slots_[local].type == ValueType::i32) garbage_.add(reg);
  }
  /// A declared local is zero without having a place yet, as far as there is room; false if its home must be cleared.
  bool start_as_zero(std::uint32_t local) {
    if (constant_count_ == max_constants) return false;
    constants_[constant_count_++] = {local, false};
    slots_[local].kind = Value::constant;
    slots_[local].bits = 0;
    return true;
  }

  /// \name Merging
  /// Gives every constant local a place: those that the program set, a register if one is free; all others their home. Keeps the flags.
  void settle_constants() {
    for (std::uint32_t i = 0; i < constant_count_; ++i) {
      const auto [local, was_set] = constants_[i];
      Value& value = slots_[local];
      const RegSet available = free_ & registers_for(value.type);
      if (was_set && available.size() > 3) {
        const Reg reg = allocate(value.type);
        load_constant(reg, value.type, value.bits);
        value.kind = Value::in_register;
        value.reg = reg;
        own(reg, local);
      } else {
        store_constant_to_home(local, value.type, value.bits);
        value.kind = Value::home;
      }
    }
    constant_count_ = 0;
  }
  /// Zero-extends every i32 whose upper half is undefined. Keeps the flags.
  void settle_garbage() {
    garbage_.for_each([&](Reg reg) { clear_garbage(reg); });
  }
  /// Gives the operands from `from` up to `to` a register or home of their own. Keeps the flags.
  void settle_operands(std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t slot = from; slot < to; ++slot)
      if (slots_[slot].kind == Value::local || slots_[slot].kind == Value::constant) settle_operand(slot);
  }
  /// Gives one operand a register of its own. Keeps the flags.
  Reg settle_operand(std::uint32_t slot) {
    if (slots_[slot].owns_register()) return slots_[slot].reg;
    Value value = slots_[slot];
    if (value.kind == Value::home) value.index = slot;
    const Reg to = allocate(value.type);
    copy_to(to, value);
    if (value.kind == Value::local) --slots_[value.index].index;
    slots_[slot].kind = Value::in_register;
    slots_[slot].reg = to;
    own(to, slot);
    return to;
  }
  /// Copies a value into a register without changing where it is said to be. Keeps the flags.
  void copy_to(Reg to, const Value& value) {
    switch (value.kind) {
      case Value::in_register: return move_register(to, value.reg, value.type);
      case Value::constant: return load_constant(to, value.type, value.bits);
      case Value::local: {
        const Value& local = slots_[value.index];
        if (local.kind == Value::in_register) return move_register(to, local.reg, value.type);
        return load(to, value.type, home(value.index));
      }
      default: return load(to, value.type, home(value.index));
    }
  }

  /// The registers as they are, slots below `height` only.
  void capture(State& state, std::uint32_t height) const {
    state.regs = owned_below(height);
    state.clean = clean_ & state.regs;
    state.map.assign(map_, state.regs);
  }
  /// Takes over what holds at a label. The operands from `base` on give way to a block's `results`, which lie in their homes unless the state
  /// says otherwise.
  void adopt(const State& state, std::uint32_t base, std::span<const ValueType> results) {
    for (std::uint32_t slot = base; slot < height_; ++slot)
      if (slots_[slot].kind == Value::local) --slots_[slots_[slot].index].index;
    const RegSet before = owned_below(base);
    const RegSet staying = map_.same(state.map, before & state.regs);
    (before - staying).for_each([&](Reg reg) { slots_[map_[reg]].kind = Value::home; });
    for (std::uint32_t i = 0; i < constant_count_; ++i) slots_[constants_[i].local].kind = Value::home;
    constant_count_ = 0;
    height_ = base;
    flags_ = false;
    for (const ValueType type : results) push_home(kind_of(type));
    map_.assign(state.map, state.regs);
    (state.regs - staying).for_each([&](Reg reg) {
      Value& value = slots_[map_[reg]];
      value.kind = Value::in_register;
      value.reg = reg;
    });
    free_ = (general | vector) - state.regs;
    clean_ = state.clean;
    garbage_ = pinned_ = {};
    locals_ = map_.below(local_count_, state.regs);
  }

  /// Writes the value of an owned register to its slot's home, unless it stands there already.
  void save(Reg reg) {
    if (clean_.has(reg)) return;
    const std::uint32_t slot = map_[reg];
    store_to_home(slot, slots_[slot].type, reg);
    clean_.add(reg);
  }
  /// Every local, and every operand below `limit`, is in its home, whether or not a register has it too. No operand below `limit` is constant or a local's.
  void save_below(std::uint32_t limit) {
    for (std::uint32_t i = 0; i < constant_count_; ++i) {
      Value& local = slots_[constants_[i].local];
      store_constant_to_home(constants_[i].local, local.type, local.bits);
      local.kind = Value::home;
    }
    constant_count_ = 0;
    owned_below(limit).for_each([&](Reg reg) { save(reg); });
  }
  /// The owned register's value lives on in its home alone.
  void spill(Reg reg) {
    save(reg);
    slots_[map_[reg]].kind = Value::home;
    drop(reg);
  }
  /// Moves what `slot` has in `from` to the free register `to`.
  void move(std::uint32_t slot, Reg from, Reg to) {
    const bool clean = clean_.has(from);
    move_register(to, from, slots_[slot].type);
    slots_[slot].reg = to;
    drop(from);
    hold(to);
    own(to, slot);
    if (clean) clean_.add(to);
  }
  /// After a call: caller-saved registers hold nothing any more; their values were saved before.
  void clobber() {
    (owned() & caller_saved).for_each([&](Reg reg) {
      const std::uint32_t slot = map_[reg];
      if (slot < height_) slots_[slot].kind = Value::home;
      drop(reg);
    });
  }
  /// Loads a local that is in its home into a free register.
  void cache_local(std::uint32_t local, Reg reg) {
    hold(reg);
    load(reg, slots_[local].type, home(local));
    slots_[local].kind = Value::in_register;
    slots_[local].reg = reg;
    own(reg, local);
    clean_.add(reg);
  }
  /// A constant local gets a register.
  void materialize_local(std::uint32_t local) {
    const Value value = slots_[local];
    forget(local);
    const Reg reg = allocate(value.type);
    load_constant(reg, value.type, value.bits);
    slots_[local].kind = Value::in_register;
    slots_[local].reg = reg;
    own(reg, local);
  }
  /// The settled operands from `from` on go to their homes.
  void spill_operands(std::uint32_t from) {
    for (std::uint32_t slot = from; slot < height_; ++slot)
      if (slots_[slot].owns_register()) spill(slots_[slot].reg);
  }
  /// Calls `f` with each local that is constant.
  template <class F> void for_each_constant(F&& f) const {
    for (std::uint32_t i = 0; i < constant_count_; ++i) f(constants_[i].local);
  }
  /// No home is known to hold what a register holds.
  void forget_cleanness() { clean_ = {}; }

  /// \name Code for moves; all keep the flags
  [[gnu::always_inline]] void load(Reg to, ValueType::Kind type, Mem from) {
    if (to.is_xmm()) masm_.mov(float_width_of(type), to.xmm(), from);
    else masm_.mov(width_of(type), to.gp(), from);
  }
  [[gnu::always_inline]] void store(Mem to, ValueType::Kind type, Reg from) {
    if (from.is_xmm()) masm_.mov(float_width_of(type), to, from.xmm());
    else masm_.mov(width_of(type), to, from.gp());
  }
  [[gnu::always_inline]] void move_register(Reg to, Reg from, ValueType::Kind type) {
    if (to == from) return;
    if (to.is_xmm()) masm_.mov(to.xmm(), from.xmm());
    else masm_.mov(width_of(type), to.gp(), from.gp());
  }
  void load_constant(Reg to, ValueType::Kind type, std::uint64_t bits) {
    if (!to.is_xmm()) return masm_.mov(to.gp(), bits);
    if (bits == 0) return masm_.zero(to.xmm());
    if (type == ValueType::v128) [[unlikely]] return load_vector(to.xmm(), vectors_[bits]);
    masm_.mov(scratch, bits);
    masm_.mov_bits(type == ValueType::f32 ? masm::Width::w32 : masm::Width::w64, to.xmm(), scratch);
  }
  void store_constant(Mem to, ValueType::Kind type, std::uint64_t bits) {
    if (type == ValueType::i32 || type == ValueType::f32) return masm_.mov(masm::Width::w32, to, static_cast<std::int32_t>(bits));
    if (type == ValueType::v128) [[unlikely]] return load_constant(float_scratch, type, bits), store(to, type, float_scratch);
    if (masm::Masm::fits32(static_cast<std::int64_t>(bits))) return masm_.mov(masm::Width::w64, to, static_cast<std::int32_t>(bits));
    masm_.mov(scratch, bits);
    masm_.mov(masm::Width::w64, to, scratch);
  }

  /// \name Homes
  Mem home(std::uint32_t slot) const { return singlepass::home(slot, home_size_); }
  /// The home of `slot`, about to be written.
  Mem home_for_store(std::uint32_t slot) {
    if (slot >= homes_used_) homes_used_ = slot + 1;
    return home(slot);
  }
  /// The same for a vector, which needs more room than other values.
  Mem home_for_vector(std::uint32_t slot) {
    if (home_size_ != wide_home) [[unlikely]] outgrow();
    return home_for_store(slot);
  }
  [[gnu::always_inline]] void store_to_home(std::uint32_t slot, ValueType::Kind type, Reg from) {
    if (from.is_xmm()) return store_vector_register(slot, type, from.xmm());
    masm_.mov(width_of(type), home_for_store(slot), from.gp());
  }
  void store_constant_to_home(std::uint32_t slot, ValueType::Kind type, std::uint64_t bits) {
    store_constant(type == ValueType::v128 ? home_for_vector(slot) : home_for_store(slot), type, bits);
  }
  /// Slots whose homes the frame must have.
  std::uint32_t homes_used() const { return homes_used_; }
  std::uint32_t home_size() const { return static_cast<std::uint32_t>(home_size_); }
  /// A vector had to lie in a home when homes of one word were in use already: the code is worthless. Homes are wider when the function is begun again.
  bool outgrown() const { return outgrown_; }

  static constexpr ValueType::Kind kind_of(ValueType type) { return type.is_reference() ? ValueType::ref_null : type.kind(); }

 private:
  static constexpr std::uint32_t held = ~0u - 1;
  static constexpr std::uint32_t max_constants = 8;
  struct ConstantLocal {
    std::uint32_t local;
    bool was_set;
  };

  void hold(Reg reg) {
    free_.remove(reg);
    used_.add(reg);
    locals_.remove(reg);
    map_[reg] = held;
  }
  void own(Reg reg, std::uint32_t slot) {
    free_.remove(reg);
    used_.add(reg);
    clean_.remove(reg);
    recent_.add(reg);
    map_[reg] = slot;
    if (slot < local_count_) locals_.add(reg);
    else locals_.remove(reg);
  }
  void drop(Reg reg) {
    free_.add(reg);
    locals_.remove(reg);
    garbage_.remove(reg);
  }
  static Reg take(Value& value, Reg reg) {
    value.kind = Value::in_register;
    return value.reg = reg;
  }
  void clear_garbage(Reg reg) {
    if (!garbage_.has(reg)) return;
    masm_.mov(masm::Width::w32, reg.gp(), reg.gp());
    garbage_.remove(reg);
  }
  /// A register for a constant, or for an operand in its home.
  [[gnu::noinline]] Reg load_anew(Value value) {
    const Reg reg = allocate(value.type);
    if (value.kind == Value::constant && value.type == ValueType::v128 && value.bits != 0) masm_.sse(masm::Packed::movaps, reg.xmm(), vectors_.label(value.bits));
    else if (value.kind == Value::constant) load_constant(reg, value.type, value.bits);
    else load(reg, value.type, home(value.index));
    return reg;
  }
  /// Without a reference to a literal, for this code may be taken back.
  [[gnu::noinline]] void load_vector(masm::Xmm to, const V128& value) {
    std::uint64_t halves[2];
    std::memcpy(halves, value.bytes, sizeof halves);
    masm_.mov(scratch, halves[0]);
    masm_.sse(masm::Packed::movq, to, scratch);
    if (halves[1] == halves[0]) return masm_.sse(masm::Packed::punpcklqdq, to, to);
    masm_.mov(scratch, halves[1]);
    masm_.sse(masm::Packed::pinsrq, to, scratch, 1);
  }
  [[gnu::noinline]] void store_vector_register(std::uint32_t slot, ValueType::Kind type, Xmm from) {
    masm_.mov(float_width_of(type), type == ValueType::v128 ? home_for_vector(slot) : home_for_store(slot), from);
  }
  [[gnu::noinline]] void outgrow() {
    if (homes_used_ == 0) home_size_ = wide_home;
    else outgrown_ = true;
  }
  [[gnu::noinline]] void fetch_local(std::uint32_t local) { cache_local(local, allocate(slots_[local].type)); }
  [[gnu::noinline]] void make_room(std::uint32_t slots) {
    slots_.resize(slots);
    capacity_ = slots;
  }
  [[gnu::always_inline]] Reg local_register(std::uint32_t local) {
    Value& value = slots_[local];
    if (value.kind != Value::in_register) [[unlikely]] fetch_local(local);
    pin(value.reg);
    recent_.add(value.reg);
    return value.reg;
  }
  /// The local has no value any more.
  void forget(std::uint32_t local) {
    Value& value = slots_[local];
    if (value.kind == Value::in_register) drop(value.reg);
    if (value.kind == Value::constant)
      for (std::uint32_t i = 0; i < constant_count_; ++i)
        if (constants_[i].local == local) {
          constants_[i] = constants_[--constant_count_];
          break;
        }
    value.kind = Value::home;
  }
  /// Operands that equal `local` get the value for themselves, because the local is about to change.
  [[gnu::noinline]] void detach(std::uint32_t local) {
    constexpr std::uint32_t far = 256;  // no search goes deeper twice, or many locals and many operands would take the product of both
    Value& source = slots_[local];
    for (std::uint32_t slot = height_; source.index != 0 && slot-- > operands_begin();) {
      if (height_ - slot > far) return settle_aliases(slot + 1);
      if (slots_[slot].kind == Value::local && slots_[slot].index == local) {
        if (source.kind == Value::in_register && source.index == 1) {  // the last one inherits the register
          const Reg reg = source.reg;
          source.index = 0;
          source.kind = Value::home;
          slots_[slot].kind = Value::in_register;
          slots_[slot].reg = reg;
          own(reg, slot);
          return;
        }
        if (source.kind == Value::in_register) pin(source.reg);
        settle_operand(slot);
      }
    }
  }
  /// The operands below `end` that equal locals get their values for themselves.
  void settle_aliases(std::uint32_t end) {
    for (std::uint32_t slot = operands_begin(); slot < end; ++slot)
      if (slots_[slot].kind == Value::local) settle_operand(slot);
  }
  [[gnu::noinline]] Reg evict(RegSet set) {
    const RegSet candidates = map_.below(held, set - free_ - pinned_);
    assert(!candidates.empty());
    for (const RegSet group : {candidates & locals_ & clean_, candidates & locals_, candidates}) {
      if (group.empty()) continue;
      const RegSet idle = group - recent_;
      const Reg reg = idle.empty() ? group.first() : idle.first();
      if (idle.empty()) recent_ = recent_ - group;
      spill(reg);
      hold(reg);
      return reg;
    }
    return {};
  }
  masm::Masm& masm_;
  VectorLiterals& vectors_;
  std::vector<Value> slots_;
  std::uint32_t capacity_ = 0;  ///< of `slots_`
  std::uint32_t local_count_ = 0;
  std::uint32_t height_ = 0;
  std::uint32_t homes_used_ = 0;
  std::int32_t home_size_ = narrow_home;
  bool outgrown_ = false;
  bool flags_ = false;  ///< the topmost operand is in the flags
  RegSet free_, clean_, garbage_, pinned_, recent_, locals_, used_;
  RegisterMap map_{};  ///< of the registers that are not free: who owns them, or `held`
  std::array<ConstantLocal, max_constants> constants_{};
  std::uint32_t constant_count_ = 0;
};

}  // namespace wasmer::singlepass
