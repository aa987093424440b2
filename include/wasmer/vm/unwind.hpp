#pragma once
/// \file
/// Throwing: from the place of a throw, frame by frame, to the landing pad of the innermost handler that fits, or to the entry thunk, for x86-64 System V.
///
/// Nothing is spent where nothing is thrown. The unwinder is called with all callee-saved registers as the throwing function has them, takes those that a
/// frame has saved from that frame as it leaves it, and so knows what they held when the function was entered that goes on. Only guest frames are walked:
/// a host function that throws returns first, all of its C++ frames with it, to `throw_pending`.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/attributes.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/activation.hpp>
#include <wasmer/vm/backtrace.hpp>
#include <wasmer/vm/code.hpp>
#include <wasmer/vm/code_registry.hpp>
#include <wasmer/vm/entry.hpp>
#include <wasmer/vm/exceptions.hpp>
#include <wasmer/vm/raise.hpp>
#include <wasmer/vm/store.hpp>

namespace wasmer::vm {

/// The registers at a throw, which become those at a landing pad. The assembly below knows the offsets.
struct ThrowFrame {
  std::array<std::uintptr_t, 5> saved;  ///< rbx, r12, r13, r14, r15
  ExceptionInstance* exception;
  std::uintptr_t sp;                    ///< at the landing pad
  std::uintptr_t unused;
  const std::uintptr_t* frame;          ///< rbp
  const std::byte* pc;                  ///< the return address of the throw; then the landing pad
};
static_assert(sizeof(ThrowFrame) == 80 && offsetof(ThrowFrame, exception) == 40 && offsetof(ThrowFrame, sp) == 48 && offsetof(ThrowFrame, frame) == 64 && offsetof(ThrowFrame, pc) == 72);

// Each finds the landing pad for an exception and leaves its registers in `frame`; if there is none, the failure is recorded and the guest left.
extern "C" {
void wasmer_vm_throw_tag(Context* context, std::uint32_t tag, const std::byte* values, std::uintptr_t stride, ThrowFrame* frame);
void wasmer_vm_throw_ref(Context* context, ExceptionInstance* exception, std::uintptr_t, std::uintptr_t, ThrowFrame* frame);
void wasmer_vm_throw_pending(std::uintptr_t, std::uintptr_t, std::uintptr_t, std::uintptr_t, ThrowFrame* frame);
}

#define WASMER_THROW(unwinder)      \
  "pushq %rbp\n"                    \
  ".cfi_def_cfa_offset 16\n"        \
  ".cfi_offset %rbp, -16\n"         \
  "movq %rsp, %rbp\n"               \
  ".cfi_def_cfa_register %rbp\n"    \
  "subq $64, %rsp\n"                \
  "movq %rbx, (%rsp)\n"             \
  "movq %r12, 8(%rsp)\n"            \
  "movq %r13, 16(%rsp)\n"           \
  "movq %r14, 24(%rsp)\n"           \
  "movq %r15, 32(%rsp)\n"           \
  "movq %rsp, %r8\n"                \
  "call " unwinder "@PLT\n"         \
  "movq (%rsp), %rbx\n"             \
  "movq 8(%rsp), %r12\n"            \
  "movq 16(%rsp), %r13\n"           \
  "movq 24(%rsp), %r14\n"           \
  "movq 32(%rsp), %r15\n"           \
  "movq 40(%rsp), %rax\n"           \
  "movq 64(%rsp), %rbp\n"           \
  "movq 72(%rsp), %rcx\n"           \
  "movq 48(%rsp), %rsp\n"           \
  "jmp *%rcx\n"

/// Libcall::throw_: a new exception. Called by guest code, to which it does not return.
WASMER_ASSEMBLY inline void throw_tag() { __asm__(WASMER_THROW("wasmer_vm_throw_tag")); }

/// Libcall::throw_ref: an exception that there is.
WASMER_ASSEMBLY inline void throw_exception() { __asm__(WASMER_THROW("wasmer_vm_throw_ref")); }

#if !defined(WASMER_COMPILED)
WASMER_ASSEMBLY WASMER_ONCE void throw_pending() { __asm__("subq $8, %rsp\n" WASMER_THROW("wasmer_vm_throw_pending")); }
#endif

#undef WASMER_THROW

/// The tag of exceptions that stand for C++ exceptions. Guests cannot import it: only what catches all catches them.
inline const std::shared_ptr<const Tag>& host_tag() {
  static const std::shared_ptr<const Tag> tag = Tag::create(std::span<const ValueType>(), "host exception");
  return tag;
}

/// The exception as the host sees it.
WASMER_ONCE Exception to_exception(const ExceptionInstance& instance);

#if !defined(WASMER_COMPILED)

WASMER_ONCE void raise(Store& store, const Exception& exception) noexcept {
  try {
    ExceptionInstance& instance = store.exceptions().create(exception.tag());
    std::uint64_t* word = instance.values();
    const std::span<const ValueType> types = exception.tag()->type().params();
    for (std::size_t i = 0; i < std::min(types.size(), exception.values().size()); ++i) {
      std::memcpy(word, exception.values()[i].v128().bytes, types[i].is_vector() ? 16 : 8);
      word += types[i].is_vector() ? 2 : 1;
    }
    store.thrown = &instance;
  } catch (const std::bad_alloc&) {
    store.fail(Error(ErrorId::out_of_memory));
  }
}

WASMER_ONCE void raise(Store& store, Error cause) noexcept {
  try {
    ExceptionInstance& instance = store.exceptions().create(host_tag());
    instance.cause = std::move(cause);
    store.thrown = &instance;
  } catch (const std::bad_alloc&) {
    store.fail(Error(ErrorId::out_of_memory));
  }
}

[[gnu::noinline]] WASMER_ONCE void record_exception(Store& store) {
  try {
    throw;
  } catch (const ErrorException& exception) {
    if (exception.error().exception() != nullptr) raise(store, *exception.error().exception());
    else store.fail(exception.error());
  } catch (const Exception& exception) {
    raise(store, exception);
  } catch (...) {
    raise(store, Error(ErrorId::host_exception).with_cause(std::current_exception()));
  }
}

[[gnu::noinline]] WASMER_ONCE void record_error(Store& store, Error error) {
  if (error.exception() != nullptr) return raise(store, *error.exception());
  if (error.stage() == Stage::trap && error.backtrace().empty()) error = std::move(error).with_backtrace(backtrace(store));
  store.fail(std::move(error));
}

WASMER_ONCE Exception to_exception(const ExceptionInstance& instance) {
  std::vector<Value> values;
  const std::uint64_t* word = instance.values();
  for (const ValueType type : instance.tag->type().params()) {
    V128 bits;
    std::memcpy(bits.bytes, word, size_of(type));
    values.emplace_back(type, bits);
    Exceptions::give_out(values.back());
    word += type.is_vector() ? 2 : 1;
  }
  return Exception(instance.tag, std::move(values));
}

namespace detail {

/// A tag of the code's module, as the instance with this context has it.
inline const Tag* tag_of(const Code& code, const Context* context, std::uint32_t tag) {
  return *reinterpret_cast<const Tag* const*>(reinterpret_cast<const std::byte*>(context) + code.layout().tag(tag));
}

/// Walks from the throw in `start` to where the exception goes on; false if no handler fits, and then nothing has changed.
inline bool find_handler(const Store& store, ExceptionInstance& exception, ThrowFrame& start) {
  ThrowFrame at = start;
  at.exception = &exception;
  at.sp = reinterpret_cast<std::uintptr_t>(&start + 1);
  while (at.frame != frame_pointer(store.entry)) {
    const Code* const code = CodeRegistry::find(at.pc - 1);  // a call that does not return may be its function's last instruction
    const FunctionRange* const function = code == nullptr ? nullptr : code->function_at(at.pc - 1);
    if (function == nullptr) return false;
    const auto* const context = reinterpret_cast<const Context*>(at.frame[-1]);
    const std::byte* const pad = code->landing_pad(at.pc, [&](std::uint32_t tag) { return tag_of(*code, context, tag) == exception.tag.get(); });
    if (pad != nullptr) {
      at.pc = pad;
      start = at;
      return true;
    }
    for (unsigned i = 0; i < at.saved.size(); ++i)
      if (function->saved[i] != 0) at.saved[i] = at.frame[-static_cast<int>(function->saved[i])];
    at.sp = reinterpret_cast<std::uintptr_t>(at.frame + 2);  // what the callee's return leaves
    at.pc = reinterpret_cast<const std::byte*>(at.frame[1]);
    at.frame = reinterpret_cast<const std::uintptr_t*>(at.frame[0]);
  }
  return false;
}

[[gnu::noinline]] inline void record_uncaught(Store& store, const ExceptionInstance& exception, const ThrowFrame& frame) {
  try {
    Error error = exception.cause ? *exception.cause : to_exception(exception).error();
    if (error.stage() == Stage::trap && error.backtrace().empty()) error = std::move(error).with_backtrace(backtrace(store, {frame.pc, frame.frame}));
    store.fail(std::move(error));
  } catch (const std::bad_alloc&) {
    store.fail(Error(ErrorId::out_of_memory));
  }
}

/// Frees exceptions that nothing refers to, if it is time. Not when some of the store's guest code runs on another stack, whose bounds nobody knows.
[[gnu::noinline]] inline void collect(Store& store, const ThrowFrame& frame, ExceptionInstance* thrown) {
  if (!store.exceptions().should_collect()) return;
  const std::uintptr_t* outermost = nullptr;
  for (const std::uintptr_t* entry = store.entry; entry != nullptr; entry = reinterpret_cast<const EntryFrame*>(entry)->outer_entry) {
    if (!store.stack().holds(reinterpret_cast<std::uintptr_t>(entry))) return;
    outermost = entry;
  }
  const auto* const begin = reinterpret_cast<const std::uintptr_t*>(&frame);
  if (store.stack().holds(reinterpret_cast<std::uintptr_t>(begin)) && begin < outermost)
    store.exceptions().collect({begin, static_cast<std::size_t>(outermost - begin)}, thrown);
}

WASMER_NO_TSAN inline void throw_at(Store& store, ExceptionInstance* exception, ThrowFrame& frame) {
  if (exception != nullptr && find_handler(store, *exception, frame)) return support::forget_frames();
  if (exception != nullptr) record_uncaught(store, *exception, frame);
  unwind(store);
}

/// A new exception with the values at `values` and below, one each `stride` bytes; null, and a failure, without memory.
[[gnu::noinline]] inline ExceptionInstance* new_exception(Store& store, const Tag& tag, const std::byte* values, std::uintptr_t stride) {
  try {
    ExceptionInstance& exception = store.exceptions().create(tag.shared_from_this());
    std::uint64_t* word = exception.values();
    for (const ValueType type : tag.type().params()) {
      std::memcpy(word, values, size_of(type));
      word += type.is_vector() ? 2 : 1;
      values -= stride;
    }
    return &exception;
  } catch (const std::bad_alloc&) {
    store.fail(Error(ErrorId::out_of_memory));
    return nullptr;
  }
}

}  // namespace detail

extern "C" {
[[gnu::used, gnu::noinline]] WASMER_NO_TSAN WASMER_ONCE void wasmer_vm_throw_tag(Context* context, std::uint32_t tag, const std::byte* values, std::uintptr_t stride, ThrowFrame* frame) {
  Store& store = *context->store;
  detail::collect(store, *frame, nullptr);
  const Code& code = *CodeRegistry::find(frame->pc - 1);
  detail::throw_at(store, detail::new_exception(store, *detail::tag_of(code, context, tag), values, stride), *frame);
}

[[gnu::used, gnu::noinline]] WASMER_NO_TSAN WASMER_ONCE void wasmer_vm_throw_ref(Context* context, ExceptionInstance* exception, std::uintptr_t, std::uintptr_t, ThrowFrame* frame) {
  Store& store = *context->store;
  detail::collect(store, *frame, exception);
  detail::throw_at(store, exception, *frame);
}

[[gnu::used, gnu::noinline]] WASMER_NO_TSAN WASMER_ONCE void wasmer_vm_throw_pending(std::uintptr_t, std::uintptr_t, std::uintptr_t, std::uintptr_t, ThrowFrame* frame) {
  Store& store = *this_thread.store;
  frame->pc = reinterpret_cast<const std::byte*>(store.throw_site);
  ExceptionInstance* const exception = std::exchange(store.thrown, nullptr);
  detail::collect(store, *frame, exception);
  detail::throw_at(store, exception, *frame);
}
}

#endif

}  // namespace wasmer::vm
