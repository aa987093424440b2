#pragma once
/// \file
/// A compiler and the hosts of its guests, chosen by type: compiles modules, and makes instances of them.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <wasmer/abi/abi.hpp>
#include <wasmer/backend/backend.hpp>
#include <wasmer/backend/compile.hpp>
#include <wasmer/compiled_module.hpp>
#include <wasmer/error.hpp>
#include <wasmer/imports.hpp>
#include <wasmer/instance.hpp>
#include <wasmer/module/parse.hpp>
#include <wasmer/module/validate.hpp>
#include <wasmer/support/file.hpp>
#include <wasmer/support/thread_pool.hpp>
#include <wasmer/text/wat.hpp>
#include <wasmer/vm/extern_object.hpp>
#include <wasmer/vm/instantiate.hpp>
#include <wasmer/vm/pool.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/trap.hpp>
#include <wasmer/wasm/limits.hpp>

namespace wasmer {

/// What a runtime does beside what its backend's tuning says.
template <Backend B> struct RuntimeOptions {
  /// Threads that compile one module, the calling one included; 0: one for each of the machine's.
  unsigned threads = 0;
  /// What modules may use; what the backend does not handle is never among it.
  Features features = B::features;
  /// What is kept of instances that are gone, for those to come.
  Pooling pooling = {};
  /// The heaps of stores that instances own.
  HeapOptions heap = {};
};

/// ABIs that one runtime can provide: no two answer for the same name.
template <class... Abis>
concept Compatible = sizeof...(Abis) < 2 || disjoint<Abis...>();

/// Compiles with B, and provides the ABIs to the modules that it instantiates. Thread-safe.
template <Backend B, Abi... Abis> requires Compatible<Abis...>
class Runtime {
  static constexpr bool has_abis = sizeof...(Abis) > 0;

 public:
  /// What instantiating gives.
  using Linked = BasicInstance<Abis...>;
  /// States to be shared, one an ABI; a single one needs no braces.
  using States = std::tuple<std::shared_ptr<typename Abis::State>...>;

  explicit Runtime(B backend = {}, RuntimeOptions<B> options = {});

  const B& backend() const { return backend_; }
  const RuntimeOptions<B>& options() const { return options_; }

  /// Decodes, validates and compiles a module, binary or text. `progress(done, total)`, in function bodies, is called now and then.
  template <class Progress = NoProgress>
  Result<CompiledModule> compile(std::vector<std::byte> bytes, Progress&& progress = {}, std::string_view file = "<text>") const;
  template <class Progress = NoProgress> Result<CompiledModule> compile(std::span<const std::byte> bytes, Progress&& progress = {}) const {
    return compile(std::vector<std::byte>(bytes.begin(), bytes.end()), progress);
  }
  template <class Progress = NoProgress> Result<CompiledModule> compile(std::string_view text, Progress&& progress = {}) const {
    return compile(std::as_bytes(std::span(text)), progress);
  }
  /// Of what `wat` gives: an error in the text is the answer.
  template <class Progress = NoProgress> Result<CompiledModule> compile(Result<std::vector<std::byte>> bytes, Progress&& progress = {}) const {
    if (!bytes.has_value()) return std::move(bytes).as_failure();
    return compile(std::move(bytes).assume_value(), progress);
  }
  template <class Progress = NoProgress> Result<CompiledModule> compile_file(const std::string& path, Progress&& progress = {}) const;

  // An instance of a module, in a store of its own or in a given one. Of what the module imports, `imports` comes first, then the ABIs in their order, each
  // with a State made from its Options, or with one that is given, to be shared.

