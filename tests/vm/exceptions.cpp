#include <wasmer/vm/exceptions.hpp>

#include <array>

#include "../catch.hpp"

using namespace wasmer;
using vm::ExceptionInstance;
using vm::Exceptions;

static_assert(vm::may_hold_exception(exnref) && vm::may_hold_exception(ValueType::reference(HeapType::exn, false)) && !vm::may_hold_exception(externref));

namespace {

std::uintptr_t word(const ExceptionInstance& instance) { return reinterpret_cast<std::uintptr_t>(&instance); }

std::shared_ptr<const vm::Tag> tag(std::initializer_list<ValueType> params = {}) { return vm::Tag::create(std::span(params.begin(), params.size())); }

}  // namespace

TEST_CASE("an exception has a word for each value, two for a vector") {
  Exceptions exceptions;
  ExceptionInstance& instance = exceptions.create(tag({ValueType::i32, ValueType::v128, exnref}));
  CHECK(instance.words == 4);
  CHECK(reinterpret_cast<std::byte*>(instance.values()) == reinterpret_cast<std::byte*>(&instance) + vm::offset::exception_values);
}

TEST_CASE("what nothing refers to is freed, and its tag with it") {
  Exceptions exceptions;
  auto shared = tag();
  const std::weak_ptr<const vm::Tag> watched = shared;
  exceptions.create(std::move(shared));
  exceptions.collect({}, nullptr);
  CHECK(exceptions.size() == 0);
  CHECK(watched.expired());
}

TEST_CASE("a word of the stack that points to or into an exception keeps it") {
  Exceptions exceptions;
  std::array<ExceptionInstance*, 5> each{};
  for (ExceptionInstance*& instance : each) instance = &exceptions.create(tag({ValueType::i64}));
  const std::array<std::uintptr_t, 4> stack{1, word(*each[3]), word(*each[1]) + sizeof(ExceptionInstance), ~std::uintptr_t{0}};
  exceptions.collect(stack, each[4]);
  CHECK(exceptions.size() == 3);
  exceptions.collect(std::span(stack).first(2), nullptr);
  REQUIRE(exceptions.size() == 1);
  CHECK(exceptions.instances()[0] == each[3]);
}

TEST_CASE("an exception keeps those that it carries, however many in a row") {
  Exceptions exceptions;
  ExceptionInstance* last = nullptr;
  for (int i = 0; i < 1000; ++i) {
    ExceptionInstance& next = exceptions.create(tag({exnref}));
    next.values()[0] = reinterpret_cast<std::uintptr_t>(last);
    last = &next;
  }
  exceptions.collect({}, last);
  CHECK(exceptions.size() == 1000);
  last->values()[0] = 0;
  exceptions.collect({}, last);
  CHECK(exceptions.size() == 1);
}

TEST_CASE("tables, globals and the host keep exceptions") {
  Exceptions exceptions;
  const auto table = vm::Table::create({.element = exnref, .limits = {.minimum = 2, .maximum = 2, .address = AddressType::i32}}).value();
  vm::Reference cell = 0;
  exceptions.watch(*table);
  exceptions.watch(&cell);
  ExceptionInstance &a = exceptions.create(tag()), &b = exceptions.create(tag()), &c = exceptions.create(tag());
  table->elements()[1] = word(a);
  cell = word(b);
  Exceptions::give_out(Value(exnref, word(c)));
  Exceptions::give_out(Value::zero(exnref));
  exceptions.collect({}, nullptr);
  CHECK(exceptions.size() == 3);
  table->elements()[1] = 0, cell = 0;
  exceptions.collect({}, nullptr);
  REQUIRE(exceptions.size() == 1);
  CHECK(exceptions.instances()[0] == &c);
}

TEST_CASE("collections become rarer the more exceptions live") {
  Exceptions exceptions;
  CHECK_FALSE(exceptions.should_collect());
  std::vector<std::uintptr_t> stack;
  while (!exceptions.should_collect()) stack.push_back(word(exceptions.create(tag())));
  const std::size_t before = exceptions.size();
  exceptions.collect(stack, nullptr);
  CHECK(exceptions.size() == before);
  CHECK_FALSE(exceptions.should_collect());
}
