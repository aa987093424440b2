#pragma once
/// \file
/// Decodes constant expressions (spec section 3.4.15), and the segments that hold them.

#include <wasmer/module/decoder.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/module/reader/scan.hpp>

namespace wasmer::parser {

/// Decodes one constant expression to the end of `module.constants`. Which instructions may stand in one is decided here; their types are checked
/// by the validator.
class ConstantReader {
 public:
  ConstantReader(Decoder& in, Module& module) : in_(in), module_(module) {}

  ConstantExpression read() {
    ConstantExpression expression;
    expression.begin = static_cast<std::uint32_t>(module_.constants.size());
    while (instruction()) {}
    expression.end = static_cast<std::uint32_t>(module_.constants.size());
    return expression;
  }

 private:
  /// False at the end of the expression.
  bool instruction() {
    const std::uint64_t start = in_.offset();
    start_ = static_cast<std::uint32_t>(start);
    std::uint8_t byte = 0;
    if (!in_.read(byte)) return false;
    const std::uint8_t prefix = is_prefix(byte) ? byte : 0;
    const std::uint32_t code = prefix == 0 ? byte : in_.u32();
    if (in_.failed()) return false;
    const std::optional<Op> op = find(prefix, code);
    if (!op) return in_.fail(ErrorId::illegal_opcode, start, illegal_opcode_detail(prefix, code));
    switch (*op) {
      case Op::end: return false;
      case Op::i32_const: return add(*op, static_cast<std::uint32_t>(in_.s32()));
      case Op::i64_const: return add(*op, static_cast<std::uint64_t>(in_.s64()));
      case Op::f32_const: return add(*op, in_.fixed<std::uint32_t>());
      case Op::f64_const: return add(*op, in_.fixed<std::uint64_t>());
      case Op::global_get: return add(*op, in_.u32());
      case Op::v128_const: return in_.require(Proposal::simd, start) && vector();
      case Op::ref_null: return in_.require(Proposal::reference_types, start) && add(*op, in_.heap_type().bits());
      case Op::ref_func: return in_.require(Proposal::reference_types, start) && add(*op, in_.u32());
      case Op::i32_add:
      case Op::i32_sub:
      case Op::i32_mul:
      case Op::i64_add:
      case Op::i64_sub:
      case Op::i64_mul: return in_.require(Proposal::extended_const, start) && add(*op, 0);
      case Op::ref_i31:
      case Op::any_convert_extern:
      case Op::extern_convert_any: return in_.require(Proposal::gc, start) && add(*op, 0);
      case Op::struct_new:
      case Op::struct_new_default:
      case Op::array_new:
      case Op::array_new_default: return in_.require(Proposal::gc, start) && add(*op, in_.u32());
      case Op::array_new_fixed: return in_.require(Proposal::gc, start) && array_new_fixed();
      default: return not_constant(*op, start);
    }
  }

  /// The expression must be decodable all the same.
  bool not_constant(Op op, std::uint64_t start) {
    FunctionBody rest;
    rest.offset = in_.offset();
    rest.code = {in_.position(), in_.remaining()};
    reader::Immediates immediates(module_);
    immediates.begin(rest, in_.features());
    const auto opens = info(op).immediate == Immediate::block || info(op).immediate == Immediate::block_catch;
    if (!reader::skip(immediates, info(op).immediate) || !reader::skip_to_end(immediates, opens ? 2 : 1)) return in_.fail(immediates.error());
    return in_.require(info(op).since, start) && in_.fail(ErrorId::constant_expression_required, start, std::string(info(op).text));
  }

  bool add(Op op, std::uint64_t value) {
    if (!in_.failed()) module_.constants.push_back({op, start_, value});
    return !in_.failed();
  }
  bool vector() {
    module_.vectors.push_back(in_.fixed<V128>());
    return add(Op::v128_const, module_.vectors.size() - 1);
  }
  /// The value holds both immediates: the type below, the number of elements in the upper half.
  bool array_new_fixed() {
    const std::uint64_t type = in_.u32();
    const std::uint64_t count = in_.u32();
    return add(Op::array_new_fixed, type | count << 32);
  }

  Decoder& in_;
  Module& module_;
  std::uint32_t start_ = 0;  ///< offset of the instruction at hand
};

}  // namespace wasmer::parser
