// NaNs whose bits were not those of the specification: every instruction of the table that computes floats, with every set of instructions. Of canonical NaNs and
// numbers it makes canonical NaNs, of others quiet ones (spec section 4.3.3).
#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <wasmer/wasm/opcode.hpp>

#include "../../../catch.hpp"
#include "../../execute.hpp"
#include "../vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// Those that only move bits or change a sign.
bool keeps_bits(std::string_view text) {
  for (const char* const name : {"abs", "neg", "copysign", "reinterpret", "pmin", "pmax", "splat", "lane", "relaxed"})
    if (text.find(name) != text.npos) return true;
  return false;
}

/// Instructions that take floats, and give some.
std::vector<const OpInfo*> operations(bool vectors) {
  std::vector<const OpInfo*> list;
  for (const OpInfo& row : ops) {
    if (row.immediate != Immediate::none || keeps_bits(row.text)) continue;
    if (vectors) {
      if ((row.text.starts_with("f32x4.") || row.text.starts_with("f64x2.")) && row.text.find("convert") == row.text.npos && row.signature.ends_with(":v") && row.family != Family::simd_compare)
        list.push_back(&row);
    } else if (row.signature == "ff:f" || row.signature == "dd:d" || row.signature == "f:f" || row.signature == "d:d" || row.signature == "f:d" || row.signature == "d:f") {
      list.push_back(&row);
    }
  }
  return list;
}

template <class T> using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
template <class T> constexpr Bits<T> quiet = Bits<T>{1} << (std::numeric_limits<T>::digits - 2);
template <class T> constexpr Bits<T> exponent = std::bit_cast<Bits<T>>(std::numeric_limits<T>::infinity());
template <class T> constexpr Bits<T> magnitude = ~Bits<T>{0} >> 1;

template <class T> bool is_nan(Bits<T> bits) { return (bits & magnitude<T>) > exponent<T>; }
template <class T> bool is_canonical(Bits<T> bits) { return (bits & magnitude<T>) == (exponent<T> | quiet<T>); }

