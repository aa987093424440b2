#include <wasmer/module/parse.hpp>

#include "../catch.hpp"
#include "binary.hpp"

using namespace wasmer;
using tests::as_bytes, tests::module_bytes, tests::section;

namespace {
const std::vector<std::byte> named = as_bytes(module_bytes({section(SectionId::custom, {"a", 7})}));
}

TEST_CASE("a module shares the bytes that it is made of, and views lead into them") {
  const auto bytes = std::make_shared<const std::vector<std::byte>>(named);
  const Module module = parse(bytes, Features::wasm2()).value();
  CHECK(module.bytes == bytes);
  CHECK(reinterpret_cast<const std::byte*>(module.custom_sections.at(0).name.data()) == bytes->data() + 11);
  CHECK(module.custom_sections[0].bytes.data() == bytes->data() + 12);
}

TEST_CASE("bytes that are handed over live as long as their module") {
  std::vector<std::byte> bytes = named;
  const std::byte* const data = bytes.data();
  const Module module = parse(std::move(bytes), Features::wasm2()).value();
  CHECK(module.bytes->data() == data);
  CHECK(module.bytes.use_count() == 1);
}

TEST_CASE("bytes that are no module are given back as an error, and to their owner") {
  const auto bytes = std::make_shared<const std::vector<std::byte>>(std::vector<std::byte>(3));
  CHECK(parse(bytes, Features::wasm2()).error().message() == "malformed: unexpected end of section or function at byte 0x3");
  CHECK(bytes.use_count() == 1);
  CHECK(parse(std::vector<std::byte>(8), Features::wasm2()).error().message() == "malformed: magic header not detected at byte 0x0");
}

TEST_CASE("what needs a proposal that is missing is refused, and says which") {
  const auto bytes = as_bytes(module_bytes({section(SectionId::data_count, {0})}));
  CHECK(parse(bytes, Features::wasm2()).has_value());
  const Error error = parse(bytes, Features::wasm1()).error();
  CHECK(error.message() == "invalid: unsupported proposal at byte 0x8: needs bulk-memory");
  CHECK(error.proposal() == Proposal::bulk_memory);
}
