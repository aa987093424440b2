#include <wasmer/vm/constant.hpp>

#include <string>

#include "../catch.hpp"
#include "handmade.hpp"

using namespace wasmer;

namespace {

/// The value of an expression; $i is an imported global, -3.
std::uint64_t word_of(std::string_view type, std::string_view expression) {
  Store store;
  const std::string global = "(global " + std::string(type) + " " + std::string(expression) + ")";
  const auto code = tests::publish("(module (import \"\" \"i\" (global $i i64)) " + global + ")", {});
  Instance& instance = *vm::Instantiation::run(store, code, std::array<Extern, 1>{vm::Global::create({ValueType::i64}, std::int64_t{-3})}).value();
  return vm::evaluate_word(instance, instance.module().globals[1].init);
}

}  // namespace

TEST_CASE("a number is its bits, an i32 without the sign above it") {
  CHECK(word_of("i32", "(i32.const -1)") == 0xFFFF'FFFF);
  CHECK(word_of("i64", "(i64.const -1)") == ~std::uint64_t{0});
  CHECK(word_of("f32", "(f32.const -0.0)") == 0x8000'0000);
  CHECK(word_of("f64", "(f64.const nan:0x4000000000001)") == 0x7FF4'0000'0000'0001);
}

TEST_CASE("a null is 0, of whatever type") {
  CHECK(word_of("funcref", "(ref.null func)") == 0);
  CHECK(word_of("externref", "(ref.null extern)") == 0);
}

TEST_CASE("a global gives its value, a vector's all sixteen bytes") {
  CHECK(word_of("i64", "(global.get $i)") == static_cast<std::uint64_t>(-3));
  Store store;
  V128 vector;
  vector.bytes[0] = 1, vector.bytes[15] = 2;
  const auto code =
      tests::publish("(module (import \"\" \"v\" (global $v v128)) (global v128 (global.get $v)) (global v128 (v128.const i64x2 5 6)))", {});
  Instance& instance = *vm::Instantiation::run(store, code, std::array<Extern, 1>{vm::Global::create({ValueType::v128}, vector)}).value();
  const auto value = [&](std::size_t global) { return vm::evaluate(instance, instance.module().globals[global].init); };
  CHECK(value(1) == vector);
  CHECK(value(2).bytes[0] == 5);
  CHECK(value(2).bytes[8] == 6);
}

TEST_CASE("a function is the reference that the instance has for it") {
  Store store;
  Instance& instance = tests::instantiate(store, tests::publish("(module (func unreachable) (func unreachable) (global funcref (ref.func 1)))",
                                                                {tests::bytes::unreachable, tests::bytes::unreachable}));
  CHECK(vm::evaluate_word(instance, instance.module().globals[0].init) == reinterpret_cast<vm::Reference>(instance.func_ref(1)));
}

TEST_CASE("arithmetic wraps at the width of its type, and subtracts the second from the first") {
  CHECK(word_of("i32", "(i32.add (i32.const -1) (i32.const 2))") == 1);
  CHECK(word_of("i32", "(i32.sub (i32.const 3) (i32.const 5))") == 0xFFFF'FFFE);
  CHECK(word_of("i32", "(i32.mul (i32.const 0x10000) (i32.const 0x10001))") == 0x10000);
  CHECK(word_of("i64", "(i64.add (i64.const -1) (i64.const 2))") == 1);
  CHECK(word_of("i64", "(i64.sub (i64.const 3) (i64.const 5))") == static_cast<std::uint64_t>(-2));
  CHECK(word_of("i64", "(i64.mul (i64.const 0x100000000) (i64.const 0x100000001))") == 0x1'0000'0000);
}

TEST_CASE("operands may be expressions themselves") {
  CHECK(word_of("i64", "(i64.sub (i64.mul (i64.add (global.get $i) (i64.const 10)) (i64.const 6)) (i64.sub (i64.const 1) (i64.const 1)))") == 42);
}
