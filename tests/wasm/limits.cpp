#include <wasmer/wasm/limits.hpp>

#include <wasmer/wasm/types.hpp>

#include "../catch.hpp"

using namespace wasmer;

// What the JavaScript API lets every engine refuse (its section "Implementation-defined limits"), no lower.
static_assert(limit::module_size >= 1'073'741'824 && limit::functions >= 1'000'000 && limit::imports >= 1'000'000 && limit::types < HeapType::abstract_base);

TEST_CASE("a type's index fits where heap types are kept") { CHECK(limit::types <= HeapType::abstract_base); }
