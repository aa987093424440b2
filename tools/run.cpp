// `wasmer run` and `wasmer compile`.
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <wasmer/abi/emscripten.hpp>
#include <wasmer/abi/wasi.hpp>
#include <wasmer/runtime.hpp>
#include <wasmer/vm/deadline.hpp>

#include "backends.hpp"
#include "bench_hooks.hpp"
#include "commands.hpp"
#include "emit.hpp"
#include "escape.hpp"
#include "guest_signals.hpp"
#include "listen.hpp"
#include "load.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "stats.hpp"
#include "values.hpp"

namespace wasmer::tools {
namespace {

std::string_view name_of(AbiName abi) {
  switch (abi) {
    case AbiName::auto_: return "auto";
    case AbiName::none: return "none";
    case AbiName::wasi: return "wasi";
    case AbiName::wasi_snapshot0: return "wasi-snapshot0";
    case AbiName::wasi_snapshot1: return "wasi-snapshot1";
    case AbiName::wasi_latest: return "wasi-latest";
    case AbiName::emscripten: return "emscripten";
  }
  return "";
}

/// The ABI that a module's imports ask for.
AbiName abi_of(const Module& module) {
  if (Emscripten::matches(module)) return AbiName::emscripten;  // asked first, since its programs import from WASI's namespace too
  bool snapshot0 = false, snapshot1 = false;
  for (const Import& import : module.imports) {
    // A shared memory that nobody has is made for programs with threads.
    snapshot1 = snapshot1 || (import.kind == ExternKind::memory && module.memories[import.index].shared);
    if (import.kind != ExternKind::function) continue;
    snapshot0 = snapshot0 || Wasi<Snapshot0>::provides(import.module);
    snapshot1 = snapshot1 || Wasi<Snapshot1>::provides(import.module);
  }
  if (snapshot0 && snapshot1) return AbiName::wasi;
  return snapshot0 ? AbiName::wasi_snapshot0 : snapshot1 ? AbiName::wasi_snapshot1 : AbiName::none;
}

int fail(const std::string& complaint, int code) {
  std::fprintf(stderr, "error: %s\n", complaint.c_str());
  return code;
}
int misused(const std::string& complaint) { return fail(complaint, exit_code::wrong_usage); }

/// Some of the functions that a module exports, for those who miss one.
std::string exported_functions(const Module& module) {
  constexpr std::size_t most = 6;
  std::string text;
  std::size_t count = 0;
  for (const Export& each : module.exports)
    if (each.kind == ExternKind::function && ++count <= most) text.append(count == 1 ? "" : ", ").append(in_quotes(each.name));
  if (count > most) text += " and " + std::to_string(count - most) + " more";
  return text;
}

/// The error of an instantiation, with what helps where the machine has not enough addresses for guard pages.
Error advised(const Error& error, Bounds bounds) {
  if (error.id() != ErrorId::out_of_memory || bounds != Bounds::guard_pages || !error.detail().starts_with("cannot reserve")) return error;
  return Error(error).with_detail(std::string(error.detail()) + "; --memory explicit takes only what a memory needs");
}

/// Compiles a file as often as the options say and notes the fastest time.
template <Backend B> Result<CompiledModule> compile_file(const Runtime<B>& runtime, const Options& options, Stats& stats) {
  WASMER_TRY(const auto bytes, read(options.files.front()));
  const std::string file = title(options.files.front());
  Progress progress("compiling " + escaped(file));
  for (unsigned round = 0;; ++round) {
    auto copy = bytes;
    const auto progress_of_round = [&](std::size_t done, std::size_t total) { progress(round * total + done, options.repeat * total); };
    const Stopwatch watch;
    WASMER_TRY(CompiledModule module, runtime.compile(std::move(copy), progress_of_round, file));
    const double spent = watch.milliseconds();
    stats.compile_ms = round == 0 ? spent : std::min(stats.compile_ms, spent);
    if (round + 1 < options.repeat) continue;
    stats.backend = B::name;
    stats.threads = runtime.options().threads;
    stats.module_bytes = module.module().bytes->size();
    stats.code_bytes = module.module().code_bytes();
    stats.functions = module.module().bodies.size();
    stats.machine_code_bytes = module.image().size();
    return module;
  }
}

/// Calls the export that --invoke names with the guest's arguments, and prints what it returns. `tell` reports an error.
template <class Tell> int invoke(Instance& instance, const Options& options, Tell&& tell) {
  const auto function = instance.function(*options.invoke);
  if (!function) {
    const std::string others = exported_functions(instance.module()), file = escaped(title(options.files.front()));
    return misused(file + " exports no function " + in_quotes(*options.invoke) + (others.empty() ? ", nor any other" : "; it exports " + others));
  }
  const auto params = function.value().type().params();
  if (params.size() != options.arguments.size())
    return misused(in_quotes(*options.invoke) + " takes " + std::to_string(params.size()) + (params.size() == 1 ? " argument, not " : " arguments, not ") +
                   std::to_string(options.arguments.size()));
  std::vector<Value> arguments;
  for (std::size_t i = 0; i < params.size(); ++i) {
    const auto value = parse_value(params[i], options.arguments[i]);
    if (!value) return misused("argument " + std::to_string(i + 1) + ": " + in_quotes(options.arguments[i]) + " is not an " + to_string(params[i]));
    arguments.push_back(*value);
  }
  // A reactor is set up before anything in it is called.
  for (const char* const name : {"_initialize", "__wasm_call_ctors"}) {
    const auto initialize = instance.function<void()>(name);
    if (!initialize) continue;
    if (*options.invoke != name)
      if (const auto done = initialize.value()(); !done) return tell(done.error());
    break;
  }
  const auto results = function.value().call(arguments);
  if (!results) return tell(results.error());
  for (const Value& value : results.value()) std::puts(print_value(value).c_str());
  return 0;
}

/// Tells that a module is no program, and what can be done with it.
int cannot_start(const Module& module, const Options& options) {
  const std::string functions = exported_functions(module), complaint = escaped(title(options.files.front())) + " has no _start to run";
  return fail(complaint + (functions.empty() ? " and exports no function" : "; --invoke NAME calls one of its functions: " + functions), exit_code::failure);
}

/// Runs a program that needs no ABI to be started.
Result<ExitCode> start(Instance& instance) {
  const auto start = instance.function<void()>("_start");
  if (!start) {
    if (instance.module().start) return 0;  // instantiating it was all
    return start.error();
  }
  WASMER_CHECK(start.value()());
  return 0;
}
template <class Linked> Result<ExitCode> start_linked(const Linked& linked) {
  if constexpr (requires { linked.start(); }) return linked.start();
  else return start(linked);
}

/// Instantiates and runs a compiled module with the host's functions of the ABIs.
template <Backend B, Abi... Abis>
int run_with(const B& backend, const CompiledModule& module, const Options& options, Stats& stats, typename Abis::Options... surroundings) {
  const Runtime<B, Abis...> runtime(backend, {.threads = options.threads});
  BenchHooks hooks;
  Imports imports;
  if (options.bench_hooks) hooks.provide(imports);

  Store store;
  std::optional<Deadline> deadline;
  if (options.timeout) deadline.emplace(store, *options.timeout);
  const auto tell = [&](const Error& error) {
    const bool is_late = deadline && deadline->is_over() && error.id() == ErrorId::interrupted;
    return report(is_late ? Error(error).with_detail("the program ran for longer than " + options.timeout_text) : error, title(options.files.front()));
  };

  const Stopwatch instantiating;
  const auto instance = [&] {
    if constexpr (sizeof...(Abis) == 0) return runtime.instantiate(store, module, imports);
    else return runtime.instantiate(store, module, imports, std::move(surroundings)...);
  }();
  if (!instance) return tell(advised(instance.error(), options.bounds));
  stats.instantiate_us = instantiating.milliseconds() * 1000;

  [[maybe_unused]] const auto signals = [&] {
    if constexpr ((std::is_same_v<Abis, Emscripten> || ...)) return GuestSignals(instance.value().template state<Emscripten>()->signals());
    else return 0;
  }();
  const Stopwatch running;
  int code = 0;
  if (options.invoke) {
    code = invoke(instance.value(), options, tell);
  } else {
    const auto ended = start_linked(instance.value());
    if (ended) code = static_cast<int>(static_cast<unsigned>(ended.value()) & 0xFF);
    else if (ended.error().id() == ErrorId::unknown_export) code = cannot_start(module.module(), options);
    else code = tell(ended.error());
  }
  const double spent = running.milliseconds();
  stats.run_ms = hooks.milliseconds().value_or(spent);
  return code;
}

/// Sockets that stay open while the guest runs.
using Sockets = std::vector<wasi::Descriptor>;

/// What the command line says of a WASI program's surroundings.
template <class W> typename W::Options surroundings_of(const Options& options, const Sockets& sockets = {}) {
  typename W::Options surroundings;
  surroundings.args = {options.files.front()};
  surroundings.args.insert(surroundings.args.end(), options.arguments.begin(), options.arguments.end());
  surroundings.env = options.environment;
  surroundings.wasmer_layout = options.wasmer_layout;
  for (const Mapping& mapping : options.directories) surroundings.preopens.push_back({mapping.host, mapping.guest, mapping.read_only});
  for (const wasi::Descriptor& socket : sockets) surroundings.sockets.push_back(socket.number());
  return surroundings;
}

template <Backend B> int run_bare(const B& backend, const CompiledModule& module, const Options& options, Stats& stats) {
  // A directory that is not there is a mistake, whether or not the guest would have seen it.
  using W = Wasi<Latest>;
  if (const auto state = W::make(surroundings_of<W>(options)); !state) return report(state.error(), title(options.files.front()));
  return run_with<B>(backend, module, options, stats);
}
template <Backend B, class... Versions> int run_wasi(const B& backend, const CompiledModule& module, const Options& options, Stats& stats, const Sockets& sockets) {
  const auto run = [&]<class W>(std::type_identity<W>) { return run_with<B, W>(backend, module, options, stats, surroundings_of<W>(options, sockets)); };
  if (options.trace_wasi) return run(std::type_identity<Wasi<Versions..., wasi::TraceToStderr>>{});
  return run(std::type_identity<Wasi<Versions...>>{});
}

template <Backend B> int run_emscripten(const B& backend, const CompiledModule& module, const Options& options, Stats& stats) {
  Emscripten::Options surroundings;
  surroundings.args = {options.files.front()};
  surroundings.args.insert(surroundings.args.end(), options.arguments.begin(), options.arguments.end());
  surroundings.env = options.environment;
  surroundings.entrypoint = options.entrypoint;
  for (const Mapping& mapping : options.directories) surroundings.preopens.push_back({mapping.host, mapping.guest, mapping.read_only});
  for (const std::string& text : options.net) {
    const auto rule = emscripten::NetRule::parse(text);
    if (!rule) return report(rule.error(), title(options.files.front()));
    surroundings.net.push_back(rule.value());
  }
  return run_with<B, Emscripten>(backend, module, options, stats, std::move(surroundings));
}

}  // namespace

int run(const Options& options) {
  return with_backend(options, [&]<Backend B>(const B& backend) {
    Stats stats;
    const auto module = compile_file(Runtime<B>(backend, {.threads = options.threads}), options, stats);
    if (!module) return report(module.error(), title(options.files.front()));

    const AbiName abi = options.abi == AbiName::auto_ ? abi_of(module.value().module()) : options.abi;
    stats.abi = name_of(abi);
    if (abi != AbiName::emscripten && !options.net.empty()) return misused("--net is for Emscripten programs; others are given sockets by --tcplisten");
    if (abi != AbiName::emscripten && !options.entrypoint.empty()) return misused("--em-entrypoint is for Emscripten programs; --invoke calls an export of others");
    Sockets sockets;
    for (const std::string& place : options.listen) {
      auto socket = listen_at(place);
      if (!socket) return report(socket.error(), title(options.files.front()));
      sockets.push_back(std::move(socket).value());
    }
    int code = 0;
    switch (abi) {
      case AbiName::auto_:
      case AbiName::none: code = run_bare<B>(backend, module.value(), options, stats); break;
      case AbiName::wasi: code = run_wasi<B, Snapshot0, Snapshot1>(backend, module.value(), options, stats, sockets); break;
      case AbiName::wasi_snapshot0: code = run_wasi<B, Snapshot0>(backend, module.value(), options, stats, sockets); break;
      case AbiName::wasi_snapshot1: code = run_wasi<B, Snapshot1>(backend, module.value(), options, stats, sockets); break;
      case AbiName::wasi_latest: code = run_wasi<B, Latest>(backend, module.value(), options, stats, sockets); break;
      case AbiName::emscripten: code = run_emscripten<B>(backend, module.value(), options, stats); break;
    }
    stats.figures().print(options.stats);
    return code;
  });
}

int compile(const Options& options) {
  return with_backend(options, [&]<Backend B>(const B& backend) {
#if defined(WASMER_LLVM)
    if constexpr (std::same_as<B, Llvm>)
      if (options.emission != Emission::none) return emit(backend, options);
#endif
    Stats stats;
    const auto module = compile_file(Runtime<B>(backend, {.threads = options.threads}), options, stats);
    if (!module) return report(module.error(), title(options.files.front()));
    stats.abi = name_of(abi_of(module.value().module()));
    stats.figures().print(options.stats);
    return 0;
  });
}

}  // namespace wasmer::tools
