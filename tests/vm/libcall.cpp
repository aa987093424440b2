#include <wasmer/vm/libcall.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "../catch.hpp"
#include "handmade.hpp"

using namespace wasmer;
using vm::Context, vm::Libcall, vm::Reference;

namespace {

/// The function that compiled code finds at `of`, as the C function that it is.
template <class F> F* call(const vm::Entry* table, Libcall of) { return reinterpret_cast<F*>(table[static_cast<std::size_t>(of)]); }

struct Guest {
  Store store;
  Context* context;
  explicit Guest(std::string_view text) : context(&tests::instantiate(store, tests::publish(text, {})).context()) {}
  template <class F> F* libcall(Libcall of) { return call<F>(context->libcalls, of); }
};

using Copy = std::uint32_t(Context*, std::uint32_t to, std::uint32_t from, std::uint64_t at, std::uint64_t source, std::uint64_t count);
using Init = std::uint32_t(Context*, std::uint32_t to, std::uint32_t segment, std::uint64_t at, std::uint32_t source, std::uint32_t count);

constexpr std::uint32_t bad_memory = vm::trap(ErrorId::out_of_bounds_memory_access), bad_table = vm::trap(ErrorId::out_of_bounds_table_access);

}  // namespace

TEST_CASE("every row of the table is a function of its own") {
  std::vector<vm::Entry> entries(std::begin(vm::libcalls()), std::end(vm::libcalls()));
  REQUIRE(entries.size() == static_cast<std::size_t>(Libcall::count_));
  CHECK(std::ranges::find(entries, nullptr) == entries.end());
  std::ranges::sort(entries, std::less<>());
  CHECK(std::ranges::adjacent_find(entries) == entries.end());
}

TEST_CASE("memory operations work on the memory of the context's instance") {
  Guest guest("(module (memory 1 2) (memory 1) (data \"xyz\"))");
  const auto fill = guest.libcall<std::uint32_t(Context*, std::uint32_t, std::uint64_t, std::uint32_t, std::uint64_t)>(Libcall::memory_fill);
  const auto copy = guest.libcall<Copy>(Libcall::memory_copy);
  const auto init = guest.libcall<Init>(Libcall::memory_init);
  const auto drop = guest.libcall<void(Context*, std::uint32_t)>(Libcall::data_drop);
  const auto first = guest.context->instance->memories()[0]->bytes(), second = guest.context->instance->memories()[1]->bytes();

  CHECK(fill(guest.context, 0, 65530, 0x107, 6) == vm::no_trap);
  CHECK(first[65535] == std::byte{7});
  CHECK(fill(guest.context, 0, 65530, 0, 7) == bad_memory);
  CHECK(copy(guest.context, 1, 0, 0, 65535, 1) == vm::no_trap);
  CHECK(second[0] == std::byte{7});
  CHECK(copy(guest.context, 1, 0, 0, 65535, 2) == bad_memory);
  CHECK(init(guest.context, 1, 0, 10, 1, 2) == vm::no_trap);
  CHECK((second[10] == std::byte{'y'} && second[11] == std::byte{'z'}));
  drop(guest.context, 0);
  CHECK(init(guest.context, 1, 0, 10, 1, 2) == bad_memory);
}

TEST_CASE("growing gives the old size, or all bits set where it fails") {
  Guest guest("(module (memory 1 2) (table 1 3 externref))");
  const auto grow_memory = guest.libcall<std::uint64_t(Context*, std::uint32_t, std::uint64_t)>(Libcall::memory_grow);
  const auto grow_table = guest.libcall<std::uint64_t(Context*, std::uint32_t, Reference, std::uint64_t)>(Libcall::table_grow);
  CHECK(grow_memory(guest.context, 0, 1) == 1);
  CHECK(guest.context->memory.length == 2 * 65536);  // the context's own view too
  CHECK(grow_memory(guest.context, 0, 1) == ~std::uint64_t{0});
  CHECK(grow_memory(guest.context, 0, 0) == 2);
  CHECK(grow_table(guest.context, 0, 9, 2) == 1);
  CHECK(guest.context->instance->tables()[0]->elements()[2] == 9);
  CHECK(grow_table(guest.context, 0, 9, 1) == ~std::uint64_t{0});
}