  Result<Linked> instantiate(const CompiledModule& module, const Imports& imports = {}) const {
    return instantiate_with(module, imports, typename Abis::Options{}...);
  }
  Result<Linked> instantiate(Store& store, const CompiledModule& module, const Imports& imports = {}) const {
    return instantiate_with(store, module, imports, typename Abis::Options{}...);
  }
  Result<Linked> instantiate(const CompiledModule& module, typename Abis::Options... options) const requires has_abis {
    return instantiate_with(module, Imports(), std::move(options)...);
  }
  Result<Linked> instantiate(Store& store, const CompiledModule& module, typename Abis::Options... options) const requires has_abis {
    return instantiate_with(store, module, Imports(), std::move(options)...);
  }
  Result<Linked> instantiate(const CompiledModule& module, const Imports& imports, typename Abis::Options... options) const requires has_abis {
    return instantiate_with(module, imports, std::move(options)...);
  }
  Result<Linked> instantiate(Store& store, const CompiledModule& module, const Imports& imports, typename Abis::Options... options) const requires has_abis {
    return instantiate_with(store, module, imports, std::move(options)...);
  }
  Result<Linked> instantiate(const CompiledModule& module, const Imports& imports, States states) const;
  Result<Linked> instantiate(Store& store, const CompiledModule& module, const Imports& imports, States states) const {
    return link(nullptr, store, module, imports, states);
  }

 private:
  template <class Progress> Result<CompiledModule> compile_binary(std::vector<std::byte> bytes, Progress& progress) const;

  Result<Linked> instantiate_with(const CompiledModule& module, const Imports& imports, typename Abis::Options... options) const;
  Result<Linked> instantiate_with(Store& store, const CompiledModule& module, const Imports& imports, typename Abis::Options... options) const;
  static Result<States> make_states(typename Abis::Options... options);

  Result<Linked> link(std::shared_ptr<Store> own, Store& store, const CompiledModule& compiled, const Imports& imports, const States& states) const;
  /// What the first ABI that provides an import has for it.
  static Result<Extern> provide(const Module& module, const Import& import, Bounds bounds, const States& states);
  static bool is_something(const Extern& value) { return !std::holds_alternative<std::monostate>(value); }

  /// Why there is nothing for an import: in an ABI's words, if one has some.
  static Error refuse(const Module& module, const Import& import);

