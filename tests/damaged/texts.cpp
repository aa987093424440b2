// Damaged texts: whatever stands there, there are bytes or an error that says where.
#include <string>
#include <string_view>

#include <wasmer/text/parser.hpp>
#include <wasmer/text/script_parser.hpp>

#include "../catch.hpp"
#include "damage.hpp"
#include "samples.hpp"

using namespace wasmer;

namespace {

bool says_where(const Error& error) { return error.offset() != Error::no_offset && error.place().starts_with("damaged:"); }

}  // namespace

TEST_CASE("every damaged text gives a module or an error with its line and column") {
  REQUIRE_CORPUS();
  const auto samples = tests::sample_texts();
  REQUIRE(samples.size() > 50);
  fuzz::Random random(2);
  std::size_t refused = 0;
  const std::size_t count = tests::damaged_inputs() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    const auto text = tests::damaged(random.pick(samples), random);
    const std::string_view source(text.data(), text.size());
    const auto script = text::parse_script(source, "damaged");
    if (!script && !says_where(script.error())) FAIL_CHECK("input " << i << ": " << script.error().message());
    if (!script) ++refused;
    // As one module it is nearly always wrong, from its second form on.
    const auto bytes = wat(source, "damaged");
    if (!bytes && !says_where(bytes.error())) FAIL_CHECK("input " << i << ": " << bytes.error().message());
  }
  CHECK(refused > 0);
  CHECK(refused < count);
}