TEST_CASE("table operations work on the tables of the context's instance") {
  Guest guest("(module (table 4 externref) (table 2 externref) (elem externref (ref.null extern)))");
  const auto fill = guest.libcall<std::uint32_t(Context*, std::uint32_t, std::uint64_t, Reference, std::uint64_t)>(Libcall::table_fill);
  const auto copy = guest.libcall<Copy>(Libcall::table_copy);
  const auto init = guest.libcall<Init>(Libcall::table_init);
  const auto drop = guest.libcall<void(Context*, std::uint32_t)>(Libcall::elem_drop);
  const auto second = guest.context->instance->tables()[1]->elements();
  CHECK(fill(guest.context, 0, 0, 5, 4) == vm::no_trap);
  CHECK(fill(guest.context, 0, 1, 5, 4) == bad_table);
  CHECK(copy(guest.context, 1, 0, 0, 2, 2) == vm::no_trap);
  CHECK((second[0] == 5 && second[1] == 5));
  CHECK(init(guest.context, 1, 0, 1, 0, 1) == vm::no_trap);
  CHECK((second[0] == 5 && second[1] == 0));
  drop(guest.context, 0);
  CHECK(init(guest.context, 1, 0, 1, 0, 1) == bad_table);
}

TEST_CASE("a function's reference is the instance's") {
  Store store;
  Instance& instance = tests::instantiate(store, tests::publish("(module (func (export \"f\") unreachable))", {tests::bytes::unreachable}));
  const auto ref_func = call<Reference(Context*, std::uint32_t)>(instance.context().libcalls, Libcall::ref_func);
  CHECK(ref_func(&instance.context(), 0) == reinterpret_cast<Reference>(instance.func_ref(0)));
}

TEST_CASE("rounding is in the four directions, ties to even, and keeps zeros' signs") {
  const auto single = [](Libcall of, float value) { return call<float(float)>(vm::libcalls(), of)(value); };
  const auto twice = [](Libcall of, double value) { return call<double(double)>(vm::libcalls(), of)(value); };
  CHECK(single(Libcall::f32_ceil, -1.5f) == -1.0f);
  CHECK(single(Libcall::f32_floor, -1.5f) == -2.0f);
  CHECK(single(Libcall::f32_trunc, -1.5f) == -1.0f);
  CHECK(single(Libcall::f32_nearest, -2.5f) == -2.0f);
  CHECK(single(Libcall::f32_nearest, 3.5f) == 4.0f);
  CHECK(twice(Libcall::f64_ceil, 1.25) == 2.0);
  CHECK(twice(Libcall::f64_floor, 1.25) == 1.0);
  CHECK(twice(Libcall::f64_trunc, -1.75) == -1.0);
  CHECK(twice(Libcall::f64_nearest, 0.5) == 0.0);
  CHECK(twice(Libcall::f64_nearest, 1.5) == 2.0);
  CHECK(std::signbit(single(Libcall::f32_ceil, -0.25f)));
  CHECK(std::signbit(twice(Libcall::f64_nearest, -0.5)));
  CHECK(std::isnan(twice(Libcall::f64_floor, std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("a signalling NaN is quiet when it has been rounded") {
  const float single = std::bit_cast<float>(0xFFA0'0001u);
  const double twice = std::bit_cast<double>(std::uint64_t{0x7FF0'0000'0000'0001});
  for (const Libcall of : {Libcall::f32_ceil, Libcall::f32_floor, Libcall::f32_trunc, Libcall::f32_nearest})
    CHECK(std::bit_cast<std::uint32_t>(call<float(float)>(vm::libcalls(), of)(single)) == 0xFFE0'0001);
  for (const Libcall of : {Libcall::f64_ceil, Libcall::f64_floor, Libcall::f64_trunc, Libcall::f64_nearest})
    CHECK(std::bit_cast<std::uint64_t>(call<double(double)>(vm::libcalls(), of)(twice)) == 0x7FF8'0000'0000'0001);
}