  B backend_;
  RuntimeOptions<B> options_;
  std::shared_ptr<support::ThreadPool> threads_;
  std::shared_ptr<vm::Pool> pool_;  ///< null when nothing is to be kept; memories that are in use outlive the Runtime, and with them their pool
};

template <Backend B, Abi... Abis> requires Compatible<Abis...>
Runtime<B, Abis...>::Runtime(B backend, RuntimeOptions<B> options) : backend_(std::move(backend)), options_(options) {
  if (options_.threads == 0) options_.threads = std::max(1u, std::thread::hardware_concurrency());
  options_.features = options_.features & B::features;
  threads_ = std::make_shared<support::ThreadPool>(options_.threads);
  if (options_.pooling.slots != 0) pool_ = std::make_shared<vm::Pool>(options_.pooling);
}

template <Backend B, Abi... Abis> requires Compatible<Abis...>
template <class Progress>
Result<CompiledModule> Runtime<B, Abis...>::compile(std::vector<std::byte> bytes, Progress&& progress, std::string_view file) const {
  if (is_text(bytes)) {
    WASMER_TRY(bytes, wat({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file));
  }
  return compile_binary(std::move(bytes), progress);
}

template <Backend B, Abi... Abis> requires Compatible<Abis...>
template <class Progress>
Result<CompiledModule> Runtime<B, Abis...>::compile_file(const std::string& path, Progress&& progress) const {
  WASMER_TRY(auto bytes, support::read_file(path, limit::module_size));
  return compile(std::move(bytes), progress, path);
}

template <Backend B, Abi... Abis> requires Compatible<Abis...>
template <class Progress>
Result<CompiledModule> Runtime<B, Abis...>::compile_binary(std::vector<std::byte> bytes, Progress& progress) const {
  WASMER_TRY(Module module, parse(std::move(bytes), options_.features));
  WASMER_CHECK(validate_module(module, options_.features));
  WASMER_TRY(vm::Image image, BodyCompilation(backend_, module, options_.features, *threads_).run(progress));
  vm::TrapHandler::install();
  WASMER_TRY(auto code, vm::Code::publish(std::move(module), backend_.bounds, std::move(image)));
  return CompiledModule(std::move(code));
}

template <Backend B, Abi... Abis> requires Compatible<Abis...>
auto Runtime<B, Abis...>::make_states(typename Abis::Options... options) -> Result<States> {
  States states;
  Result<void> made = success();
  const auto make = [&]<class A>(std::type_identity<A>, typename A::Options given, std::shared_ptr<typename A::State>& state) {
    auto result = A::make(std::move(given));
    if (result.has_value()) state = std::make_shared<typename A::State>(std::move(result).assume_value());
    else made = std::move(result).assume_error();
    return result.has_value();
  };
  std::apply([&](auto&... state) { static_cast<void>((... && make(std::type_identity<Abis>{}, std::move(options), state))); }, states);
  WASMER_CHECK(std::move(made));
  return states;
}

template <Backend B, Abi... Abis> requires Compatible<Abis...>
auto Runtime<B, Abis...>::instantiate_with(const CompiledModule& module, const Imports& imports, typename Abis::Options... options) const -> Result<Linked> {
  WASMER_TRY(const States states, make_states(std::move(options)...));
  return instantiate(module, imports, states);
}

template <Backend B, Abi... Abis> requires Compatible<Abis...>
auto Runtime<B, Abis...>::instantiate_with(Store& store, const CompiledModule& module, const Imports& imports, typename Abis::Options... options) const
    -> Result<Linked> {
  WASMER_TRY(const States states, make_states(std::move(options)...));
  return instantiate(store, module, imports, states);
}

template <Backend B, Abi... Abis> requires Compatible<Abis...>
auto Runtime<B, Abis...>::link(std::shared_ptr<Store> own, Store& store, const CompiledModule& compiled, const Imports& imports, const States& states) const
    -> Result<Linked> {
  const Module& module = compiled.module();
  std::vector<Extern> values;
  values.reserve(module.imports.size());
  for (const Import& import : module.imports) {
    Extern value = imports.find(import.module, import.name);
    if (!is_something(value)) {
      WASMER_TRY(value, provide(module, import, compiled.code()->bounds(), states));
    }
    if ((... || MakesSharedMemories<Abis>) && !is_something(value) && import.kind == ExternKind::memory && module.memories[import.index].shared) {
      WASMER_TRY(value, vm::Memory::create(module.memories[import.index], compiled.code()->bounds()));
    }
    if (!is_something(value)) return refuse(module, import);
    values.push_back(std::move(value));
  }
  WASMER_TRY(Instance* const instance, vm::Instantiation::run(store, compiled.code(), values, pool_));
  return Linked(std::move(own), *instance, states);
}

template <Backend B, Abi... Abis> requires Compatible<Abis...>
Result<Extern> Runtime<B, Abis...>::provide(const Module& module, const Import& import, [[maybe_unused]] Bounds bounds, const States& states) {
  Result<Extern> value = Extern();
  const auto is_answer = [&] { return !value || is_something(value.assume_value()); };
  std::apply([&](const auto&... state) { static_cast<void>((... || (value = detail::provide<Abis>(module, import, bounds, state), is_answer()))); }, states);
  return value;
}

template <Backend B, Abi... Abis> requires Compatible<Abis...>
Error Runtime<B, Abis...>::refuse(const Module& module, const Import& import) {
  std::optional<Error> error;
  [[maybe_unused]] const auto ask = [&]<class A>(std::type_identity<A>) {
    if constexpr (Explains<A>) error = A::refusal(module);
    return error.has_value();
  };
  if ((... || ask(std::type_identity<Abis>{}))) return std::move(*error);
  return vm::link_error(module, import, Extern());
}

template <Backend B, Abi... Abis> requires Compatible<Abis...>
auto Runtime<B, Abis...>::instantiate(const CompiledModule& module, const Imports& imports, States states) const -> Result<Linked> {
  const auto own = std::make_shared<Store>();
  own->set_heap(options_.heap);
  return link(own, *own, module, imports, states);
}

}  // namespace wasmer
