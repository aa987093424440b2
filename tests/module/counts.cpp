// Loaders that computed with a module's counts before they looked at them: every number of a module, replaced by one at the edge of 32 bits, gives a module or an
// error with an offset, at once.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <wasmer/module/validate.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"
#include "binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

constexpr std::uint32_t edges[] = {0x7F, 0xFFFF, 0x1000'0000, 0x1FFF'FFFF, 0x2000'0000, 0x3FFF'FFFF, 0x4000'0000, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFF8, 0xFFFF'FFFE, 0xFFFF'FFFF};

/// Something of every section, and of every immediate that is a count.
constexpr std::string_view sample_text = R"((module $m
  (rec (type $s (struct (field i32) (field (mut i64)))) (type $a (array (mut i32))) (type $f (func (param i32 i64) (result f32 f64))))
  (type $b (func (param i32) (result i32)))
  (import "a" "b" (func $i (param i32))) (import "c" "d" (table 1 2 funcref)) (import "e" "f" (memory 1 2)) (import "g" "h" (global i32)) (import "k" "l" (tag $e (param i32)))
  (table $t 3 5 funcref) (memory $n 1 3)
  (global $g (ref $a) (array.new_fixed $a 2 (i32.const 1) (i32.const 2)))
  (export "x" (func $j)) (export "y" (memory 0))
  (elem (i32.const 0) $i $j) (elem $q funcref (ref.null func) (ref.func $i))
  (data (i32.const 1) "abc") (data $d "defg")
  (func $j (type $b) (local i32 i32 f64) (local $v (ref null $a))
    (block (block (block (br_table 0 1 2 (local.get 0)))))
    (drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3)))
    (block $h (try_table (catch_all $h) (call $i (i32.const 1))))
    (local.set $v (array.new_fixed $a 3 (i32.const 1) (i32.const 2) (i32.const 3)))
    (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (table.init $t $q (i32.const 0) (i32.const 0) (i32.const 1))
    (i32.load offset=8 (local.get 0))))
  )";

Bytes bytes_of(std::string_view text) {
  Bytes bytes;
  const std::vector<std::byte> made = wat(text).value();
  for (const std::byte byte : made) bytes.push_back(static_cast<std::uint8_t>(byte));
  return bytes;
}
/// A number in the five bytes that it may take.
Bytes five(std::uint32_t value) {
  Bytes bytes;
  for (int i = 0; i < 4; ++i, value >>= 7) bytes.push_back(static_cast<std::uint8_t>(value | 0x80));
  bytes.push_back(static_cast<std::uint8_t>(value));
  return bytes;
}

struct Part {
  std::uint8_t id;
  Bytes contents;
};
std::vector<Part> parts_of(const Bytes& bytes) {
  std::vector<Part> parts;
  for (std::size_t at = 8; at < bytes.size();) {
    const std::uint8_t id = bytes[at++];
    std::size_t size = 0;
    for (unsigned shift = 0;; shift += 7) {
      size |= std::size_t{bytes[at] & 0x7Fu} << shift;
      if (bytes[at++] < 0x80) break;
    }
    if (id != 0) parts.push_back({id, Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin() + static_cast<std::ptrdiff_t>(at + size))});  // custom ones do not count
    at += size;
  }
  return parts;
}

/// What is wrong with the answer for a module; nothing when it is as it must be.
std::string complaint(const Bytes& bytes) {
  const auto module = tests::parse(bytes, Features::all());
  const auto valid = module.has_value() ? validate(module.value(), Features::all()) : Result<void>(module.error());
  if (valid.has_value()) return {};
  const Error& error = valid.error();
  if (error.stage() != Stage::malformed && error.stage() != Stage::invalid) return error.message();
  return error.offset() <= bytes.size() ? std::string() : "no offset: " + error.message();
}

}  // namespace

