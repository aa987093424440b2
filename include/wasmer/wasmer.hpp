#pragma once
/// \file
/// All of wasmer: backends, ABIs, and the runtime that joins them.

#include <wasmer/abi/wasi.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>
#include <wasmer/vm/deadline.hpp>

#if defined(WASMER_COMPILED)
#include <wasmer/compiled.hpp>
#endif
