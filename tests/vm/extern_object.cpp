#include <wasmer/vm/extern_object.hpp>
#include <wasmer/vm/collect.hpp>

#include <memory>
#include <string>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;

TEST_CASE("a C++ value lives as long as the guest or a handle refers to it, and is found by its type alone") {
  const auto counted = std::make_shared<int>(7);
  Store store;
  Instance& instance = tests::instantiate(store, R"((module (global $g (mut externref) (ref.null extern)) (type $t (struct (field anyref)))
    (func (export "keep") (param externref) (global.set $g (local.get 0)))
    (func (export "through") (param externref) (result externref)
      (extern.convert_any (struct.get $t 0 (struct.new $t (any.convert_extern (local.get 0))))))))");
  const auto keep = instance.function<void(ExternRef)>("keep").value();
  const auto through = instance.function<ExternRef(ExternRef)>("through").value();
  {
    const Rooted handle = make_extern(store, counted).value();
    const ExternRef reference = handle.get().extern_ref();
    CHECK(through(reference).value() == reference);
    CHECK(**extern_value<std::shared_ptr<int>>(store, reference) == 7);
    CHECK(extern_value<std::string>(store, reference) == nullptr);
    CHECK(extern_value<std::string>(store, ExternRef{12345}) == nullptr);
    REQUIRE(keep(reference));
  }
  vm::collect(store);
  CHECK(counted.use_count() == 2);
  REQUIRE(keep(ExternRef{}));
  vm::collect(store);
  CHECK(counted.use_count() == 1);
}

TEST_CASE("what is left of C++ values goes with the store") {
  const auto counted = std::make_shared<int>(7);
  {
    Store store;
    static_cast<void>(make_extern(store, counted).value());
    CHECK(counted.use_count() == 2);
  }
  CHECK(counted.use_count() == 1);
}
