#include <cstddef>

#include <wasmer/backend/masm/asmjit.hpp>

#include "../../catch.hpp"

using namespace wasmer;

TEST_CASE("the shim reaches the assembler's buffer, and growing it keeps what is there", "[masm]") {
  asmjit::CodeHolder holder;
  REQUIRE(holder.init(asmjit::Environment::host()) == masm::asmjit_ok);
  masm::x86::Assembler assembler(&holder);
  REQUIRE(assembler.ret() == masm::asmjit_ok);
  CHECK(masm::cursor(assembler) == masm::buffer_begin(assembler) + 1);
  *masm::cursor(assembler)++ = 0x90;  // written without asmjit

  REQUIRE(masm::grow(assembler, 1 << 20) == masm::asmjit_ok);
  CHECK(masm::buffer_end(assembler) - masm::cursor(assembler) >= 1 << 20);
  CHECK(masm::cursor(assembler) == masm::buffer_begin(assembler) + 2);
  CHECK(masm::buffer_begin(assembler)[0] == 0xC3);
  CHECK(masm::buffer_begin(assembler)[1] == 0x90);
}
