#pragma once
/// \file
/// The compiler attributes that code on the border between C++ and machine code needs.

#if defined(__SANITIZE_ADDRESS__)
#define WASMER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WASMER_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define WASMER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WASMER_TSAN 1
#endif
#endif

/// For functions that are left by a jump, past their end, and so must not be counted as entered.
#define WASMER_NO_TSAN __attribute__((no_sanitize("thread")))

/// For functions that look at frames as a whole, whatever lies there.
#define WASMER_NO_ASAN __attribute__((no_sanitize("address")))

/// For calls through a type that differs from the callee's declared one: the entry thunk has no type of its own.
#if defined(__clang__)
#define WASMER_ANY_CALLEE __attribute__((no_sanitize("function")))
#else
#define WASMER_ANY_CALLEE
#endif

/// A function whose body is its assembly and nothing else.
#if defined(__clang__)
#define WASMER_ASSEMBLY __attribute__((naked, noinline))
#else
#define WASMER_ASSEMBLY __attribute__((naked, noipa, no_profile_instrument_function))
#endif

#if defined(WASMER_ASAN)
extern "C" void __asan_handle_no_return();
#endif

namespace wasmer::support {

/// Tells the address sanitizer that frames are about to be left without returning.
inline void forget_frames() {
#if defined(WASMER_ASAN)
  __asan_handle_no_return();
#endif
}

}  // namespace wasmer::support
