#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("LLVM is there, and makes code for x86-64", "[llvm]") { CHECK(has(ir("(module)"), "target triple = \"x86_64-unknown-linux-gnu\"")); }
