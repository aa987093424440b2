#include <wasmer/vm/instance.hpp>

#include <type_traits>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using tests::instantiate;

static_assert(!std::is_copy_constructible_v<Instance> && !std::is_move_constructible_v<Instance>, "contexts and stores point to it");
static_assert(vm::ContextBlock::below(0) == 0 && vm::ContextBlock::below(1) == 16 && vm::ContextBlock::below(2) == 16 &&
              vm::ContextBlock::below(3) == 32);

namespace {
constexpr std::string_view all_kinds = R"((module (func (export "f") (param i32)) (memory (export "m") 1) (table (export "t") 2 funcref)
  (global (export "g") i32 (i32.const 5))))";
}  // namespace

TEST_CASE("a block of memory for contexts starts zeroed and aligned") {
  const vm::ContextBlock block(100);
  CHECK(reinterpret_cast<std::uintptr_t>(block.at(0)) % 64 == 0);
  for (std::size_t i = 0; i < 100; ++i) CHECK(*block.at(i) == std::byte{0});
}

TEST_CASE("exports are found by name, as the kind of thing that they are") {
  Store store;
  Instance& guest = instantiate(store, all_kinds);
  CHECK(guest.exports().size() == 4);
  CHECK(std::holds_alternative<Function>(guest.find("f")));
  CHECK(std::get<std::shared_ptr<vm::Memory>>(guest.find("m")) == guest.memories()[0]);
  CHECK(std::get<std::shared_ptr<vm::Table>>(guest.find("t")) == guest.tables()[0]);
  CHECK(std::get<std::shared_ptr<vm::Global>>(guest.find("g"))->get() == Value(5));
  CHECK(std::holds_alternative<std::monostate>(guest.find("F")));
  CHECK(std::holds_alternative<std::monostate>(guest.find("")));
}

TEST_CASE("an export that is not there, or of another kind, is an error that says which") {
  Store store;
  Instance& guest = instantiate(store, all_kinds);
  CHECK(guest.function("x").error().message() == "unlinkable: unknown export: \"x\"");
  CHECK(guest.function("m").error().message() == "unlinkable: incompatible export type: \"m\": expected a function, got (memory 1)");
  CHECK(guest.memory("t").error().message() == "unlinkable: incompatible export type: \"t\": expected a memory, got (table 2 funcref)");
  CHECK(guest.table("g").error().message() == "unlinkable: incompatible export type: \"g\": expected a table, got (global i32)");
  CHECK(guest.global("f").error().message() == "unlinkable: incompatible export type: \"f\": expected a global, got (func (param i32))");
}

TEST_CASE("a function has one reference, by which it is known everywhere") {
  Store store;
  Instance& guest = instantiate(
      store, "(module (func $f (export \"f\")) (func (export \"g\")) (export \"again\" (func $f)) (table (export \"t\") funcref (elem $f)))");
  const vm::FuncRef* const f = guest.func_ref(0);
  CHECK(guest.func_ref(0) == f);
  CHECK(&guest.function("f").value().reference() == f);
  CHECK(&guest.function("again").value().reference() == f);
  CHECK(guest.tables()[0]->elements()[0] == reinterpret_cast<vm::Reference>(f));
  CHECK(guest.func_ref(1) != f);
  CHECK(guest.func_ref(1)->type == f->type);
}

TEST_CASE("an imported function comes first, and its reference leads to where it is defined") {
  Store store;
  Instance& library = instantiate(store, "(module (func (export \"f\")))");
  Instance& user = instantiate(store, "(module (import \"\" \"f\" (func)) (func) (export \"f\" (func 0)) (export \"g\" (func 1)))", {library.find("f")});
  CHECK(user.func_ref(0)->entry == library.func_ref(0)->entry);
  CHECK(user.func_ref(0)->context == &library.context());
  CHECK(user.func_ref(1)->context == &user.context());
}

TEST_CASE("an active segment is dropped when it has been copied, a passive one when the guest says so") {
  Store store;
  Instance& guest = instantiate(
      store, R"((module (memory 1) (table 2 funcref) (func $f) (data (i32.const 0) "ab") (data "cde") (elem (i32.const 0) $f) (elem func $f $f)
    (elem declare func $f) (func (export "drop") (data.drop 1) (elem.drop 1))))");
  CHECK(guest.data(0).empty());
  CHECK(guest.data(1).size() == 3);
  CHECK(guest.element_count(0) == 0);
  CHECK(guest.element_count(1) == 2);
  CHECK(guest.element_count(2) == 0);
  REQUIRE(guest.function<void()>("drop").value()().has_value());
  CHECK(guest.data(1).empty());
  CHECK(guest.element_count(1) == 0);
}

TEST_CASE("a memory and a table outlive the store of their instance, and may grow then") {
  std::shared_ptr<vm::Memory> memory;
  std::shared_ptr<vm::Table> table;
  {
    Store store;
    Instance& guest = instantiate(store, "(module (memory (export \"m\") 1) (table (export \"t\") 1 externref))");
    memory = guest.memory("m").value(), table = guest.table("t").value();
  }
  CHECK(memory->grow(1) == 1u);
  CHECK(table->grow_by(100, 3) == 1u);
  CHECK(table->elements()[100] == 3);
}

TEST_CASE("an instance that imports a shared memory knows what it was made from, for another thread to make one too") {
  const auto memory = vm::Memory::create({.limits = {.minimum = 1, .maximum = 2}, .shared = true}, Bounds::guard_pages).value();
  constexpr std::string_view text = R"((module (import "a" "f" (func $f)) (import "a" "m" (memory 1 2 shared)) (func (export "g") (call $f))))";
  int calls = 0;
  Store store, other_store;
  Instance& guest = instantiate(store, text, {HostFunction([&] { ++calls; }), memory});
  REQUIRE(guest.imports().size() == 2);
  Instance& twin = *vm::Instantiation::run(other_store, guest.shared_code(), guest.imports()).value();
  CHECK(twin.function<void()>("g").value()().has_value());
  CHECK(calls == 1);
  CHECK(twin.memories()[0] == memory);

  CHECK(instantiate(store, R"((module (import "a" "f" (func))))", {HostFunction([] {})}).imports().empty());
}
