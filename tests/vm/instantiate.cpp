#include <wasmer/vm/instantiate.hpp>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using tests::compile, tests::instantiate;

namespace {
Error failure(Store& store, std::string_view text, std::initializer_list<Extern> imports) {
  return vm::Instantiation::run(store, compile(text), imports).error();
}
std::int32_t call(Instance& instance, std::string_view name = "f") { return instance.function<std::int32_t()>(name).value()().value(); }
}  // namespace

TEST_CASE("an import that does not fit is refused, with both types") {
  Store store;
  CHECK(failure(store, "(module (import \"a\" \"b\" (func (param i32))))", {HostFunction([](std::int64_t) {})}).message() ==
        "unlinkable: incompatible import type: \"a\" \"b\": expected (func (param i32)), got (func (param i64))");
  CHECK(failure(store, "(module (import \"a\" \"b\" (func (param i32))))", {Extern()}).message() ==
        "unlinkable: unknown import: \"a\" \"b\" (func (param i32))");
  const auto memory = vm::Memory::create({.limits = {1, 3}}, Bounds::guard_pages).value();
  CHECK(failure(store, "(module (import \"a\" \"b\" (memory 2 3)))", {memory}).message() ==
        "unlinkable: incompatible import type: \"a\" \"b\": expected (memory 2 3), got (memory 1 3)");
  CHECK(failure(store, "(module (import \"a\" \"b\" (table 1 funcref)))", {vm::Table::create({externref, {1, {}}}).value()}).message() ==
        "unlinkable: incompatible import type: \"a\" \"b\": expected (table 1 funcref), got (table 1 externref)");
  CHECK(failure(store, "(module (import \"a\" \"b\" (global (mut i32))))", {vm::Global::create({ValueType::i32}, 1)}).message() ==
        "unlinkable: incompatible import type: \"a\" \"b\": expected (global (mut i32)), got (global i32)");
  CHECK(failure(store, "(module (import \"a\" \"b\" (global i32)))", {HostFunction([] {})}).id() == ErrorId::incompatible_import_type);
}

TEST_CASE("limits are matched with the present size") {
  Store store;
  const auto memory = vm::Memory::create({.limits = {1, 5}}, Bounds::guard_pages).value();
  CHECK(failure(store, "(module (import \"\" \"\" (memory 3)))", {memory}).id() == ErrorId::incompatible_import_type);
  memory->grow(2);
  CHECK(vm::Instantiation::run(store, compile("(module (import \"\" \"\" (memory 3)))"), std::array<Extern, 1>{memory}).has_value());
  CHECK(failure(store, "(module (import \"\" \"\" (memory 3 4)))", {memory}).id() == ErrorId::incompatible_import_type);
  CHECK(failure(store, "(module (import \"\" \"\" (memory 3 4)))", {vm::Memory::create({.limits = {3, {}}}, Bounds::guard_pages).value()}).id() ==
        ErrorId::incompatible_import_type);
}

TEST_CASE("code that relies on guard pages is not given a memory without them") {
  Store store;
  const auto memory = vm::Memory::create({.limits = {1, {}}}, Bounds::explicit_).value();
  CHECK(failure(store, "(module (import \"\" \"\" (memory 1)))", {memory}).id() == ErrorId::incompatible_import_type);
  const auto guarded = vm::Memory::create({.limits = {1, {}}}, Bounds::guard_pages).value();
  CHECK(vm::Instantiation::run(store, compile("(module (import \"\" \"\" (memory 1)))", Bounds::explicit_), std::array<Extern, 1>{guarded})
            .has_value());
}

TEST_CASE("a function of another store is refused") {
  Store store, other;
  Instance& stranger = instantiate(other, "(module (func (export \"f\")))");
  CHECK(failure(store, "(module (import \"a\" \"f\" (func)))", {stranger.find("f")}).message() ==
        "unlinkable: incompatible import type: \"a\" \"f\" belongs to another store");
}

TEST_CASE("a mutable global is one for all who import it, an immutable one is copied") {
  Store store;
  const auto counter = vm::Global::create({ValueType::i32, true}, 7);
  const auto base = vm::Global::create({ValueType::i64}, std::int64_t{1} << 40);
  constexpr std::string_view text = R"((module (import "" "counter" (global $c (mut i32))) (import "" "base" (global $b i64))
    (func (export "f") (result i32) (global.set $c (i32.add (global.get $c) (i32.const 1))) (global.get $c))
    (func (export "base") (result i64) (global.get $b)) (export "counter" (global $c))))";
  Instance &first = instantiate(store, text, {counter, base}), &second = instantiate(store, text, {first.find("counter"), base});
  CHECK(call(first) == 8);
  CHECK(call(second) == 9);
  CHECK(counter->get() == Value(9));
  REQUIRE(counter->set(20));
  CHECK(call(second) == 21);
  CHECK(second.function<std::int64_t()>("base").value()().value() == std::int64_t{1} << 40);
  CHECK(second.global("counter").value()->get() == Value(21));
}

TEST_CASE("a memory that one instance grows is longer for all") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    Store store;
    Instance& owner = *vm::Instantiation::run(store, compile(R"((module (memory (export "m") 1) (func (export "f") (result i32) (memory.size))
      (func (export "peek") (result i32) (i32.load (i32.const 6553600)))))", bounds), {}).value();
    const auto user_code = compile(R"((module (import "" "m" (memory 1)) (func (export "f") (result i32) (memory.grow (i32.const 100)))
      (func (export "poke") (i32.store (i32.const 6553600) (i32.const 77)))))", bounds);
    Instance& user = *vm::Instantiation::run(store, user_code, std::array{owner.find("m")}).value();
    CHECK(owner.function<std::int32_t()>("peek").value()().error().id() == ErrorId::out_of_bounds_memory_access);
    CHECK(call(user) == 1);
    CHECK(call(owner) == 101);
    CHECK(user.function<void()>("poke").value()().has_value());
    CHECK(call(owner, "peek") == 77);
  }
}

TEST_CASE("an indirect call reaches functions of other instances, whose types are compared, not whose indices") {
  Store store;
  Instance& callee = instantiate(store, R"((module (type (func)) (type (func (param i64))) (memory 2)
    (func (export "size") (result i32) (memory.size))
    (func (export "other") (param i64) (result i32) (i32.const 1)) (table (export "t") 3 funcref) (elem (i32.const 0) 0 1)))");
  Instance& caller = instantiate(store, R"((module (type $t (func (result i32))) (import "" "t" (table 3 funcref))
    (func (export "f") (param i32) (result i32) (call_indirect (type $t) (local.get 0)))))",
                                 {callee.find("t")});
  const auto f = caller.function<std::int32_t(std::int32_t)>("f").value();
  CHECK(f(0).value() == 2);
  CHECK(f(1).error().message() == "trap: indirect call type mismatch");
  CHECK(f(2).error().id() == ErrorId::uninitialized_element);
  CHECK(f(3).error().id() == ErrorId::undefined_element);
}

TEST_CASE("hundreds of memories in one store trap each in its own reservation") {
  Store store;
  const auto code = compile("(module (memory 1) (func (export \"f\") (result i32) (i32.load (i32.const 100000))))");
  for (int i = 0; i < 200; ++i)
    CHECK(vm::Instantiation::run(store, code, {}).value()->function<std::int32_t()>("f").value()().error().id() ==
          ErrorId::out_of_bounds_memory_access);
}

TEST_CASE("a memory or table that cannot be had is an error") {
  Store store;
  CHECK(failure(store, "(module (table 20000000 funcref))", {}).id() == ErrorId::out_of_memory);
}
