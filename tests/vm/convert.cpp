#include <wasmer/vm/convert.hpp>

#include "../catch.hpp"

using namespace wasmer;
using namespace wasmer::vm;

TEST_CASE("a host's word comes back as it was, even one that looks like an i31") {
  Store store;
  for (const Reference word : {Reference{3}, Reference{16}, Reference{0x7FFF'FFFF'FFFF}}) {
    const Reference inside = any_convert_extern(store, word);
    CHECK(inside != word);
    CHECK_FALSE(is_i31(inside));
    CHECK(extern_convert_any(store, inside) == word);
  }
  CHECK(any_convert_extern(store, 0) == 0);
  CHECK(extern_convert_any(store, 0) == 0);
}

TEST_CASE("an i31 comes back as it was") {
  Store store;
  const Reference outside = extern_convert_any(store, i31_reference(77));
  CHECK(store.heap().holds(outside));
  CHECK(any_convert_extern(store, outside) == i31_reference(77));
}

TEST_CASE("where there is no room for a box there is no conversion") {
  Store store;
  store.set_heap({.limit = 0});
  CHECK(any_convert_extern(store, 3) == cannot_convert);
}