TEST_CASE("no count in a module wraps around or is believed: each at the edges of 32 bits") {
  const std::vector<Part> parts = parts_of(bytes_of(sample_text));
  REQUIRE(complaint(bytes_of(sample_text)) == "");
  std::size_t tried = 0;
  for (std::size_t part = 0; part < parts.size(); ++part)
    for (std::size_t at = 0; at < parts[part].contents.size(); ++at)
      for (const std::uint32_t edge : {edges[(at + part) % std::size(edges)], 0x8000'0000u, 0xFFFF'FFFFu}) {
        Bytes all{0, 'a', 's', 'm', 1, 0, 0, 0}, contents = parts[part].contents;
        const Bytes number = five(edge);
        contents.erase(contents.begin() + static_cast<std::ptrdiff_t>(at));
        contents.insert(contents.begin() + static_cast<std::ptrdiff_t>(at), number.begin(), number.end());
        for (std::size_t i = 0; i < parts.size(); ++i) {
          all.push_back(parts[i].id);
          const Bytes &what = i == part ? contents : parts[i].contents, size = u32(static_cast<std::uint32_t>(what.size()));
          all.insert(all.end(), size.begin(), size.end());
          all.insert(all.end(), what.begin(), what.end());
        }
        ++tried;
        const std::string wrong = complaint(all);
        if (wrong.empty()) continue;
        INFO("section " << int{parts[part].id} << ", byte " << at << ", " << edge);
        CHECK(wrong == "");
      }
  CHECK(tried > 600);
}

TEST_CASE("no size of a section or body is believed beyond the module's end") {
  const Bytes whole = bytes_of(sample_text);
  for (const std::uint32_t edge : edges) {
    const Bytes section = join({Bytes{0, 'a', 's', 'm', 1, 0, 0, 0}, 1, five(edge), Bytes{1, 0x60, 0, 0}});
    CHECK_FALSE(tests::parse(section, Features::all()).has_value());
    const Bytes body = module_bytes({tests::section(SectionId::type, {1, 0x60, 0, 0}), tests::section(SectionId::function, {1, 0}), tests::section(SectionId::code, {1, five(edge), 0, Op::end})});
    CHECK_FALSE(tests::parse(body, Features::all()).has_value());
  }
}

TEST_CASE("the labels of a br_table, and one more, do not wrap around") {
  for (const std::uint32_t edge : edges) {
    const Bytes bytes = function_bytes("i:", {Op::local_get, 0, Op::br_table, five(edge), 0, 0, 0, Op::end});
    const auto module = tests::parse(bytes, Features::all());
    if (!module.has_value()) continue;
    CHECK_FALSE(validate(module.value(), Features::all()).has_value());
  }
}

TEST_CASE("locals that are too many together are refused, though none of their runs is") {
  for (const auto& [first, second] : {std::pair{0xFFFF'FFFFu, 1u}, std::pair{0x8000'0000u, 0x8000'0000u}, std::pair{0xFFFF'FFFFu, 0xFFFF'FFFFu}, std::pair{49'999u, 2u}}) {
    const Bytes bytes = module_bytes({section(SectionId::type, {1, 0x60, 0, 0}), section(SectionId::function, {1, 0}),
                                      section(SectionId::code, {1, sized(join({2, five(first), ValueType::i32, five(second), ValueType::i64, Op::end}))})});
    const auto module = tests::parse(bytes, Features::all());
    if (module.has_value()) CHECK_FALSE(validate(module.value(), Features::all()).has_value());
  }
}

TEST_CASE("a select of references and one of unlike operands are refused before any code is made of them") {
  CHECK_FALSE(validate(tests::parse(function_bytes("i:", {Op::ref_null, 0x70, Op::ref_null, 0x70, Op::local_get, 0, Op::select, Op::drop, Op::end})).value(), Features::wasm2()).has_value());
  CHECK_FALSE(validate(tests::parse(function_bytes("il:", {Op::local_get, 0, Op::local_get, 1, Op::local_get, 0, Op::select, Op::drop, Op::end})).value(), Features::wasm2()).has_value());
  CHECK_FALSE(validate(tests::parse(function_bytes("i:", {Op::local_get, 0, Op::select, Op::drop, Op::end})).value(), Features::wasm2()).has_value());
}
