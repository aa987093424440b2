#include <wasmer/wasm/opcode.hpp>

#include <set>
#include <string>
#include <utility>

#include "../catch.hpp"

using namespace wasmer;

static_assert(find(0, 0x6A) == Op::i32_add && info(Op::i32_add).text == "i32.add");
static_assert(find(0xFC, 0x0A) == Op::memory_copy && find(0xFD, 0x0C) == Op::v128_const && find(0xFE, 0x10) == Op::i32_atomic_load);
static_assert(find(0xFD, 0x100) == Op::i8x16_relaxed_swizzle, "codes behind a prefix may take two bytes");
static_assert(!find(0, 0x27) && !find(0, 0xFF) && !find(0, 0x1FF) && !find(0xFC, 0x200) && !find(0xFC, ~0u) && !find(0x01, 0x6A) && !find(0xFF, 0));
static_assert(is_prefix(0xFB) && is_prefix(0xFE) && !is_prefix(0xFA) && !is_prefix(0xFF));
static_assert(visit(Op::i64_mul, []<Op op>(op_t<op>) { return op; }) == Op::i64_mul);

TEST_CASE("every row is found by its encoding") {
  for (std::size_t i = 0; i < ops.size(); ++i) CHECK(find(ops[i].prefix, ops[i].code) == static_cast<Op>(i));
}

TEST_CASE("rows are sorted by prefix and code") {
  for (std::size_t i = 1; i < ops.size(); ++i)
    CHECK(std::pair(ops[i - 1].prefix, ops[i - 1].code) < std::pair(ops[i].prefix, ops[i].code));
}

TEST_CASE("only select, ref.test and ref.cast share their word with another encoding") {
  std::set<std::string_view> words;
  std::set<std::string> shared;
  for (const OpInfo& row : ops)
    if (!words.insert(row.text).second) shared.emplace(row.text);
  CHECK(shared == std::set<std::string>{"select", "ref.test", "ref.cast"});
}

TEST_CASE("signatures are made of known letters, and of one colon unless the validator has a rule") {
  for (const OpInfo& row : ops) {
    if (row.signature == "*") continue;
    CHECK(std::count(row.signature.begin(), row.signature.end(), ':') == 1);
    if (row.signature.find_first_not_of("ilfdva:") != std::string_view::npos) FAIL_CHECK(row.text << " has the signature " << row.signature);
  }
}

TEST_CASE("loads take an address first, stores an address and a value") {
  for (const OpInfo& row : ops) {
    if (row.family == Family::load) CHECK((row.signature.size() == 3 && row.signature.starts_with("a:")));
    if (row.family == Family::store) CHECK((row.signature.size() == 3 && row.signature.starts_with("a") && row.signature.ends_with(":")));
  }
}

TEST_CASE("visit reaches every instruction as a type") {
  std::size_t reached = 0;
  for (std::size_t i = 0; i < ops.size(); ++i) reached += visit(static_cast<Op>(i), [&]<Op op>(op_t<op>) { return static_cast<std::size_t>(op) == i; });
  CHECK(reached == ops.size());
}

TEST_CASE("version 1 of the language has 172 instructions") {
  std::size_t count = 0;
  for (const OpInfo& row : ops) count += row.since == Proposal::mvp;
  CHECK(count == 172);
}
