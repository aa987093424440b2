#pragma once
/// \file
/// The ways into guest code and out of it that C++ cannot express, for x86-64 System V: one thunk for all signatures, a call whose signature is
/// known only at run time, and the jump from a trap back to the thunk's caller.

#include <cstddef>
#include <cstdint>

#include <wasmer/support/attributes.hpp>
#include <wasmer/vm/activation.hpp>

#if !defined(__x86_64__)
#error "vm/entry.hpp: no entry thunk for this processor"
#endif

namespace wasmer::vm {

static_assert(offset::store == 32);

/// Called as if it were the function that `Activation::target` of the context's store names: arguments and results pass through untouched.
/// Keeps what an unwinding needs: callee-saved registers, the stack, and the entry and exit before this one.
WASMER_ASSEMBLY inline void enter() {
  __asm__(R"(
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq 32(%rdi), %rbx
    movq 8(%rbx), %r12
    movq 16(%rbx), %r13
    pushq %rbx
    pushq %r12
    pushq %r13
    movq %rsp, 8(%rbx)
    call *(%rbx)
    movq %r12, 8(%rbx)
    movq %r13, 16(%rbx)
    addq $24, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    .cfi_def_cfa %rsp, 8
    ret
  )");
}

/// Leaves all frames inside the innermost entry and returns from its thunk, with an undefined result. The frames' C++ objects must be gone.
[[noreturn]] WASMER_ASSEMBLY inline void leave(Activation*) {
  __asm__(R"(
    movq 8(%rdi), %rsp
    movq %rdi, %r10
    popq 16(%r10)
    popq 8(%r10)
    popq %r10
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
  )");
}

/// The argument registers of a call, in order; afterwards the first of each kind is what the result registers held.
struct Registers {
  std::uint64_t integers[6] = {};  ///< the first is the context
  alignas(16) V128 floats[8] = {};
  void (*through)() = &enter;
};

static_assert(offsetof(Registers, floats) == 48 && offsetof(Registers, through) == 176);

/// Enters guest code with all argument registers loaded from `registers`, and stores the result registers there.
WASMER_ASSEMBLY inline void enter_with(Registers*) {
  __asm__(R"(
    pushq %rbx
    .cfi_def_cfa_offset 16
    .cfi_offset %rbx, -16
    movq %rdi, %rbx
    movaps 48(%rbx), %xmm0
    movaps 64(%rbx), %xmm1
    movaps 80(%rbx), %xmm2
    movaps 96(%rbx), %xmm3
    movaps 112(%rbx), %xmm4
    movaps 128(%rbx), %xmm5
    movaps 144(%rbx), %xmm6
    movaps 160(%rbx), %xmm7
    movq 8(%rbx), %rsi
    movq 16(%rbx), %rdx
    movq 24(%rbx), %rcx
    movq 32(%rbx), %r8
    movq 40(%rbx), %r9
    movq (%rbx), %rdi
    call *176(%rbx)
    movq %rax, (%rbx)
    movaps %xmm0, 48(%rbx)
    popq %rbx
    .cfi_def_cfa_offset 8
    ret
  )");
}

/// The stack pointer of the caller.
[[gnu::always_inline]] inline std::uintptr_t stack_pointer() {
  std::uintptr_t sp;
  __asm__ volatile("movq %%rsp, %0" : "=r"(sp));
  return sp;
}

/// Leaves guest code from C++: the sanitizers learn that the frames are left.
[[noreturn]] WASMER_NO_TSAN inline void unwind(Activation& activation) {
  support::forget_frames();
  leave(&activation);
}

}  // namespace wasmer::vm
