#pragma once
/// \file
/// Linking and starting programs: what stands for each of their imports, and in which order their parts are run.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/abi/abi.hpp>
#include <wasmer/abi/emscripten/imports.hpp>
#include <wasmer/abi/emscripten/program.hpp>
#include <wasmer/abi/emscripten/state.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/extern.hpp>

namespace wasmer::emscripten {

/// The program's first memory, with the end of the heap where the program looks for it.
inline Result<Extern> make_memory(const MemoryType& type, Bounds bounds, const State& state) {
  WASMER_TRY(auto memory, vm::Memory::create(type, bounds));
  if (state.dialect() == Dialect::fastcomp) WASMER_CHECK(memory->store<std::uint32_t>(Layout::dynamic_top_pointer, state.layout().stack_max));
  return Extern(std::move(memory));
}

inline Extern make_global(const Import& import, const GlobalType& type, const State& state) {
  const auto number = [&](std::uint32_t value) -> Extern {
    if (type.value != ValueType(ValueType::i32)) return {};
    return vm::Global::create(type, Value(static_cast<std::int32_t>(value)));
  };
  const auto fraction = [&](double value) -> Extern {
    if (type.value != ValueType(ValueType::f64)) return {};
    return vm::Global::create(type, Value(value));
  };
  const std::string_view name = import.name;
  if (name == "NaN") return fraction(std::numeric_limits<double>::quiet_NaN());
  if (name == "Infinity") return fraction(std::numeric_limits<double>::infinity());
  if (name == "__memory_base" || name == "memoryBase" || name == "gb") return number(Layout::static_base);
  if (name == "__table_base" || name == "tableBase" || name == "fb" || name == "ABORT") return number(0);
  if (name == "DYNAMICTOP_PTR") return number(Layout::dynamic_top_pointer);
  if (name == "tempDoublePtr") return number(Layout::temporary_double);
  if (name == "STACKTOP") return number(state.layout().stack_base);
  if (name == "STACK_MAX") return number(state.layout().stack_max);
  return {};
}

/// The row for a name and a type; of a name that is there with other types only, one of those, so that linking tells of the mismatch.
template <std::size_t size> const Row* find_row(const std::array<Rows, size>& table, std::string_view name, const FunctionType& type) {
  const Row* other = nullptr;
  for (const Rows& rows : table)
    for (const Row& row : rows) {
      if (row.adapter == nullptr || row.name != name) continue;
      if (row.type == type) return &row;
      if (other == nullptr) other = &row;
    }
  return other;
}

/// Functions that end the program, whatever they are given, and those that have nothing to do in it.
inline bool is_abort(std::string_view name) {
  constexpr std::array names{std::string_view("abort"), std::string_view("abort_js"), std::string_view("llvm_trap"), std::string_view("abortStackOverflow"), std::string_view("segfault"),
                             std::string_view("alignfault"), std::string_view("ftfault"), std::string_view("cxa_pure_virtual"), std::string_view("emscripten_notify_memory_abort")};
  return name.starts_with("nullFunc_") || std::ranges::find(names, name) != names.end();
}
inline bool is_nothing(std::string_view name) {
  constexpr std::array names{std::string_view("lock"), std::string_view("unlock"), std::string_view("wait"), std::string_view("abortOnCannotGrowMemory"), std::string_view("enlargeMemory"),
                             std::string_view("emscripten_notify_memory_growth"), std::string_view("emscripten_runtime_keepalive_clear"), std::string_view("emscripten_runtime_keepalive_push"),
                             std::string_view("emscripten_runtime_keepalive_pop"), std::string_view("emscripten_get_progname"), std::string_view("atexit_flush")};
  return name.starts_with("pthread_") || std::ranges::find(names, name) != names.end();
}

inline Extern make_function(const Import& import, const FunctionType& type, const std::shared_ptr<State>& state) {
  const auto host = [&](const Row& row) -> Extern { return HostFunction(row.adapter(), row.type, state); };
  if (import.module == "wasi_snapshot_preview1") {
    if (const Row* const row = find_row(wasi_rows, import.name, type)) return host(*row);
  } else if (import.module == "env" || import.module == "global.Math" || import.module == "asm2wasm") {
    const std::string_view bare = import.name.substr(import.name.starts_with('_') ? 1 : 0);
    std::string_view stem = import.name;
    while (stem.starts_with('_')) stem.remove_prefix(1);
    const auto dynamic = [&]<class Call>(std::type_identity<Call>) -> Extern {
      return vm::dynamic_host<Call>(std::make_shared<Call>(type, state, std::string(import.name)));
    };
    if (stem.starts_with("invoke_") && !type.params().empty()) return dynamic(std::type_identity<Invoke>{});
    if (stem.starts_with("cxa_find_matching_catch")) return dynamic(std::type_identity<FindMatchingCatch>{});
    if (state->dialect() == Dialect::fastcomp && stem.starts_with("emscripten_asm_const_")) return dynamic(std::type_identity<AsmConst>{});
    const Row* row = nullptr;
    if (state->layout_of_stat() == StatLayout::short_times) row = find_row(env_rows, std::string(import.name) + "@3", type);
    if (row == nullptr) row = find_row(env_rows, import.name, type);
    if (row == nullptr) row = find_row(env_rows, bare, type);
    if (row != nullptr) return host(*row);
    if (is_abort(stem)) return dynamic(std::type_identity<Abort>{});
    if (is_nothing(stem)) return dynamic(std::type_identity<Zero>{});
  } else {
    return {};
  }
  return vm::dynamic_host<Missing>(std::make_shared<Missing>(type, state, "\"" + std::string(import.module) + "\" \"" + std::string(import.name) + "\""));
}

#if (!defined(WASMER_COMPILED) && !defined(WASMER_COMPILING)) || defined(WASMER_COMPILING_EMSCRIPTEN)

WASMER_ONCE Result<Extern> provide(const Module& module, const Import& import, Bounds bounds, const std::shared_ptr<State>& state) {
  if (!is_emscripten(module) || is_minified(module)) return Extern();
  if (&import == module.imports.data()) {
    const std::uint64_t pages = module.memories.empty() ? 0 : module.memories.front().limits.minimum;
    state->learn(module, pages * 65536);
  }
  switch (import.kind) {
    case ExternKind::function: return make_function(import, module.function_type(import.index), state);
    case ExternKind::memory: return import.module == "env" ? make_memory(module.memories[import.index], bounds, *state) : Extern();
    case ExternKind::table:
      if (import.module != "env") return Extern();
      {
        WASMER_TRY(auto table, vm::Table::create(module.tables[import.index].type));
        return Extern(std::move(table));
      }
    case ExternKind::global:
      if (import.module != "env" && import.module != "global") return Extern();
      return make_global(import, module.globals[import.index].type, *state);
    case ExternKind::tag: break;
  }
  return Extern();
}

#endif

/// The program's arguments in its memory, as `main` takes them.
inline Result<std::pair<std::uint32_t, std::uint32_t>> put_arguments(Instance& instance, State& state) {
  const Exports& exports = state.exports(instance);
  const auto allocate = [&](std::size_t bytes) -> Result<std::uint32_t> {
    if (bytes > 1u << 20) return Error(ErrorId::invalid_option, Error::no_offset, "arguments of over a megabyte");
    const auto rounded = static_cast<std::uint32_t>((bytes + 15) & ~std::size_t{15});
    if (exports.stack_alloc) return (*exports.stack_alloc)(rounded);
    if (exports.malloc) return (*exports.malloc)(rounded);
    return Error(ErrorId::unknown_export, Error::no_offset, "the program exports neither stackAlloc nor malloc, so that it cannot be given arguments");
  };
  std::vector<std::string> texts = state.options().args;
  if (texts.empty()) texts.emplace_back("./this.program");
  if (instance.memories().empty()) return Error(ErrorId::unknown_export, Error::no_offset, "the program has no memory");
  std::vector<std::uint32_t> addresses;
  for (const std::string& text : texts) {
    WASMER_TRY(const std::uint32_t where, allocate(text.size() + 1));
    for (std::size_t i = 0; i <= text.size(); ++i) WASMER_CHECK(instance.memories().front()->store<char>(where + i, text.c_str()[i]));
    addresses.push_back(where);
  }
  addresses.push_back(0);
  WASMER_TRY(const std::uint32_t table, allocate(addresses.size() * 4));
  for (std::size_t i = 0; i < addresses.size(); ++i) WASMER_CHECK(instance.memories().front()->store<std::uint32_t>(table + 4 * i, addresses[i]));
  return std::pair{static_cast<std::uint32_t>(texts.size()), table};
}

/// What is run before `main`, each if it is there.
inline Result<void> run_constructors(Instance& instance) {
  const auto run = [&](std::string_view name) -> Result<bool> {
    const auto function = instance.function<void()>(name);
    if (!function) return false;
    WASMER_CHECK(function.assume_value()());
    return true;
  };
  WASMER_TRY(const bool is_today, run("__wasm_call_ctors"));
  if (is_today) return success();
  for (const std::string_view name : {"___emscripten_environ_constructor", "__post_instantiate", "runPostSets"}) WASMER_CHECK(run(name));
  WASMER_TRY(const bool all, run("globalCtors"));
  if (all) return success();
  for (const Export& each : instance.exports())
    if (each.kind == ExternKind::function && each.name.starts_with("__GLOBAL__")) WASMER_CHECK(run(each.name));
  return success();
}

/// Calls `main`, or what is in its place, with as much as it takes.
inline Result<std::uint32_t> run_main(Instance& instance, State& state, std::string_view name) {
  WASMER_TRY(const Function main, instance.function(name));
  const std::size_t params = main.type().params().size();
  const bool gives = !main.type().results().empty();
  if (params == 0) {
    if (gives) {
      WASMER_TRY(const auto function, main.typed<std::uint32_t()>());
      return function();
    }
    WASMER_TRY(const auto function, main.typed<void()>());
    WASMER_CHECK(function());
    return 0u;
  }
  WASMER_TRY(const auto arguments, put_arguments(instance, state));
  if (params == 1) {
    // An entry point of the embedder's choice: it gets the program's name, as it did in Wasmer.
    WASMER_TRY(const std::uint32_t first, instance.memories().front()->load<std::uint32_t>(arguments.second));
    if (gives) {
      WASMER_TRY(const auto function, main.typed<std::uint32_t(std::uint32_t)>());
      return function(first);
    }
    WASMER_TRY(const auto function, main.typed<void(std::uint32_t)>());
    WASMER_CHECK(function(first));
    return 0u;
  }
  if (params == 3) {
    WASMER_TRY(const auto function, main.typed<std::uint32_t(std::uint32_t, std::uint32_t, std::uint32_t)>());
    return function(arguments.first, arguments.second, 0);
  }
  WASMER_TRY(const auto function, main.typed<std::uint32_t(std::uint32_t, std::uint32_t)>());
  return function(arguments.first, arguments.second);
}

/// What an uncaught C++ exception is, by the name in its type_info, if that can be read.
inline Error uncaught(Instance& instance, State& state) {
  std::string detail = "longjmp to where nothing waits for it";
  if (state.unwinding(Error(ErrorId::host_error)) == Unwinding::exception) {
    detail = "a C++ exception";
    const ExceptionInfo* const info = state.exceptions().find(state.exceptions().last());
    if (info != nullptr && !instance.memories().empty()) {
      const GuestMemory memory(instance.memories().front()->bytes());
      const auto name = text_of(memory, {memory.load(GuestPointer<std::uint32_t>{info->type + 4}).value_or(0)});
      if (name && !name->empty() && name->size() < 200) detail += " of type " + *name;
    }
  }
  state.caught();
  return Error(ErrorId::uncaught_exception, Error::no_offset, detail);
}

#if (!defined(WASMER_COMPILED) && !defined(WASMER_COMPILING)) || defined(WASMER_COMPILING_EMSCRIPTEN)

WASMER_ONCE Result<ExitCode> start(Instance& instance, State& state) {
  const std::uint64_t bytes = instance.memories().empty() ? 0 : instance.memories().front()->bytes().size();
  state.learn(instance.module(), bytes);
  const auto run = [&]() -> Result<std::uint32_t> {
    WASMER_CHECK(run_constructors(instance));
    if (!state.options().entrypoint.empty()) return run_main(instance, state, state.options().entrypoint);
    for (const std::string_view name : {"__main_argc_argv", "_main", "main", "__main_void", "__original_main"})
      if (exports(instance.module(), name)) return run_main(instance, state, name);
    return Error(ErrorId::unknown_export, Error::no_offset, "the program exports no main");
  };
  const auto ended = [&]() -> Result<std::uint32_t> {
    WASMER_TRY(const std::uint32_t code, run());
    Caller caller(instance.context());
    WASMER_CHECK(run_at_exit(state, Guest(caller)));
    return code;
  }();
  if (ended) return static_cast<ExitCode>(ended.assume_value());
  if (ended.assume_error().id() == ErrorId::exit) return static_cast<ExitCode>(ended.assume_error().exit_code());
  if (state.unwinding(ended.assume_error()) != Unwinding::nothing) return uncaught(instance, state);
  return ended.assume_error();
}

#endif

}  // namespace wasmer::emscripten
