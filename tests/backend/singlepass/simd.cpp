#include <wasmer/backend/singlepass/simd.hpp>

#include <cmath>
#include <string>
#include <vector>

#include <wasmer/wasm/opcode.hpp>

#include "../../catch.hpp"
#include "emission.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::singlepass;
using namespace wasmer::tests;

namespace {

using Value = wasmer::Value;

std::string type_of(char letter) { return letter == 'v' ? "v128" : letter == 'i' ? "i32" : letter == 'l' ? "i64" : letter == 'f' ? "f32" : "f64"; }

/// The instruction as text; a lane is the last but one, or the only one.
std::string instruction(const OpInfo& row) {
  const std::string text = " " + std::string(row.text) + " ";
  if (row.immediate != Immediate::lane) return text;
  return text + (row.text.find("x2") != row.text.npos ? "1" : row.text.find("x4") != row.text.npos ? "2" : row.text.find("x8") != row.text.npos ? "6" : "14") + " ";
}

/// An operand that is no NaN whichever way its lanes are read.
Value operand(char letter, std::uint64_t seed) {
  V128 vector = mixed(seed);
  for (std::size_t i = 3; i < 16; i += 4) vector.bytes[i] = static_cast<std::uint8_t>(vector.bytes[i] & 0xBF);
  if (letter == 'v') return Value(vector);
  if (letter == 'i') return Value(static_cast<std::int32_t>(seed * 2654435761u));
  if (letter == 'l') return Value(static_cast<std::int64_t>(seed * 0x9E37'79B9'7F4A'7C15u));
  if (letter == 'f') return Value(static_cast<float>(seed) * 1.5f - 20);
  return Value(static_cast<double>(seed) * 2.5 - 30);
}
std::string constant(const Value& value) {
  switch (value.type().kind()) {
    case ValueType::v128: return tests::constant(value.v128());
    case ValueType::i32: return "(i32.const " + std::to_string(value.i32()) + ")";
    case ValueType::i64: return "(i64.const " + std::to_string(value.i64()) + ")";
    case ValueType::f32: return "(f32.reinterpret_i32 (i32.const " + std::to_string(value.i32()) + "))";
    default: return "(f64.reinterpret_i64 (i64.const " + std::to_string(value.i64()) + "))";
  }
}

std::string gets(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += " (local.get " + std::to_string(i) + ")";
  return text;
}

/// All that is neither a load nor a store, with operands wherever they can be. Each way is compared with that where they are parameters, which the official
/// suite is for.
void check_places(const OpInfo& row) {
  const std::string operands(row.signature.substr(0, row.signature.find(':'))), results(row.signature.substr(row.signature.find(':') + 1));
  const std::string op = instruction(row), result = " (result " + type_of(results[0]) + ")";
  std::string params = "(param";
  for (const char letter : operands) params += " " + type_of(letter);
  params += ")";
  const std::string head = params + result;
  // Twenty vectors more than fit the registers, all of them needed afterwards.
  std::string pressure, relief, clobbered;
  for (int i = 0; i < 20; ++i) pressure += "(i32x4.splat (i32.add (local.get $n) (i32.const " + std::to_string(i) + ")))", relief += i == 0 ? "" : " i32x4.add";
  const std::size_t count = operands.size();
  std::string text = "(module (import \"env\" \"noise\" (func $noise))\n(func (export \"params\") " + head + gets(count) + op + ")\n" +
                     "(func (export \"homes\") " + head + gets(count) + " call $noise" + op + ")\n" +
                     // As operands of their own, and only in their homes.
                     "(func (export \"spilled\") " + head;
  for (std::size_t i = 0; i < count; ++i) text += "(block (result " + type_of(operands[i]) + ") (local.get " + std::to_string(i) + ") (br 0))";
  text += " call $noise" + op + ")\n";
  text += "(func (export \"pressure\") " + head + "(local $n i32) (local $r " + type_of(results[0]) + ")" + pressure + gets(count) + op + "(local.set $r)" +
          relief + " drop (local.get $r))\n";
  for (std::size_t i = 0; i < count; ++i) {
    if (type_of(operands[i]) == type_of(results[0]))
      text += "(func (export \"into " + std::to_string(i) + "\") " + head + gets(count) + op + "(local.set " + std::to_string(i) + ") (local.get " + std::to_string(i) + "))\n";
    std::string mixed_gets;
    for (std::size_t k = 0; k < count; ++k) mixed_gets += k == i ? constant(operand(operands[k], 7 + k)) : " (local.get " + std::to_string(k) + ")";
    text += "(func (export \"constant " + std::to_string(i) + "\") " + head + mixed_gets + op + ")\n";
    text += "(func (export \"given " + std::to_string(i) + "\") " + head + "(local.set " + std::to_string(i) + " " + constant(operand(operands[i], 7 + i)) + ")" + gets(count) + op + ")\n";
  }
  // In the same register, and where the old value is needed still.
  if (operands == "vv" || operands == "vvv") {
    text += "(func (export \"same\") " + head + "(local.set 1 (local.get 0))" + (count == 3 ? "(local.set 2 (local.get 0))" : "") + gets(count) + op + ")\n";
    text += "(func (export \"twice\") " + head + "(local.get 0) (local.get 0)" + (count == 3 ? "(local.get 0)" : "") + op + ")\n";
    text += "(func (export \"kept\") " + head + gets(count) + gets(count) + op + "(local.set 0)" + op + ")\n";
  }
  text += ")";
  const VectorGuests guests(text);
  const auto expected = [&](const VectorGuest& guest, const std::string& name, const std::vector<Value>& arguments, const std::vector<Value>& as_params) {
    const std::string got = to_hex(guest.call(name, arguments)), wanted = to_hex(guest.call("params", as_params));
    if (got != wanted) FAIL_CHECK(row.text << ", " << name << ": " << got << " rather than " << wanted);
  };
  for (std::size_t set = 0; set < instruction_sets.size(); ++set) {
    INFO(instruction_sets[set]);
    for (std::uint64_t seed = 1; seed < 6; ++seed) {
      std::vector<Value> arguments;
      for (std::size_t i = 0; i < count; ++i) arguments.push_back(operand(operands[i], seed * 10 + i));
      for (const char* const name : {"homes", "spilled", "pressure"}) expected(guests[set], name, arguments, arguments);
      for (std::size_t i = 0; i < count; ++i) {
        std::vector<Value> given = arguments;
        given[i] = operand(operands[i], 7 + i);
        expected(guests[set], "constant " + std::to_string(i), arguments, given);
        expected(guests[set], "given " + std::to_string(i), arguments, given);
        if (type_of(operands[i]) == type_of(results[0])) expected(guests[set], "into " + std::to_string(i), arguments, arguments);
      }
      if (operands != "vv" && operands != "vvv") continue;
      expected(guests[set], "kept", arguments, arguments);
      const std::vector<Value> same(count, arguments[0]);
      expected(guests[set], "same", arguments, same);
      expected(guests[set], "twice", arguments, same);
    }
  }
}

constexpr V128 ones = [] {
  V128 all;
  for (std::uint8_t& byte : all.bytes) byte = 0xFF;
  return all;
}();

}  // namespace

TEST_CASE("every vector instruction finds its operands wherever they are, and leaves alone what is needed still", "[singlepass]") {
  int checked = 0;
  for (const OpInfo& row : ops) {
    if (row.prefix != 0xFD || row.immediate == Immediate::lanes16 || row.family == Family::constant) continue;
    if (row.signature[0] == 'a') continue;  // memory
    check_places(row);
    ++checked;
  }
  CHECK(checked == 236 - 2 - 22 + 20);  // without v128.const, the shuffle, loads and stores; with the relaxed ones
}

TEST_CASE("a lane is repeated to its vector's end", "[singlepass]") {
  CHECK(splat(std::uint8_t{0xFF}) == ones);
  CHECK(splat(~std::uint64_t{0}) == ones);
  CHECK(lanes_in<std::uint32_t>(splat(std::uint32_t{0x01020304})) == Lanes<std::uint32_t>{0x01020304, 0x01020304, 0x01020304, 0x01020304});
  CHECK(splat(std::uint16_t{0x0102}).bytes[15] == 1);
}

TEST_CASE("an instruction is one of three operands with AVX, and a move and one of two without", "[singlepass]") {
  Emission without({}, {}, {.cpu = {.sse41 = true}}), with({}, {}, {.cpu = {.sse41 = true, .avx = true}});
  for (Emission* const function : {&without, &with}) {
    packed(function->e, Packed::psubd, Xmm::xmm1, Xmm::xmm2, Xmm::xmm3);
    packed(function->e, Packed::psubd, Xmm::xmm2, Xmm::xmm2, Xmm::xmm3);
  }
  CHECK(without.code() == code_of([](Masm& m) { m.mov(Xmm::xmm1, Xmm::xmm2), m.sse(Packed::psubd, Xmm::xmm1, Xmm::xmm3), m.sse(Packed::psubd, Xmm::xmm2, Xmm::xmm3); }));
  CHECK(with.code() == code_of([](Masm& m) { m.avx(Packed::psubd, Xmm::xmm1, Xmm::xmm2, Xmm::xmm3), m.avx(Packed::psubd, Xmm::xmm2, Xmm::xmm2, Xmm::xmm3); }));
}

TEST_CASE("where operands may change places, the result may be either without AVX", "[singlepass]") {
  Emission function({}, {}, {.cpu = {.sse41 = true}});
  packed_either(function.e, Packed::paddd, Xmm::xmm3, Xmm::xmm2, Xmm::xmm3);
  CHECK(function.code() == code_of([](Masm& m) { m.sse(Packed::paddd, Xmm::xmm3, Xmm::xmm2); }));
}

TEST_CASE("a constant is read from behind the code, and an operand in its home from there", "[singlepass]") {
  Emission function({ValueType::v128}, {}, {.cpu = {.sse41 = true, .avx = true}});
  function.push(ValueType::v128, Xmm::xmm4);
  function.e.values.push_home(ValueType::v128);
  const std::uint32_t slot = function.e.values.height() - 1;
  function.mark();
  emit_packed(function.e, Packed::psubd, Order::straight);
  CHECK(function.code() == code_of([&](Masm& m) { m.avx(Packed::psubd, Xmm::xmm4, Xmm::xmm4, home(slot, wide_home)); }));
  function.mark();
  function.e.values.push_constant(ValueType::v128, function.e.vectors.add(ones));
  emit_packed(function.e, Packed::psubd, Order::straight);
  CHECK(function.e.masm.offset() - function.begin == 8);
  CHECK(function.e.vectors.label(ones).is_used());
}

TEST_CASE("a temporary register is free again when it goes out of scope", "[singlepass]") {
  Emission function;
  const RegSet free = function.e.values.free();
  {
    const Temporary first(function.e), second(function.e);
    CHECK(Xmm(first) != Xmm(second));
    CHECK_FALSE(function.e.values.is_free(Reg(Xmm(first))));
  }
  CHECK(function.e.values.free() == free);
}
