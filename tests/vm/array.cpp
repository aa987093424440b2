#include <wasmer/vm/array.hpp>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using namespace wasmer::vm;

namespace {

struct Arrays {
  Store store;
  Instance& instance = tests::instantiate(store, R"((module (type (array (mut i16))) (type (array (mut funcref))) (data "abcdef") (elem func $f) (func $f)))");
  const CanonicalType& numbers = instance.code().types()[0].type();
  const CanonicalType& functions = instance.code().types()[1].type();
  std::uint16_t number(Reference array, std::uint32_t index) { return *reinterpret_cast<std::uint16_t*>(array_at(array)->element(index)); }
};

}  // namespace

TEST_CASE("an array is filled with the low bytes of a value, within its bounds") {
  Arrays arrays;
  const Reference array = array_new(arrays.instance, arrays.numbers, 0x12345, 5);
  CHECK(array_at(array)->length == 5);
  CHECK(arrays.number(array, 4) == 0x2345);
  CHECK(array_fill(arrays.instance, array, 1, 7, 3) == no_trap);
  CHECK(arrays.number(array, 1) == 7);
  CHECK(arrays.number(array, 4) == 0x2345);
  CHECK(array_fill(arrays.instance, array, 3, 7, 3) == trap(ErrorId::out_of_bounds_array_access));
  CHECK(array_fill(arrays.instance, array, 0xFFFF'FFFF, 7, 2) == trap(ErrorId::out_of_bounds_array_access));
  CHECK(array_fill(arrays.instance, 0, 0, 7, 0) == trap(ErrorId::null_array_reference));
}

TEST_CASE("elements are copied as if all were read first") {
  Arrays arrays;
  const Reference array = array_new_data(arrays.instance, arrays.numbers, 0, 0, 3);
  CHECK(arrays.number(array, 0) == 'a' + ('b' << 8));
  CHECK(array_copy(arrays.instance, array, 1, array, 0, 2) == no_trap);
  CHECK(arrays.number(array, 1) == 'a' + ('b' << 8));
  CHECK(arrays.number(array, 2) == 'c' + ('d' << 8));
  CHECK(array_copy(arrays.instance, array, 2, array, 0, 2) == trap(ErrorId::out_of_bounds_array_access));
  CHECK(array_copy(arrays.instance, array, 0, 0, 0, 0) == trap(ErrorId::null_array_reference));
}

TEST_CASE("segments fill arrays, as far as they go") {
  Arrays arrays;
  CHECK(array_new_data(arrays.instance, arrays.numbers, 0, 5, 1) == trap(ErrorId::out_of_bounds_memory_access));
  CHECK(array_new_data(arrays.instance, arrays.numbers, 0, 0, 0xFFFF'FFFF) == trap(ErrorId::out_of_bounds_memory_access));
  const Reference functions = array_new_elem(arrays.instance, arrays.functions, 0, 0, 1);
  CHECK(*reinterpret_cast<Reference*>(array_at(functions)->element(0)) == reinterpret_cast<Reference>(arrays.instance.func_ref(0)));
  CHECK(array_new_elem(arrays.instance, arrays.functions, 0, 0, 2) == trap(ErrorId::out_of_bounds_table_access));
  CHECK(array_init_elem(arrays.instance, 0, functions, 1, 0, 1) == trap(ErrorId::out_of_bounds_array_access));
  arrays.instance.drop_data(0);
  CHECK(array_init_data(arrays.instance, 0, array_new(arrays.instance, arrays.numbers, 0, 1), 0, 0, 1) == trap(ErrorId::out_of_bounds_memory_access));
}
