#include <wasmer/wasm/subtype.hpp>

#include "../catch.hpp"

using namespace wasmer;

namespace {

/// Types 0 and 1 are functions', 2 and 3 structures, 4 is an array; odd ones are below the ones before them.
struct Types {
  CompositeKind kind(std::uint32_t index) const {
    return index < 2 ? CompositeKind::function : index < 4 ? CompositeKind::structure : CompositeKind::array;
  }
  bool is_subtype(std::uint32_t a, std::uint32_t b) const { return a == b || (a % 2 == 1 && b + 1 == a); }
};
bool matches(HeapType actual, HeapType expected) {
  Types types;
  return heap_matches(actual, expected, types);
}
HeapType index(std::uint32_t of) { return HeapType::index(of); }

}  // namespace

static_assert(abstract_matches(HeapType::i31, HeapType::eq) && abstract_matches(HeapType::none, HeapType::array) && !abstract_matches(HeapType::any, HeapType::eq));
static_assert(abstract_matches(HeapType::nofunc, HeapType::func) && !abstract_matches(HeapType::func, HeapType::any) && !abstract_matches(HeapType::none, HeapType::func));

TEST_CASE("a definition is below its supertype and its kind, and above the empty type of its hierarchy") {
  CHECK(matches(index(3), index(2)));
  CHECK_FALSE(matches(index(2), index(3)));
  CHECK(matches(index(2), HeapType::struct_));
  CHECK(matches(index(2), HeapType::any));
  CHECK_FALSE(matches(index(2), HeapType::array));
  CHECK(matches(index(4), HeapType::array));
  CHECK(matches(index(0), HeapType::func));
  CHECK_FALSE(matches(index(0), HeapType::any));
  CHECK(matches(HeapType::none, index(4)));
  CHECK_FALSE(matches(HeapType::none, index(0)));
  CHECK(matches(HeapType::nofunc, index(0)));
  CHECK(matches(HeapType::bottom(), index(0)));
  CHECK_FALSE(matches(index(0), HeapType::bottom()));
}

TEST_CASE("every type has a top") {
  Types types;
  CHECK(top_of(index(1), types) == HeapType::func);
  CHECK(top_of(index(4), types) == HeapType::any);
  CHECK(top_of(HeapType::i31, types) == HeapType::any);
  CHECK(top_of(HeapType::noextern, types) == HeapType::extern_);
  CHECK(top_of(HeapType::noexn, types) == HeapType::exn);
}
