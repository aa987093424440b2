#pragma once
/// \file
/// From a fault in guest code to an Error at the C++ code that entered it. A signal handler recognizes the fault and has the thread go on in `land`,
/// on the guest's own stack and outside of the handler; all other faults go on to the handlers that were there before ours.

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>

namespace wasmer::vm {

struct TrapSite;

/// Makes traps of the signals that guest code raises.
class TrapHandler {
 public:
  /// Puts it in place, in front of all other handlers.
  static void install();
  /// The same, and cheap when it is there.
  static void renew();

 private:
  // Runs at any point of any thread: nothing in it allocates, locks, or touches what guest code cannot be interrupted in the middle of.

  static void handle(int signal, siginfo_t* info, void* context);
  /// The trap that a signal of the instruction at `pc` stands for; nothing when the signal cannot come from it.
  static std::optional<ErrorId> meaning(const TrapSite& site, const std::byte* pc, int signal, std::uintptr_t address, std::uint64_t rax);
  /// The same of what an instruction itself says, as TrapSite::by_instruction tells.
  static std::optional<ErrorId> meaning(const std::byte* pc, int signal, std::uintptr_t address, std::uint64_t rax);
};

}  // namespace wasmer::vm

#if !defined(WASMER_COMPILED)
#include <algorithm>
#include <array>
#include <new>
#include <ucontext.h>

#include <wasmer/support/attributes.hpp>
#include <wasmer/vm/backtrace.hpp>
#include <wasmer/vm/code.hpp>
#include <wasmer/vm/code_registry.hpp>
#include <wasmer/vm/entry.hpp>
#include <wasmer/vm/object.hpp>
#include <wasmer/vm/signal_chain.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/thread.hpp>

namespace wasmer::vm {

/// Records a trap of `store`'s guest code, with its backtrace as far as there is memory for one.
[[gnu::noinline]] inline void record_trap(Store& store, ErrorId id, const GuestPlace& place) {
  try {
    store.fail(Error(id).with_backtrace(backtrace(store, place)));
  } catch (const std::bad_alloc&) {
    store.fail(Error(id));
  }
}

/// Where a thread goes on after a fault, as if the faulting instruction had called it.
[[noreturn]] WASMER_NO_TSAN inline void land(ErrorId id, const std::byte* pc, const std::uintptr_t* frame, const std::uintptr_t* frameless) {
  Store& store = *this_thread.store;
  record_trap(store, id, {pc, frame, true, frameless});
  unwind(store);
}

WASMER_ONCE void TrapHandler::install() { SignalChain::install(&handle); }
WASMER_ONCE void TrapHandler::renew() { SignalChain::renew(&handle); }

WASMER_ONCE void TrapHandler::handle(int signal, siginfo_t* info, void* context) {
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto* const pc = reinterpret_cast<const std::byte*>(registers[REG_RIP]);
  const Code* const code = CodeRegistry::find(pc);
  const std::optional<TrapSite> site = code == nullptr ? std::nullopt : code->trap_at(pc);
  const std::optional<ErrorId> id = !site || this_thread.store == nullptr
      ? std::nullopt : meaning(*site, pc, signal, reinterpret_cast<std::uintptr_t>(info->si_addr), static_cast<std::uint64_t>(registers[REG_RAX]));
  if (!id) return SignalChain::pass_on(signal, info, context);

  const std::uintptr_t sp = static_cast<std::uintptr_t>(registers[REG_RSP]);
  constexpr std::uintptr_t red_zone = 128;
  registers[REG_RDI] = static_cast<greg_t>(*id);
  registers[REG_RSI] = registers[REG_RIP];
  registers[REG_RDX] = registers[REG_RBP];
  registers[REG_RCX] = code->function_at(pc)->frameless ? static_cast<greg_t>(sp) : 0;
  registers[REG_RSP] = static_cast<greg_t>(((sp - red_zone) & ~std::uintptr_t{15}) - sizeof(std::uintptr_t));
  registers[REG_RIP] = reinterpret_cast<greg_t>(&land);
}

WASMER_ONCE std::optional<ErrorId> TrapHandler::meaning(const TrapSite& site, const std::byte* pc, int signal, std::uintptr_t address, std::uint64_t rax) {
  const Store& store = *this_thread.store;
  switch (site.kind) {
    case TrapSite::always: return signal == SIGILL ? std::optional(site.id) : std::nullopt;
    case TrapSite::in_rax:
      if (signal != SIGILL || (rax & 0xFF) >= error_infos.size()) return std::nullopt;
      return static_cast<ErrorId>(rax & 0xFF);
    case TrapSite::stack_check:
      if (signal != SIGILL) return std::nullopt;
      return store.interrupted() ? ErrorId::interrupted : ErrorId::call_stack_exhausted;
    case TrapSite::memory:
      if ((signal != SIGSEGV && signal != SIGBUS) || !store.reserves(address)) return std::nullopt;
      return ErrorId::out_of_bounds_memory_access;
    case TrapSite::division: return signal == SIGFPE ? std::optional(ErrorId::integer_divide_by_zero) : std::nullopt;
    case TrapSite::by_instruction: return meaning(pc, signal, address, rax);
  }
  return std::nullopt;
}

WASMER_ONCE std::optional<ErrorId> TrapHandler::meaning(const std::byte* pc, int signal, std::uintptr_t address, std::uint64_t rax) {
  if (signal != SIGILL) return meaning({.kind = TrapSite::memory}, pc, signal, address, rax);
  constexpr std::array ud2{std::byte{0x0F}, std::byte{0x0B}};
  constexpr std::array ud1{std::byte{0x67}, std::byte{0x0F}, std::byte{0xB9}};  // ud1 displacement(%eax), %eax: of one byte or of four, the lowest first
  if (std::equal(ud2.begin(), ud2.end(), pc)) return meaning({.kind = TrapSite::in_rax}, pc, signal, address, rax);
  if (!std::equal(ud1.begin(), ud1.end(), pc)) return std::nullopt;
  const auto id = static_cast<std::uint8_t>(pc[ud1.size() + 1]);
  if (id >= error_infos.size()) return std::nullopt;
  if (static_cast<ErrorId>(id) == ErrorId::call_stack_exhausted) return meaning({.kind = TrapSite::stack_check}, pc, signal, address, rax);
  return static_cast<ErrorId>(id);
}

}  // namespace wasmer::vm
#endif
