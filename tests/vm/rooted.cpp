#include <wasmer/vm/rooted.hpp>

#include <vector>

#include "../catch.hpp"

using namespace wasmer;

namespace {
std::vector<vm::Reference> roots(const Store& store) {
  std::vector<vm::Reference> all;
  store.for_roots([&](vm::Reference each) { all.push_back(each); });
  return all;
}
}  // namespace

TEST_CASE("a handle is a root while it lives, wherever it is moved") {
  Store store;
  {
    Rooted first(store, Value(ExternRef{16}));
    CHECK(first.get() == Value(ExternRef{16}));
    Rooted second(std::move(first));
    Rooted third(store, Value(ExternRef{32}));
    CHECK(roots(store) == std::vector<vm::Reference>{16, 32});
    second = std::move(third);
    CHECK(second.get() == Value(ExternRef{32}));
  }
  CHECK(roots(store).empty());
}
