#pragma once
/// \file
/// Whether a module is valid (spec chapter 3).

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/support/once.hpp>

namespace wasmer {

/// Whether all of a decoded module but its bodies is valid; compilers check the bodies while they compile them.
WASMER_ONCE Result<void> validate_module(const Module& module, Features features);

/// Whether a decoded module is valid: the module, then each body in its order. The first error is the answer.
WASMER_ONCE Result<void> validate(const Module& module, Features features);

}  // namespace wasmer

#if !defined(WASMER_COMPILED)
#include <wasmer/module/validator.hpp>
#endif
