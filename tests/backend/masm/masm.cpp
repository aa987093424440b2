#include <wasmer/backend/masm/masm.hpp>

#include <cstdint>
#include <cstring>
#include <type_traits>

#include <wasmer/support/virtual_memory.hpp>

#include "../../catch.hpp"
#include "encodings.hpp"

using namespace wasmer;
using namespace wasmer::masm;
using tests::encoded;
using tests::to_text;

namespace {

static_assert(!std::is_copy_constructible_v<Masm> && !std::is_move_constructible_v<Masm>, "asmjit's assembler is attached to its code");
static_assert(std::is_trivially_copyable_v<Label> && sizeof(Label) == 8, "a label is two words and owns nothing");

static_assert(Masm::fits8(127) && Masm::fits8(-128) && !Masm::fits8(128) && !Masm::fits8(-129));
static_assert(Masm::fits32(INT32_MAX) && Masm::fits32(INT32_MIN) && !Masm::fits32(std::int64_t{INT32_MAX} + 1) &&
              !Masm::fits32(std::int64_t{INT32_MIN} - 1));
static_assert(Masm::prefix(FloatWidth::f32) == 0xF3 && Masm::prefix(FloatWidth::f64) == 0xF2 && Masm::prefix(FloatWidth::v128) == 0);

/// Code that can be called.
class Executable {
 public:
  explicit Executable(const Masm& masm) : memory_(support::VirtualMemory::reserve(masm.offset()).value()) {
    REQUIRE(memory_.protect(0, memory_.size(), support::Access::read_write));
    std::memcpy(memory_.data(), masm.code().data(), masm.offset());
    REQUIRE(memory_.protect(0, memory_.size(), support::Access::read_execute));
  }
  template <class Function> Function* as() const { return reinterpret_cast<Function*>(memory_.data()); }

 private:
  support::VirtualMemory memory_;
};

/// Takes the assembler's memory for code to its end: from now on there is no more.
void exhaust(Masm& m) {
#if ASMJIT_LIBRARY_VERSION >= 0x011200
  auto& buffer = m.asmjit().current_section()->_buffer;
#else
  auto& buffer = m.asmjit().currentSection()->_buffer;
#endif
  buffer._flags |= asmjit::CodeBufferFlags::kIsFixed;
  for (std::uint32_t written = ~0u; written != m.offset();) written = m.offset(), m.ret();
}

}  // namespace

TEST_CASE("what is assembled runs: a loop with a jump in either direction", "[masm]") {
  // Adds the numbers from the argument, in rdi, down to 1.
  Masm m;
  Label again, done;
  m.mov(Gp::rax, 0);
  m.bind(again);
  m.test(Width::w64, Gp::rdi, Gp::rdi);
  m.jcc(Condition::e, done);
  m.alu(Alu::add, Width::w64, Gp::rax, Gp::rdi);
  m.alu(Alu::sub, Width::w64, Gp::rdi, 1);
  m.jmp(again);
  m.bind(done);
  m.ret();
  const Executable code(m);
  auto* const sum = code.as<std::uint64_t(std::uint64_t)>();
  CHECK(sum(0) == 0);
  CHECK(sum(1) == 1);
  CHECK(sum(100'000) == 5'000'050'000);
}

TEST_CASE("what is assembled runs: floats, with a literal behind the code", "[masm]") {
  Masm m;
  Label half;
  m.float_op(FloatOp::sqrt, FloatWidth::f64, Xmm::xmm0, Xmm::xmm0);
  m.float_literal(Masm::prefix(FloatWidth::f64), 0x59, Xmm::xmm0, half);  // mulsd
  m.ret();
  m.align(8);
  m.bind(half);
  m.word64(0x3FE0'0000'0000'0000);
  const Executable code(m);
  CHECK(code.as<double(double)>()(2.25) == 0.75);
}

TEST_CASE("a constant is moved without touching the flags, zero as well", "[masm]") {
  for (const std::uint64_t constant : {std::uint64_t{0}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    Masm m;
    m.test(Width::w64, Gp::rdi, Gp::rdi);
    m.mov(Gp::rcx, constant);
    m.set(Condition::e, Gp::rax);
    m.ret();
    const Executable code(m);
    CHECK(code.as<std::uint32_t(std::uint64_t)>()(0) == 1);
    CHECK(code.as<std::uint32_t(std::uint64_t)>()(5) == 0);
  }
}

TEST_CASE("a label that is reset can be bound again", "[masm]") {
  Masm m;
  Label label;
  m.jmp(label);
  m.bind(label);
  label.reset();
  CHECK_FALSE(label.is_bound());
  CHECK_FALSE(label.is_used());
  m.jmp(label);
  m.ret();
  m.bind(label);
  CHECK(label.position() == 11);
  CHECK(m.read32(1) == 0);
  CHECK(m.read32(6) == 1);
}

TEST_CASE("when memory for code runs out that is told, and what was written stays as it was", "[masm]") {
  Masm m;
  m.push(Gp::rbp);
  CHECK_FALSE(m.failed());
  exhaust(m);
  REQUIRE(m.failed());
  const std::uint32_t written = m.offset();
  m.mov(Gp::rax, ~std::uint64_t{0} >> 1);
  m.float_op(FloatOp::add, FloatWidth::f64, Xmm::xmm1, Xmm::xmm2);
  m.word64(1);
  CHECK(m.offset() == written);
  CHECK(m.code()[0] == std::byte{0x55});
  CHECK(m.code()[1] == std::byte{0xC3});
}

TEST_CASE("code of more than the given size fails like memory that runs out", "[masm]") {
  Masm m(50'000);
  while (!m.failed() && m.offset() < 1'000'000) m.mov(Gp::rax, ~std::uint64_t{0} >> 1);
  CHECK(m.failed());
  CHECK(m.offset() > 50'000 - 32);
  CHECK(m.offset() < 200'000);
}

TEST_CASE("without memory, alignment, labels and patches come to an end all the same", "[masm]") {
  Masm m;
  exhaust(m);
  const std::uint32_t written = m.offset();
  Label ahead;
  m.jmp(ahead);
  m.jcc(Condition::e, ahead);
  m.lea(Gp::rax, ahead);
  m.bind(ahead);
  m.jmp(ahead);
  m.bind_short(m.jcc_short(Condition::ne));
  m.write32(m.jcc_later(Condition::b), 0);
  m.write32(m.call_later(), 0);
  m.align(4096);
  m.reserve(64);
  m.move(0, 16, 16);
  CHECK(m.offset() == written);
  CHECK(m.failed());
}

TEST_CASE("clearing forgets the code, and not that memory ran out", "[masm]") {
  Masm m;
  exhaust(m);
  m.clear();
  CHECK(m.offset() == 0);
  CHECK(m.failed());
}

TEST_CASE("taking back to the beginning leaves nothing", "[masm]") {
  Masm m;
  m.push(Gp::rbp);
  m.rewind(0);
  CHECK(m.code().empty());
  CHECK(to_text(encoded([](Masm& other) { other.ret(), other.rewind(0), other.leave(); })) == "c9");
}
