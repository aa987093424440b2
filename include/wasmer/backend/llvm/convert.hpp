#pragma once
/// \file
/// Conversions between the number types.

#include <cmath>
#include <cstdint>
#include <string_view>

#include <wasmer/backend/llvm/float.hpp>

namespace wasmer::llvm_backend {

/// To an integer, where what does not fit is a trap: NaN is no number, and all others beyond the bounds overflow.
inline llvm::Value* truncate_or_trap(Emitter& e, llvm::Value* a, llvm::IntegerType* to, bool is_signed) {
  const unsigned bits = to->getBitWidth();
  const bool is_f32 = a->getType()->isFloatTy();
  e.trap_if(e.ir.CreateFCmpUNO(a, a), ErrorId::invalid_conversion_to_integer);
  // The first floats that do not fit, above and below. Where the type has no float between the least integer and one less, the bound itself fits.
  const double above = std::ldexp(1.0, static_cast<int>(is_signed ? bits - 1 : bits));
  const bool is_exact = is_signed && bits > (is_f32 ? 24u : 53u);
  const double below = !is_signed ? -1.0 : is_exact ? -above : -above - 1.0;
  llvm::Value* const too_small = is_exact ? e.ir.CreateFCmpOLT(a, llvm::ConstantFP::get(a->getType(), below)) : e.ir.CreateFCmpOLE(a, llvm::ConstantFP::get(a->getType(), below));
  llvm::Value* const too_great = e.ir.CreateFCmpOGE(a, llvm::ConstantFP::get(a->getType(), above));
  e.trap_if(e.ir.CreateOr(too_small, too_great), ErrorId::integer_overflow);
  return is_signed ? e.ir.CreateFPToSI(a, to) : e.ir.CreateFPToUI(a, to);
}

template <Op op>
  requires(info(op).family == Family::convert)
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = name_of(op);
  constexpr bool is_signed = name.ends_with("_s");
  constexpr ValueType::Kind result = info(op).text[0] == 'i' ? (info(op).text[1] == '3' ? ValueType::i32 : ValueType::i64)
                                                             : (info(op).text[1] == '3' ? ValueType::f32 : ValueType::f64);
  llvm::Type* const to = e.types.of(result);
  llvm::Value* const a = e.pop();
  if constexpr (name == "wrap_i64") e.push(e.ir.CreateTrunc(a, to));
  else if constexpr (name.starts_with("extend_i32")) e.push(is_signed ? e.ir.CreateSExt(a, to) : e.ir.CreateZExt(a, to));
  else if constexpr (name.starts_with("reinterpret")) e.push(e.ir.CreateBitCast(a, to));
  else if constexpr (name.starts_with("demote")) e.push(e.ir.CreateFPTrunc(a, to));
  else if constexpr (name.starts_with("promote")) e.push(e.ir.CreateFPExt(a, to));
  else if constexpr (name.starts_with("convert")) e.push(is_signed ? e.ir.CreateSIToFP(a, to) : e.ir.CreateUIToFP(a, to));
  else if constexpr (name.starts_with("trunc_sat")) e.push(e.intrinsic(is_signed ? llvm::Intrinsic::fptosi_sat : llvm::Intrinsic::fptoui_sat, {to, a->getType()}, {a}));
  else e.push(truncate_or_trap(e, a, llvm::cast<llvm::IntegerType>(to), is_signed));
}

}  // namespace wasmer::llvm_backend