/// Numbers, canonical NaNs, then others, quiet and signalling.
template <class T> std::vector<Bits<T>> edges() {
  using Limits = std::numeric_limits<T>;
  std::vector<Bits<T>> list;
  for (const T value : {T{0}, -T{0}, T(1.5), T(-2.5), Limits::max(), Limits::denorm_min(), Limits::infinity(), -Limits::infinity()}) list.push_back(std::bit_cast<Bits<T>>(value));
  const Bits<T> sign = ~magnitude<T>;
  for (const Bits<T> nan : {exponent<T> | quiet<T>, exponent<T> | quiet<T> | sign, exponent<T> | quiet<T> | 5, exponent<T> | 1, exponent<T> | sign | 0x20'0000, magnitude<T>}) list.push_back(Bits<T>(nan));
  return list;
}

/// Whether a result may come from these operands, as far as NaNs go.
template <class R, class T> bool allowed(Bits<R> result, std::initializer_list<Bits<T>> operands) {
  if (!is_nan<R>(result)) return true;
  for (const Bits<T> operand : operands)
    if (is_nan<T>(operand) && !is_canonical<T>(operand)) return (result & quiet<R>) != 0;
  return is_canonical<R>(result);
}
/// Arithmetic passes a NaN on; min and max of vectors and scalars too.
template <class R, class T> bool has_nan_where_it_must(Bits<R> result, std::initializer_list<Bits<T>> operands) {
  for (const Bits<T> operand : operands)
    if (is_nan<T>(operand)) return is_nan<R>(result);
  return true;
}

template <class T, class R> void check_scalars(const OpInfo& row) {
  const bool binary = row.signature[1] != ':';
  const std::string t = sizeof(T) == 4 ? "f32" : "f64", r = sizeof(R) == 4 ? "f32" : "f64", ti = sizeof(T) == 4 ? "i32" : "i64";
  const auto constant = [&](Bits<T> bits) {
    return "(" + t + ".reinterpret_" + ti + " (" + ti + ".const " + std::to_string(static_cast<std::make_signed_t<Bits<T>>>(bits)) + "))";
  };
  std::string text = "(module (memory (export \"memory\") 1) (func (export \"params\") (param " + t + " " + t + ") (result " + r + ") (local.get 0)" + (binary ? " (local.get 1) " : " ") + std::string(row.text) + ")\n" +
                     "(func (export \"memory0\") (param " + t + " " + t + ") (result " + r + ") (" + t + ".load (i32.const 0))" + (binary ? " (local.get 1) " : " ") + std::string(row.text) + ")\n";
  for (const Bits<T> bits : edges<T>())
    text += "(func (export \"left " + std::to_string(bits) + "\") (param " + t + ") (result " + r + ") " + constant(bits) + (binary ? " (local.get 0) " : " ") + std::string(row.text) + ")\n" +
            "(func (export \"right " + std::to_string(bits) + "\") (param " + t + ") (result " + r + ") (local.get 0)" + (binary ? " " + constant(bits) + " " : " ") + std::string(row.text) + ")\n" ;
  const ValueType type = sizeof(T) == 4 ? ValueType::f32 : ValueType::f64;
  for (const Setting setting : settings) {
    const Guest guest = Guest::make(setting, text + ")").value();
    for (const Bits<T> a : edges<T>())
      for (const Bits<T> b : edges<T>()) {
        if (!binary && a != b) continue;
        std::memcpy(guest.memory().data(), &a, sizeof a);
        const Value x(type, a), y(type, b);
        for (const auto& result : {guest.call("params", {x, y}), guest.call("memory0", {y, y}), guest.call("left " + std::to_string(a), {y}), guest.call("right " + std::to_string(b), {x})}) {
          const auto bits = static_cast<Bits<R>>(result.value()[0].bits());
          const bool right = binary ? allowed<R, T>(bits, {a, b}) && has_nan_where_it_must<R, T>(bits, {a, b}) : allowed<R, T>(bits, {a}) && has_nan_where_it_must<R, T>(bits, {a});
          if (right) continue;
          INFO(row.text << " of " << std::hex << a << " and " << b << " is " << bits << ", " << to_string(setting));
          CHECK(right);
        }
      }
  }
}

template <class T> void check_vectors(const OpInfo& row) {
  const bool binary = row.signature == "vv:v";
  const bool promotes = row.text == "f64x2.promote_low_f32x4", demotes = row.text == "f32x4.demote_f64x2_zero";
  if (promotes || demotes) return;  // which the scalar ones are the pattern of
  const VectorGuests guests("(module (memory 1) (func (export \"f\") (param v128 v128) (result v128) (local.get 0)" + std::string(binary ? " (local.get 1) " : " ") + std::string(row.text) + "))");
  for (std::size_t set = 0; set < instruction_sets.size(); ++set)
    for (const Bits<T> a : edges<T>()) {
      const auto all = edges<T>();
      for (std::size_t first = 0; first < all.size(); first += lanes_of<T>) {
        Lanes<Bits<T>> left, right;
        for (std::size_t i = 0; i < left.size(); ++i) left[i] = a, right[i] = all[(first + i) % all.size()];
        const auto result = lanes_in<Bits<T>>(guests[set].call("f", std::vector<Value>{vector_of<Bits<T>>(left), vector_of<Bits<T>>(right)}).value()[0].v128());
        for (std::size_t i = 0; i < left.size(); ++i) {
          const bool fine = binary ? allowed<T, T>(result[i], {left[i], right[i]}) && has_nan_where_it_must<T, T>(result[i], {left[i], right[i]})
                                   : allowed<T, T>(result[i], {left[i]}) && has_nan_where_it_must<T, T>(result[i], {left[i]});
          if (fine) continue;
          INFO(row.text << " of " << std::hex << left[i] << " and " << right[i] << " is " << result[i] << " with " << instruction_sets[set]);
          CHECK(fine);
        }
      }
    }
}

}  // namespace

TEST_CASE("float: NaNs are canonical where they must be and else quiet, min and max and rounding with and without SSE4.1 among them", "[singlepass][bugs]") {
  const auto all = operations(false);
  CHECK(all.size() == 2 * (6 + 5) + 2);
  for (const OpInfo* const row : all) {
    const bool wide = row->signature[0] == 'd', gives_wide = row->signature.back() == 'd';
    if (wide) gives_wide ? check_scalars<double, double>(*row) : check_scalars<double, float>(*row);
    else gives_wide ? check_scalars<float, double>(*row) : check_scalars<float, float>(*row);
  }
}

TEST_CASE("float: NaNs in the lanes of vectors are canonical where they must be and else quiet, with every set of instructions", "[singlepass][bugs]") {
  const auto all = operations(true);
  CHECK(all.size() >= 2 * (6 + 5));
  for (const OpInfo* const row : all) row->text[1] == '3' ? check_vectors<float>(*row) : check_vectors<double>(*row);
}
