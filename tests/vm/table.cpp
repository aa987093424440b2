#include <wasmer/vm/table.hpp>

#include "../catch.hpp"

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
  CHECK(table->grow(3998, 9) == 1);
  CHECK(view.size == 3999);
  CHECK(view.elements[0] == 0);
  CHECK(view.elements[3998] == 9);
  CHECK(gone.size == 1);
  CHECK_FALSE(table->grow(2, 0));
  CHECK(table->grow(1, 0) == 3999);
  CHECK_FALSE(table->grow(~std::uint64_t{0}, 0));
  CHECK(table->type().limits.minimum == 4000);
}

TEST_CASE("a table that would take the host's memory is refused") {
  CHECK(vm::Table::create({funcref, {0xFFFFFFFF, {}}}).error().id() == ErrorId::out_of_memory);
  const auto table = vm::Table::create({funcref, {0, 0xFFFFFFFF}}).value();
  CHECK_FALSE(table->grow(0xFFFFFFFF, 0));
  CHECK(table->size() == 0);
}
