#include <wasmer/vm/heap_options.hpp>

#include <wasmer/vm/heap.hpp>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;

namespace {
/// Makes `n` objects of 16 KiB and keeps them all.
constexpr std::string_view keeper = R"((module (type $bytes (array (mut i8))) (type $list (struct (field (ref null $bytes)) (field (ref null $list))))
  (func (export "f") (param $n i32) (result i32) (local $all (ref null $list))
    (loop $more
      (local.set $all (struct.new $list (array.new_default $bytes (i32.const 16384)) (local.get $all)))
      (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $n))))";
}  // namespace

TEST_CASE("objects beyond a heap's limit are a trap, and the store goes on") {
  Store store;
  store.set_heap({.limit = 16 << 20});
  const auto f = tests::instantiate(store, keeper).function<std::int32_t(std::int32_t)>("f").value();
  CHECK(f(100).value() == 0);
  CHECK(f(2000).error().id() == ErrorId::out_of_memory);
  CHECK(f(100).value() == 0);
}

TEST_CASE("options of a heap that there is already are good from then on") {
  Store store;
  const auto f = tests::instantiate(store, keeper).function<std::int32_t(std::int32_t)>("f").value();
  CHECK(f(10).value() == 0);
  const std::uint64_t before = store.heap().collections();
  store.set_heap({.stress = true});
  CHECK(f(10).value() == 0);
  CHECK(store.heap().collections() >= before + 20);
}
