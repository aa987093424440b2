#pragma once
/// \file
/// How what a host function throws, or returns as an error, goes on in the guest that called it. Only the adapter's frame is between the two.

#include <cstdint>

#include <wasmer/error.hpp>
#include <wasmer/support/attributes.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/activation.hpp>
#include <wasmer/vm/exception.hpp>
#include <wasmer/vm/store.hpp>

namespace wasmer::vm {

/// Has the host function at hand throw, once it has returned.
WASMER_ONCE void raise(Store& store, const Exception& exception) noexcept;
/// The same for what is no exception of the guest's.
WASMER_ONCE void raise(Store& store, Error cause) noexcept;

/// What becomes of the C++ exception in flight: an exception that the guest may catch. An ErrorException is the Error that it carries, so host code may call
/// `value()` on what guests return; only what was an exception in a guest is one again.
void record_exception(Store& store);

/// Records the error that a host function returned; a trap without a backtrace gets one. A guest's exception goes on as one.
void record_error(Store& store, Error error);

/// Where an adapter returns to whose function throws `Activation::thrown`: as if guest code had called this where it called the adapter.
void throw_pending();

/// Has the function whose frame this is return to `throw_pending`.
[[gnu::always_inline]] inline void throw_on_return(Store& store, std::uintptr_t* frame) {
  store.throw_site = frame[1];
  const_cast<volatile std::uintptr_t*>(frame)[1] = reinterpret_cast<std::uintptr_t>(&throw_pending);
}

}  // namespace wasmer::vm

#if !defined(WASMER_COMPILED)
#include <wasmer/vm/unwind.hpp>
#endif
