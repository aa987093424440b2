#include <wasmer/support/once.hpp>

#include <string_view>

#include <wasmer/module/parse.hpp>
#include <wasmer/module/validate.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"

using namespace wasmer;

#define TEXT_OF(...) #__VA_ARGS__
#define EXPANDED_TEXT_OF(...) TEXT_OF(__VA_ARGS__)

namespace {
constexpr std::string_view once = EXPANDED_TEXT_OF(WASMER_ONCE);
}  // namespace

#if defined(WASMER_COMPILED) || defined(WASMER_COMPILING)
static_assert(once.empty(), "an ordinary function, whose one definition is the library's");
#else
static_assert(once == "inline", "one definition in every file that includes it");
#endif

#undef EXPANDED_TEXT_OF
#undef TEXT_OF

TEST_CASE("the small headers are enough to call what is big") {
  const auto bytes = wat("(module (func (export \"f\")))").value();
  const Module module = parse(bytes, Features::wasm2()).value();
  CHECK(validate(module, Features::wasm2()).has_value());
  CHECK(module.exports.at(0).name == "f");
}
