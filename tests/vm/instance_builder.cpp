#include <wasmer/vm/instance_builder.hpp>

#include <cstring>
#include <memory>
#include <string>

#include <wasmer/vm/pool.hpp>

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

TEST_CASE("a global's own value may be another's, a function or a vector") {
  Store store;
  Instance& guest = instantiate(
      store, R"((module (import "" "" (global $i i32)) (global (export "copy") i32 (global.get $i)) (global (export "fn") funcref (ref.func $f))
    (global (export "sum") (mut i64) (i64.const -3)) (func $f (export "f"))))",
      {vm::Global::create({ValueType::i32}, 5)});
  CHECK(guest.global("copy").value()->get() == Value(5));
  CHECK(guest.global("fn").value()->get().func_ref() == &guest.function("f").value().reference());
  CHECK(guest.global("sum").value()->get() == Value(std::int64_t{-3}));
}

TEST_CASE("active segments are copied in order, and what was copied before one that does not fit stays") {
  Store store;
  Instance& owner = instantiate(
      store, R"((module (memory (export "m") 1) (table (export "t") 4 funcref) (func (export "f") (result i32) (i32.load8_u (i32.const 5)))
    (type $t (func (result i32))) (func (export "call") (result i32) (call_indirect (type $t) (i32.const 1)))))");
  CHECK(failure(store,
                R"((module (import "" "m" (memory 1)) (import "" "t" (table 4 funcref)) (func $g (result i32) (i32.const 33)) (elem (i32.const 1) $g)
    (data (i32.const 5) "\2a") (data (i32.const 65535) "ab")))",
                {owner.find("m"), owner.find("t")})
            .message() == "trap: out of bounds memory access");
  CHECK(call(owner) == 42);
  CHECK(call(owner, "call") == 33);
  CHECK(failure(store, "(module (import \"\" \"t\" (table 4 funcref)) (func $g) (elem (i32.const 4) $g))", {owner.find("t")}).message() ==
        "trap: out of bounds table access");
}

TEST_CASE("data of many pages is where it belongs, however its segments lie, whose pages are asked for at once") {
  const auto filled = [](std::size_t bytes, char with) { return std::string(bytes, with); };
  const std::string text = "(module (memory (export \"m\") 2) (memory 1 1) (data \"passive\")"
                           " (data (i32.const 100) \"" + filled(20000, 'a') + "\") (data (i32.const 24000) \"" + filled(9000, 'b') + "\")"
                           " (data (i32.const 30000) \"" + filled(10, 'c') + "\") (data \"passive\") (data (memory 1) (i32.const 0) \"" + filled(65536, 'd') + "\")"
                           " (data (i32.const 0) \"" + filled(5, 'e') + "\") (data (i32.const 111072) \"" + filled(20000, 'f') + "\")"
                           " (data (i32.const 131072) \"\") %s)";
  std::string expected(131072, '\0');
  expected.replace(100, 20000, 20000, 'a').replace(24000, 9000, 9000, 'b').replace(30000, 10, 10, 'c').replace(0, 5, 5, 'e').replace(111072, 20000, 20000, 'f');
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_})
    for (const auto& pool : {std::shared_ptr<vm::Pool>(), std::make_shared<vm::Pool>(Pooling{.slots = 4})})
      for (int round = 0; round < 2; ++round) {
        Store store;
        const auto code = compile(std::string(text).replace(text.find("%s"), 2, ""), bounds);
        const auto bytes = vm::Instantiation::run(store, code, {}, pool).value()->memory("m").value()->bytes();
        CHECK(std::memcmp(bytes.data(), expected.data(), expected.size()) == 0);
        const std::string beyond = "(data (i32.const 120000) \"" + filled(11073, 'g') + "\")";
        const auto refused = compile(std::string(text).replace(text.find("%s"), 2, beyond), bounds);
        CHECK(vm::Instantiation::run(store, refused, {}, pool).error().id() == ErrorId::out_of_bounds_memory_access);
      }
}

TEST_CASE("the start function runs, and its trap is the instantiation's") {
  Store store;
  bool started = false;
  instantiate(store, "(module (import \"\" \"\" (func $g)) (start $g))", {HostFunction([&started] { started = true; })});
  CHECK(started);
  const Error error = failure(store, "(module (func $f unreachable) (start $f))", {});
  CHECK(error.id() == ErrorId::unreachable);
  CHECK(error.backtrace().size() == 1);
}
