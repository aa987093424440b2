#include <wasmer/module/reader/immediates.hpp>

#include <optional>
#include <type_traits>

#include "../../catch.hpp"
#include "../binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using reader::Immediates, reader::kind_t;

static_assert(reader::natural_align_log2(Immediate::mem1) == 0 && reader::natural_align_log2(Immediate::mem16) == 4);
static_assert(reader::natural_align_log2(Immediate::mem1_lane) == 0 && reader::natural_align_log2(Immediate::mem8_lane) == 3);
static_assert(reader::is_memory_access(Immediate::mem4) && !reader::is_memory_access(Immediate::mem4_lane) &&
              reader::is_lane_access(Immediate::mem4_lane));
static_assert(std::is_same_v<reader::Decoded<Immediate::none>, reader::NoImmediate> &&
              std::is_same_v<reader::Decoded<Immediate::func>, std::uint32_t>);
static_assert(std::is_same_v<reader::Decoded<Immediate::mem8>, MemoryAccess> && std::is_same_v<reader::Decoded<Immediate::type_table>, IndexPair>);

namespace {

/// Immediates of a body of these bytes, in a module whose types 0 and 1 are [i32] -> [i64 i64] and a structure.
struct Body {
  Module module;
  std::optional<Immediates> in;

  explicit Body(Pieces pieces, Features features = Features::all()) {
    constexpr ValueType params[] = {ValueType::i32}, results[] = {ValueType::i64, ValueType::i64};
    module.types.resize(2);
    module.types[0].function = FunctionType(params, results);
    module.types[1].kind = CompositeKind::structure;
    module.bytes = std::make_shared<const std::vector<std::byte>>(as_bytes(join(pieces)));
    FunctionBody body;
    body.code = *module.bytes;
    in.emplace(module);
    in->begin(body, features);
  }
  /// The next immediate; it can be decoded.
  template <Immediate kind> reader::Decoded<kind> get() {
    reader::Decoded<kind> value{};
    REQUIRE(in->decode(kind_t<kind>{}, value));
    return value;
  }
};

/// What is wrong with an immediate, and where.
template <Immediate kind> std::string message(Pieces pieces, Features features = Features::all()) {
  Body body(pieces, features);
  reader::Decoded<kind> value{};
  if (body.in->decode(kind_t<kind>{}, value)) return "nothing";
  return body.in->error().message();
}

}  // namespace

