#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

#include <wasmer/backend/llvm/supported.hpp>
#include <wasmer/backend/singlepass/supported.hpp>

static_assert(llvm_backend::supported == singlepass::supported, "one contract, and one language");

TEST_CASE("vectors need no more than every tuning has", "[llvm]") {
  for (const Setting setting : llvm_settings()) CHECK(compile_object(setting, "(module (func (result v128) v128.const i64x2 0 0))").has_value());
}
