#pragma once
/// \file
/// The names that an embedder's headers mention without needing what is behind them.

#include <cstdint>

namespace wasmer {

class Error;
class ErrorException;
class Exception;
class Store;
class Instance;
class Function;
class Value;
class Caller;
class Imports;
class CompiledModule;
struct Module;
template <class Signature> class TypedFunction;

namespace vm {
class Memory;
class Table;
class Global;
class Tag;
class Code;
}  // namespace vm

}  // namespace wasmer