TEST_CASE("constants are decoded as what they are") {
  Body body({0x7F, 0x7E, 0, 0, 0xC0, 0x7F, 1, Bytes(7, 0), Bytes(16, 9)});
  CHECK(body.get<Immediate::i32>() == -1);
  CHECK(body.get<Immediate::i64>() == -2);
  CHECK(body.get<Immediate::f32>().bits == 0x7FC0'0000);
  CHECK(body.get<Immediate::f64>().bits == 1);
  CHECK(body.get<Immediate::v128>().bytes[15] == 9);
  CHECK(body.in->at_end());
}

TEST_CASE("a memory access is an alignment and an offset, with a memory between them where a bit says so") {
  Body body({2, 0x80, 1, 0x43, 5, 7, 0, 1, 3});
  const MemoryAccess plain = body.get<Immediate::mem4>(), other = body.get<Immediate::mem8>();
  CHECK((plain.align_log2 == 2 && plain.offset == 128 && plain.memory == 0));
  CHECK((other.align_log2 == 3 && other.offset == 7 && other.memory == 5));
  const LaneAccess lane = body.get<Immediate::mem1_lane>();
  CHECK((lane.memory.offset == 1 && lane.lane == 3));
}

TEST_CASE("an alignment of bits without a meaning is malformed, and another memory needs its proposal") {
  CHECK(message<Immediate::mem4>({0x80, 1, 0}) == "malformed: malformed memop flags at byte 0x0");
  CHECK(message<Immediate::mem4>({0x42, 1, 0}, Features::wasm2()) == "invalid: unsupported proposal at byte 0x0: needs multi-memory");
  CHECK(message<Immediate::mem4>({2}) == "malformed: unexpected end of section or function at byte 0x1");
}

TEST_CASE("a block's type is nothing, a result, or the index of a function type") {
  Body body({0x40, ValueType::f64, 0x63, 0x70, ValueType::v128, 0});
  CHECK(body.get<Immediate::block>().results.empty());
  CHECK(body.get<Immediate::block>().results[0] == ValueType(ValueType::f64));
  const BlockType reference = body.get<Immediate::block>(), vector = body.get<Immediate::block>(), function = body.get<Immediate::block>();
  CHECK(reference.results[0] == funcref);  // still there
  CHECK(vector.results[0] == ValueType(ValueType::v128));
  CHECK((function.params.size() == 1 && function.results.size() == 2));
}

TEST_CASE("a block's type that is none is refused") {
  CHECK(message<Immediate::block>({2}) == "invalid: unknown type at byte 0x0: 2");
  CHECK(message<Immediate::block>({1}) == "invalid: unknown type at byte 0x0: 1");  // a structure
  CHECK(message<Immediate::block>({0x41}) == "malformed: malformed block type at byte 0x0");
  CHECK(message<Immediate::block>({0}, Features::wasm1()) == "invalid: unsupported proposal at byte 0x0: needs multi-value");
  CHECK(message<Immediate::block>({}) == "malformed: unexpected end of section or function at byte 0x0");
}

TEST_CASE("a block's type can be skipped whether or not the module has it") {
  Body body({77, 0x40, 0x63, 0x70, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F});
  for (int i = 0; i < 4; ++i) CHECK(body.in->skip_block_type());
  CHECK(body.in->at_end());
}

TEST_CASE("the labels of a table have their default last") {
  Body body({2, 7, 8, 9, 0, 5});
  CHECK(std::ranges::equal(body.get<Immediate::labels>().depths, std::array{7u, 8u, 9u}));
  CHECK(std::ranges::equal(body.get<Immediate::labels>().depths, std::array{5u}));
  CHECK(message<Immediate::labels>({5, 0, 0}) == "malformed: length out of bounds at byte 0x0");
  CHECK(message<Immediate::labels>({2, 0, 0}) == "malformed: unexpected end of section or function at byte 0x3");
  CHECK(message<Immediate::labels>({u32(limit::branch_table + 1), Bytes(limit::branch_table + 2, 0)}) ==
        "invalid: implementation limit exceeded at byte 0x0: 65521 labels, at most 65520");
}

TEST_CASE("a select has one type, although more may be written") {
  Body body({1, ValueType::f32});
  CHECK(body.get<Immediate::types>() == ValueType(ValueType::f32));
  CHECK(message<Immediate::types>({2, ValueType::f32, ValueType::i32}) == "invalid: invalid result arity at byte 0x0");
  CHECK(message<Immediate::types>({0}) == "invalid: invalid result arity at byte 0x0");
}

TEST_CASE("a try_table has a block's type and clauses, half of which have a tag") {
  Body body({0x40, 2, 0, 4, 1, 3, 0});
  const auto block = body.get<Immediate::block_catch>();
  REQUIRE(block.clauses.size() == 2);
  CHECK((block.clauses[0].kind == CatchClause::one && block.clauses[0].tag == 4 && block.clauses[0].depth == 1));
  CHECK((block.clauses[1].kind == CatchClause::all_ref && block.clauses[1].depth == 0));
  CHECK(message<Immediate::block_catch>({0x40, 1, 4, 0}) == "malformed: malformed catch clause at byte 0x2");
}

TEST_CASE("a cast has two types that may be null or not, by its flags") {
  Body body({2, 1, 0x6E, 0x6D});
  const Cast cast = body.get<Immediate::cast>();
  CHECK(cast.depth == 1);
  CHECK(cast.from == ValueType::reference(HeapType::any, false));
  CHECK(cast.to == ValueType::reference(HeapType::eq, true));
  CHECK(message<Immediate::cast>({4, 1, 0x6E, 0x6D}) == "malformed: malformed br_on_cast flags at byte 0x0");
}

TEST_CASE("a byte that must be zero is") {
  CHECK(message<Immediate::zero>({1}) == "malformed: zero byte expected at byte 0x0");
  CHECK(message<Immediate::zero>({0}) == "nothing");
}

TEST_CASE("what the end of a body without its end is called depends on what stands behind it") {
  Module module;
  module.bytes = std::make_shared<const std::vector<std::byte>>(as_bytes(join({Op::nop, Op::nop, Op::end, Op::nop})));
  const auto missing_end = [&](std::size_t size) {
    Immediates in(module);
    FunctionBody body;
    body.code = std::span(*module.bytes).first(size);
    in.begin(body, Features::all());
    in.bytes(size);
    in.missing_end();
    return in.error().message();
  };
  CHECK(missing_end(1) == "malformed: END opcode expected at byte 0x1");
  CHECK(missing_end(2) == "malformed: section size mismatch at byte 0x2");
  CHECK(missing_end(4) == "malformed: unexpected end of section or function at byte 0x4");
}
