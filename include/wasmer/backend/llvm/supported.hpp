#pragma once
/// \file
/// What the LLVM backend compiles.

#include <wasmer/wasm/features.hpp>

namespace wasmer::llvm_backend {

/// Every instruction of these has a handler.
inline constexpr Features supported = Features::wasm2() | Features{
    Proposal::tail_call, Proposal::extended_const, Proposal::function_references, Proposal::gc, Proposal::memory64, Proposal::multi_memory,
    Proposal::wide_arithmetic, Proposal::custom_page_sizes, Proposal::relaxed_simd, Proposal::threads,
    Proposal::exceptions, Proposal::legacy_exceptions,
};

}  // namespace wasmer::llvm_backend
