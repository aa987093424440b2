#include <wasmer/vm/table.hpp>

#include <wasmer/vm/collect.hpp>
#include <wasmer/vm/extern_object.hpp>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;

TEST_CASE("a table starts with its minimum of elements, all the initial value") {
  const auto table = vm::Table::create({externref, {3, {}}}, 7).value();
  CHECK(table->size() == 3);
  for (const vm::Reference element : table->elements()) CHECK(element == 7);
}

TEST_CASE("a table grows up to its maximum, and views follow") {
  const auto table = vm::Table::create({externref, {1, 4000}}).value();
  vm::TableView view, gone;
  table->attach(view), table->attach(gone), table->detach(gone);
  CHECK(table->grow_by(3998, 9) == 1);
  CHECK(view.size == 3999);
  CHECK(view.elements[0] == 0);
  CHECK(view.elements[3998] == 9);
  CHECK(gone.size == 1);
  CHECK_FALSE(table->grow_by(2, 0));
  CHECK(table->grow_by(1, 0) == 3999);
  CHECK_FALSE(table->grow_by(~std::uint64_t{0}, 0));
  CHECK(table->type().limits.minimum == 4000);
}

TEST_CASE("a table that would take the host's memory is refused") {
  CHECK(vm::Table::create({funcref, {0xFFFFFFFF, {}}}).error().id() == ErrorId::out_of_memory);
  const auto table = vm::Table::create({funcref, {0, 0xFFFFFFFF}}).value();
  CHECK_FALSE(table->grow_by(0xFFFFFFFF, 0));
  CHECK(table->size() == 0);
}

TEST_CASE("the embedder reads and writes a guest's table by values") {
  Store store;
  Instance& guest = tests::instantiate(store, R"((module (type $t (func (result i32)))
    (table $t (export "t") 2 4 funcref) (elem declare func $seven) (func $seven (export "seven") (result i32) (i32.const 7))
    (func (export "call") (param i32) (result i32) (call_indirect $t (type $t) (local.get 0)))))");
  const auto table = guest.table("t").value();
  const Value seven(&guest.function("seven").value().reference());
  CHECK(table->get(1).value() == Value::zero(funcref));
  REQUIRE(table->set(1, seven));
  CHECK(table->get(1).value() == seven);
  const auto call = guest.function<std::int32_t(std::int32_t)>("call").value();
  CHECK(call(1).value() == 7);
  CHECK(table->grow(2, seven).value() == 2);
  CHECK(call(3).value() == 7);
  REQUIRE(table->set(1, Value::zero(funcref)));
  CHECK(call(1).error().id() == ErrorId::uninitialized_element);
}

TEST_CASE("a table takes no element that is not there, and no value of another type or store") {
  Store store, other;
  constexpr auto text = R"((module (table (export "t") 2 4 funcref) (func (export "f"))))";
  Instance &guest = tests::instantiate(store, text), &stranger = tests::instantiate(other, text);
  const auto table = guest.table("t").value();
  CHECK(table->get(2).error().message() == "trap: out of bounds table access: element 2 of 2");
  CHECK(table->set(~std::uint64_t{0}, Value::zero(funcref)).error().id() == ErrorId::out_of_bounds_table_access);
  CHECK(table->set(0, Value(7)).error().message() == "host: value that is not of the type: expected funcref, got i32");
  CHECK(table->set(0, Value(&stranger.function("f").value().reference())).error().id() == ErrorId::wrong_value);
  CHECK(table->grow(1, Value(ExternRef{4})).error().id() == ErrorId::wrong_value);
  CHECK(table->grow(3, Value::zero(funcref)).error().message() == "exhausted: out of memory: a table of 2 elements cannot grow by 3");
  CHECK(vm::Table::create(store, {funcref, {2, {}}}, Value(ExternRef{})).error().id() == ErrorId::wrong_value);
  CHECK((table->size() == 2 && table->get(0).value().is_null()));
}

TEST_CASE("what a table of the embedder's refers to lives as long as its store, imported or not") {
  const auto counted = std::make_shared<int>(7);
  std::shared_ptr<vm::Table> table;
  {
    Store store;
    table = vm::Table::create(store, {externref, {1, {}}}, Value(ExternRef{})).value();
    REQUIRE(table->grow(1, make_extern(store, counted).value().get()));
    vm::collect(store);
    CHECK(counted.use_count() == 2);
    CHECK(extern_value<std::shared_ptr<int>>(store, table->get(1).value().extern_ref()) != nullptr);
    REQUIRE(table->set(1, Value(ExternRef{})));
    vm::collect(store);
    CHECK(counted.use_count() == 1);
    REQUIRE(table->set(1, make_extern(store, counted).value().get()));
  }
  CHECK(counted.use_count() == 1);
  CHECK(table->store() == nullptr);
  CHECK(table->get(1).value().is_null());
}

TEST_CASE("a table belongs to the first store that imports it") {
  constexpr auto text = R"((module (import "" "t" (table 1 funcref)) (func $f (export "f")) (elem declare func $f)))";
  const auto table = vm::Table::create({funcref, {1, {}}}).value();
  Store first, second;
  Instance& guest = tests::instantiate(first, text, {table});
  CHECK(table->store() == &first);
  REQUIRE(table->set(0, Value(&guest.function("f").value().reference())));
  const auto refused = vm::Instantiation::run(second, tests::compile(text), std::array<Extern, 1>{table});
  CHECK(refused.error().message() == "unlinkable: incompatible import type: \"\" \"t\" belongs to another store");
}
