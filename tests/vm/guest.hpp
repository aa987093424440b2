#pragma once
/// \file
/// Guests from text, compiled by Singlepass in a file of its own: tests that include this do not compile a compiler.

#include <memory>
#include <string_view>

#include <wasmer/vm/bounds.hpp>
#include <wasmer/vm/code.hpp>
#include <wasmer/vm/instantiate.hpp>

namespace wasmer::tests {

/// The module `text`, compiled. Throws ErrorException.
std::shared_ptr<const vm::Code> compile(std::string_view text, Bounds bounds = Bounds::guard_pages);

/// An instance of the module `text`; its imports in order.
inline Instance& instantiate(Store& store, std::string_view text, std::initializer_list<Extern> imports = {}) {
  return *vm::Instantiation::run(store, compile(text), imports).value();
}

}  // namespace wasmer::tests
