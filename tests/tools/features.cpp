#include <features.hpp>

#include "../catch.hpp"

using namespace wasmer;
using tools::parse_features;

TEST_CASE("a version of the language is a set of features") {
  CHECK(parse_features("1.0") == Features::wasm1());
  CHECK(parse_features("2.0") == Features::wasm2());
  CHECK(parse_features("3.0") == Features::wasm3());
  CHECK(parse_features("all") == Features::all());
}

TEST_CASE("proposals are added and taken away by name") {
  CHECK(parse_features("1.0+simd") == Features::wasm1().with(Proposal::simd));
  CHECK(parse_features("3.0-gc-bulk-memory+threads") == Features::wasm3().without(Proposal::gc).without(Proposal::bulk_memory).with(Proposal::threads));
  CHECK(parse_features("2.0+simd-simd") == Features::wasm2().without(Proposal::simd));
  CHECK(parse_features("2.0+gc-gc+gc") == Features::wasm2().with(Proposal::gc));
}

TEST_CASE("every proposal can be named") {
  for (std::size_t i = 0; i < proposals.size(); ++i) {
    const auto proposal = static_cast<Proposal>(i);
    CHECK(parse_features("all-" + std::string(proposals[i].text)) == Features::all().without(proposal));
  }
}

TEST_CASE("what is no feature set is refused") {
  for (const char* text : {"", "4.0", "2", "2.0+", "2.0-", "2.0+nonesuch", "2.0+simdx", "+simd", "2.0 +simd", "2.0+bulk", "all++gc"})
    CHECK_FALSE(parse_features(text).has_value());
}
