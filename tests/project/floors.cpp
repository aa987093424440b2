// The floors of docs/design.md: who may include whom.
#include <array>
#include <string>
#include <string_view>

#include "../catch.hpp"
#include "tree.hpp"

namespace {

struct Place {
  std::string_view prefix;
  int floor;
};

// The first row that fits decides. error.hpp names proposals, so wasm/features.hpp stands on the ground floor.
constexpr std::array places{
    Place{"wasmer/support/", 0}, Place{"wasmer/error", 0},  Place{"wasmer/wasm/features", 0}, Place{"wasmer/wasm/proposals", 0},
    Place{"wasmer/wasm/", 1},    Place{"wasmer/fwd.hpp", 1}, Place{"wasmer/module/", 2},       Place{"wasmer/text/", 2},
    Place{"wasmer/vm/", 3},      Place{"wasmer/backend/", 4}, Place{"wasmer/abi/", 4},         Place{"wasmer/wasmer.hpp", 6},
    Place{"wasmer/", 5},
};

constexpr int floor_of(std::string_view path) {
  for (const Place& place : places)
    if (path.starts_with(place.prefix)) return place.floor;
  return -1;
}

static_assert(floor_of("wasmer/support/bytes.hpp") == 0 && floor_of("wasmer/module/parser.hpp") == 2 && floor_of("wasmer/runtime.hpp") == 5);

}  // namespace

TEST_CASE("a header includes its own floor and lower ones only") {
  for (const auto& header : wasmer::tests::public_headers())
    for (const std::string& include : header.includes())
      if (include.starts_with("wasmer/") && floor_of(include) > floor_of(header.path)) FAIL_CHECK(header.path << " includes " << include);
}

TEST_CASE("backends and ABIs never include each other") {
  for (const auto& header : wasmer::tests::public_headers())
    for (const std::string& include : header.includes()) {
      const bool up = header.path.starts_with("wasmer/backend/") && include.starts_with("wasmer/abi/");
      const bool down = header.path.starts_with("wasmer/abi/") && include.starts_with("wasmer/backend/");
      if (up || down) FAIL_CHECK(header.path << " includes " << include);
    }
}

TEST_CASE("module/ is read without text/") {
  for (const auto& header : wasmer::tests::public_headers())
    for (const std::string& include : header.includes())
      if (header.path.starts_with("wasmer/module/") && include.starts_with("wasmer/text/")) FAIL_CHECK(header.path << " includes " << include);
}

TEST_CASE("asmjit is included by backend/masm/ alone") {
  for (const auto& header : wasmer::tests::public_headers())
    for (const std::string& include : header.includes())
      if (include.starts_with("asmjit/") && !header.path.starts_with("wasmer/backend/masm/")) FAIL_CHECK(header.path << " includes " << include);
}

TEST_CASE("LLVM is included by backend/llvm/api.hpp alone, and what includes that by nothing outside of backend/llvm/") {
  for (const auto& header : wasmer::tests::public_headers())
    for (const std::string& include : header.includes()) {
      if (include.starts_with("llvm/") && header.path != "wasmer/backend/llvm/api.hpp") FAIL_CHECK(header.path << " includes " << include);
      if (include.starts_with("wasmer/backend/llvm/") && !header.path.starts_with("wasmer/backend/llvm")) FAIL_CHECK(header.path << " includes " << include);
    }
}

TEST_CASE("no header includes what every user would pay for in compile time") {
  constexpr std::array costly{std::string_view("iostream"), std::string_view("regex"), std::string_view("boost/outcome.hpp"),
                              std::string_view("fmt/format.h"), std::string_view("nlohmann/json.hpp")};
  for (const auto& header : wasmer::tests::public_headers())
    for (const std::string& include : header.includes())
      for (const std::string_view name : costly)
        if (include == name) FAIL_CHECK(header.path << " includes " << include);
}
