#include <wasmer/vm/function.hpp>

#include "../catch.hpp"
#include "handmade.hpp"

using namespace wasmer;
using tests::Body;

TEST_CASE("a typed function takes arguments in registers and gives its result") {
  Store store;
  Instance& instance = tests::instantiate(store, tests::publish("(module (func (export \"add\") (param i32 i32) (result i32) unreachable))", {tests::bytes::add}));
  const auto add = instance.function<std::int32_t(std::int32_t, std::int32_t)>("add").value();
  CHECK(add(1, 2).value() == 3);
  CHECK(add(-5, 2).value() == -3);
}

TEST_CASE("arguments beyond the registers go to the words below the context") {
  // The sixth and seventh integer: mov rax, [rdi - 8]; sub rax, [rdi - 16]; ret
  Store store;
  Instance& instance = tests::instantiate(store, tests::publish("(module (func (export \"f\") (param i64 i64 i64 i64 i64 i64 i64) (result i64) unreachable))",
                                                               {Body{{0x48, 0x8B, 0x47, 0xF8, 0x48, 0x2B, 0x47, 0xF0, 0xC3}}}));
  using L = std::int64_t;
  CHECK(instance.function<L(L, L, L, L, L, L, L)>("f").value()(1, 2, 3, 4, 5, 60, 7).value() == 53);
  const std::vector<Value> args{L{1}, L{2}, L{3}, L{4}, L{5}, L{60}, L{7}};
  CHECK(instance.function("f").value().call(args).value() == std::vector<Value>{L{53}});
}

TEST_CASE("results after the first are a tuple's further elements") {
  // f64 in xmm0, then i32 and v128 at rest: movsd xmm0 = arg 0 already; mov [rsi], edx; movups [rsi + 8], xmm1; ret
  Store store;
  Instance& instance = tests::instantiate(store, tests::publish("(module (func (export \"f\") (param f64 i32 v128) (result f64 i32 v128) unreachable))",
                                                               {Body{{0x89, 0x16, 0x0F, 0x11, 0x4E, 0x08, 0xC3}}}));
  V128 vector;
  for (std::uint8_t i = 0; i < 16; ++i) vector.bytes[i] = static_cast<std::uint8_t>(i * 3);
  const auto f = instance.function<std::tuple<double, std::int32_t, V128>(double, std::int32_t, V128)>("f").value();
  CHECK(f(2.5, -9, vector).value() == std::tuple(2.5, -9, vector));
  const std::vector<Value> args{2.5, std::int32_t{-9}, vector};
  CHECK(instance.function("f").value().call(args).value() == args);
}

TEST_CASE("the upper half of an i32 result is not part of the value") {
  // mov rax, -1; ret
  Store store;
  Instance& instance = tests::instantiate(
      store, tests::publish("(module (func (export \"f\") (result i32) unreachable))", {Body{{0x48, 0xC7, 0xC0, 0xFF, 0xFF, 0xFF, 0xFF, 0xC3}}}));
  CHECK(instance.function("f").value().call({}).value() == std::vector<Value>{std::int32_t{-1}});
  CHECK(instance.function<std::uint32_t()>("f").value()().value() == 0xFFFFFFFF);
}

TEST_CASE("a signature is checked when the function is asked for") {
  Store store;
  Instance& instance = tests::instantiate(
      store, tests::publish("(module (func (export \"add\") (param i32 i32) (result i32) unreachable) (memory (export \"m\") 1))", {tests::bytes::add}));
  CHECK(instance.function<void(std::int32_t)>("add").error().message() ==
        "unlinkable: incompatible export type: expected (func (param i32)), got (func (param i32 i32) (result i32))");
  CHECK(instance.function<void()>("none").error().message() == "unlinkable: unknown export: \"none\"");
  CHECK(instance.function<void()>("m").error().message() == "unlinkable: incompatible export type: \"m\": expected a function, got (memory 1)");
}

TEST_CASE("arguments of an untyped call are checked") {
  Store store;
  Instance& instance = tests::instantiate(store, tests::publish("(module (func (export \"add\") (param i32 i32) (result i32) unreachable))", {tests::bytes::add}));
  const Function add = instance.function("add").value();
  CHECK(add.call(std::vector<Value>{1}).error().id() == ErrorId::wrong_arguments);
  CHECK(add.call(std::vector<Value>{1, 2.0}).error().message() ==
        "host: arguments that do not match the function's type: expected i32, got f64");
}

TEST_CASE("references are passed as they are, null where that is allowed") {
  // mov rax, rsi; ret
  Store store, other;
  const auto code = tests::publish("(module (func (export \"f\") (param funcref) (result funcref) unreachable))", {Body{{0x48, 0x89, 0xF0, 0xC3}}});
  Instance& instance = tests::instantiate(store, code);
  const Function f = instance.function("f").value();
  CHECK(f.call(std::vector<Value>{Value(&f.reference())}).value()[0].func_ref() == &f.reference());
  CHECK(f.call(std::vector<Value>{Value::zero(funcref)}).value()[0].is_null());
  CHECK_FALSE(f.call(std::vector<Value>{Value(ExternRef{1})}).has_value());
  Instance& stranger = tests::instantiate(other, code);
  CHECK_FALSE(f.call(std::vector<Value>{Value(stranger.func_ref(0))}).has_value());
}

TEST_CASE("callee-saved registers are the caller's again after a call, trapped or not") {
  // xor ebx, ebx; xor r12d, r12d; xor r13d, r13d; xor r14d, r14d; xor r15d, r15d; xor ebp, ebp; ud2
  Store store;
  Instance& instance = tests::instantiate(
      store, tests::publish("(module (func (export \"f\") unreachable))",
                            {Body{{0x31, 0xDB, 0x45, 0x31, 0xE4, 0x45, 0x31, 0xED, 0x45, 0x31, 0xF6, 0x45, 0x31, 0xFF, 0x31, 0xED, 0x0F, 0x0B},
                                  {{16, 0, vm::TrapSite::always, ErrorId::unreachable}}}}));
  const auto f = instance.function<void()>("f").value();
  volatile int a = 1, b = 2, c = 3;
  int kept[6] = {a, b, c, a + b, b + c, a + c};
  CHECK(f().error().id() == ErrorId::unreachable);
  CHECK((kept[0] == 1 && kept[1] == 2 && kept[2] == 3 && kept[3] == 3 && kept[4] == 5 && kept[5] == 4));
}
