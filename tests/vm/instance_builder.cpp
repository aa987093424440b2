#include <wasmer/vm/instance_builder.hpp>

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

TEST_CASE("the start function runs, and its trap is the instantiation's") {
  Store store;
  bool started = false;
  instantiate(store, "(module (import \"\" \"\" (func $g)) (start $g))", {HostFunction([&started] { started = true; })});
  CHECK(started);
  const Error error = failure(store, "(module (func $f unreachable) (start $f))", {});
  CHECK(error.id() == ErrorId::unreachable);
  CHECK(error.backtrace().size() == 1);
}
