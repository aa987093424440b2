#include <wasmer/backend/singlepass/supported.hpp>

#include "../../catch.hpp"
#include "../engine.hpp"

using namespace wasmer;
using singlepass::supported;

static_assert((supported & Features::wasm1()) == Features::wasm1(), "all of WebAssembly 1.0");
static_assert(supported.has(Proposal::bulk_memory) && supported.has(Proposal::multi_value) && supported.has(Proposal::reference_types));
static_assert((supported & Features::wasm3()) == Features::wasm3(), "all of WebAssembly 3.0");

TEST_CASE("a CPU without SSE4.1 is one that vectors are refused for", "[singlepass]") {
  const char* const text = "(module (func (result v128) v128.const i64x2 0 0))";
  CHECK(tests::compile_object(tests::settings[0], text).has_value());
  const auto refused = tests::compile_object(tests::settings[1], text);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().proposal() == Proposal::simd);
}
