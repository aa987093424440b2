#pragma once
/// \file
/// What the families of vector instructions emit with. Every instruction is one of three operands here; without AVX it is a move and SSE's form of two.

#include <concepts>
#include <cstdint>
#include <utility>

#include <wasmer/backend/singlepass/emitter.hpp>

namespace wasmer::singlepass {

using masm::Packed;
using masm::PackedShift;

/// True of the instructions with the prefix FD, relaxed ones among them.
constexpr bool is_simd(Op op) { return info(op).prefix == 0xFD; }

/// A vector whose lanes all have the low bits of `lane`.
template <std::unsigned_integral T> V128 splat(T lane) {
  V128 vector;
  for (std::size_t i = 0; i < sizeof vector.bytes; ++i) vector.bytes[i] = static_cast<std::uint8_t>(lane >> 8 * (i % sizeof lane));
  return vector;
}

/// to = a op b. Without AVX, `b` must not be `to` unless `a` is.
template <class Rm, class... Imm>
  requires(!std::same_as<std::remove_cvref_t<Rm>, V128>)
void packed(Emitter& e, Packed op, Xmm to, Xmm a, Rm&& b, Imm... imm) {
  e.masm.packed(e.cpu.avx, op, to, a, b, static_cast<std::uint8_t>(imm)...);
}
/// The same where the operands may change places, so `to` may be either.
inline void packed_either(Emitter& e, Packed op, Xmm to, Xmm a, Xmm b) { to == b ? packed(e, op, to, b, a) : packed(e, op, to, a, b); }
/// to = a op literal.
inline void packed(Emitter& e, Packed op, Xmm to, Xmm a, const V128& b) { packed(e, op, to, a, e.vectors.label(b)); }
/// Each lane shifted by `count`.
inline void packed(Emitter& e, PackedShift op, Xmm to, Xmm from, unsigned count) { e.masm.packed(e.cpu.avx, op, to, from, static_cast<std::uint8_t>(count)); }

inline void move(Emitter& e, Xmm to, Xmm from) {
  if (to != from) e.masm.mov(to, from);
}
inline void load_vector(Emitter& e, Xmm to, const V128& value) { e.masm.sse(Packed::movaps, to, e.vectors.label(value)); }
inline void fill_with_ones(Emitter& e, Xmm reg) { e.masm.sse(Packed::pcmpeqd, reg, reg); }
/// Every bit of `to` flipped. Uses the scratch register.
inline void invert(Emitter& e, Xmm to) {
  fill_with_ones(e, float_scratch);
  packed(e, Packed::pxor, to, to, float_scratch);
}

/// A vector register for the time of one instruction.
class Temporary {
 public:
  explicit Temporary(Emitter& e) : values_(e.values), reg_(values_.allocate_xmm()) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() { values_.release(Reg(reg_)); }
  operator Xmm() const { return reg_; }

 private:
  Values& values_;
  Xmm reg_;
};

/// Whether a handler reads an operand after it has written its result for the first time.
enum class Overwrite : std::uint8_t { may, never };

/// Takes a vector and pushes the vector that `f(to, x)` makes of it.
template <class F> void map_one(Emitter& e, Overwrite overwrite, F&& f) {
  Value a = e.values.pop();
  const Xmm x = e.values.xmm(a);
  const Xmm to = (overwrite == Overwrite::may ? e.destination(ValueType::v128, {}, a) : e.destination(ValueType::v128, {x})).xmm();
  f(to, x);
  e.finish(ValueType::v128, to, a);
}

/// The same for two, in the order in which they were pushed.
template <class F> void map_two(Emitter& e, Overwrite overwrite, F&& f) {
  Value b = e.values.pop();
  Value a = e.values.pop();
  const Xmm x = e.values.xmm(a);
  const Xmm y = e.values.xmm(b);
  const Xmm to = (overwrite == Overwrite::may ? e.destination(ValueType::v128, {}, a, b) : e.destination(ValueType::v128, {x, y})).xmm();
  f(to, x, y);
  e.finish(ValueType::v128, to, a, b);
}

/// And for three.
template <class F> void map_three(Emitter& e, Overwrite overwrite, F&& f) {
  Value c = e.values.pop();
  Value b = e.values.pop();
  Value a = e.values.pop();
  const Xmm x = e.values.xmm(a);
  const Xmm y = e.values.xmm(b);
  const Xmm z = e.values.xmm(c);
  const Xmm to = (overwrite == Overwrite::may ? e.destination(ValueType::v128, {}, a, b, c) : e.destination(ValueType::v128, {x, y, z})).xmm();
  f(to, x, y, z);
  e.finish(ValueType::v128, to, a, b, c);
}

/// How the operands of an instruction that is one of the machine's correspond to its two.
enum class Order : std::uint8_t { straight, swapped, either };

/// An instruction of the machine that does all that one of WebAssembly's does.
struct OneInstruction {
  Packed op;
  Order order = Order::straight;
};

/// One instruction of two operands; one of them may be read from its home or from behind the code.
inline void emit_packed(Emitter& e, Packed op, Order order) {
  Values& values = e.values;
  const auto in_memory = [](const Value& value) { return value.kind == Value::home || value.is_constant(); };
  Value b = values.pop();
  Value a = values.pop();
  if (order == Order::swapped || (order == Order::either && in_memory(a) && !in_memory(b))) std::swap(a, b);
  const Xmm x = values.xmm(a);
  if (in_memory(b)) {
    const Xmm to = e.destination(ValueType::v128, {}, a).xmm();
    if (b.is_constant()) packed(e, op, to, x, e.vectors.label(b.bits));
    else packed(e, op, to, x, values.home(b.index));
    return e.finish(ValueType::v128, to, a);
  }
  const Xmm y = values.xmm(b);
  if (order == Order::either || e.cpu.avx || x == y) {
    const Xmm to = e.destination(ValueType::v128, {}, a, b).xmm();
    if (e.cpu.avx) packed(e, op, to, x, y);
    else packed_either(e, op, to, x, y);
    return e.finish(ValueType::v128, to, a, b);
  }
  const Xmm to = e.destination(ValueType::v128, {y}, a).xmm();
  packed(e, op, to, x, y);
  e.finish(ValueType::v128, to, a, b);
}

}  // namespace wasmer::singlepass
