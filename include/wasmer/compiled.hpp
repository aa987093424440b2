#pragma once
/// \file
/// The functions that the library wasmer::compiled holds (see support/once.hpp), all at once: its source is this header. Templates say in
/// their own way that they have been compiled elsewhere.

#include <wasmer/abi/emscripten.hpp>
#include <wasmer/abi/wasi.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/module/parse.hpp>
#include <wasmer/module/validate.hpp>
#include <wasmer/runtime.hpp>
#include <wasmer/text/wat.hpp>

#if defined(WASMER_COMPILED)
#define WASMER_ONCE_TEMPLATE extern template
#else
#define WASMER_ONCE_TEMPLATE template
#endif

#if defined(WASMER_COMPILED) || defined(WASMER_COMPILING)
namespace wasmer {

WASMER_ONCE_TEMPLATE Result<vm::Image> BodyCompilation<Singlepass>::run<NoProgress&>(NoProgress&);
WASMER_ONCE_TEMPLATE Result<wasi::State<wasi::HostFilesystem>> wasi::State<wasi::HostFilesystem>::make(const wasi::Options<wasi::HostFilesystem>&);

namespace detail {
WASMER_ONCE_TEMPLATE Result<Extern> provide<Wasi<Latest>>(const Module&, const Import&, Bounds, const std::shared_ptr<Wasi<Latest>::State>&);
WASMER_ONCE_TEMPLATE Result<Extern> provide<Wasi<Snapshot1>>(const Module&, const Import&, Bounds, const std::shared_ptr<Wasi<Snapshot1>::State>&);
WASMER_ONCE_TEMPLATE Result<Extern> provide<Wasi<Snapshot0>>(const Module&, const Import&, Bounds, const std::shared_ptr<Wasi<Snapshot0>::State>&);
}  // namespace detail

WASMER_ONCE_TEMPLATE class BasicInstance<>;
WASMER_ONCE_TEMPLATE class BasicInstance<Wasi<Latest>>;
WASMER_ONCE_TEMPLATE class BasicInstance<Emscripten>;
WASMER_ONCE_TEMPLATE class Runtime<Singlepass>;
WASMER_ONCE_TEMPLATE class Runtime<Singlepass, Wasi<Latest>>;
WASMER_ONCE_TEMPLATE class Runtime<Singlepass, Emscripten>;
#define WASMER_COMPILES(...) \
  WASMER_ONCE_TEMPLATE Result<CompiledModule> __VA_ARGS__::compile<NoProgress>(std::vector<std::byte>, NoProgress&&, std::string_view) const; \
  WASMER_ONCE_TEMPLATE Result<CompiledModule> __VA_ARGS__::compile_file<NoProgress>(const std::string&, NoProgress&&) const
WASMER_COMPILES(Runtime<Singlepass>);
WASMER_COMPILES(Runtime<Singlepass, Wasi<Latest>>);
WASMER_COMPILES(Runtime<Singlepass, Emscripten>);
#undef WASMER_COMPILES

}  // namespace wasmer
#endif

#undef WASMER_ONCE_TEMPLATE
