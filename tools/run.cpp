// `wasmer run` and `wasmer compile`.
#include <algorithm>
#include <cstdio>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi.hpp>
#include <wasmer/runtime.hpp>

#include "backends.hpp"
#include "bench_hooks.hpp"
#include "commands.hpp"
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
    case AbiName::wasi_snapshot0: return "wasi-snapshot0";
    case AbiName::wasi_snapshot1: return "wasi-snapshot1";
    case AbiName::wasi_latest: return "wasi-latest";
  }
  return "";
}

/// The ABI that a module's imports ask for.
AbiName abi_of(const Module& module) {
  const auto version = wasi_version(module);
  if (!version) return AbiName::none;
  return *version == WasiVersion::snapshot0 ? AbiName::wasi_snapshot0 : AbiName::wasi_snapshot1;
}

int misused(const std::string& complaint) {
  std::fprintf(stderr, "error: %s\n", complaint.c_str());
  return exit_code::wrong_usage;
}

void print(const Stats& stats, StatsFormat format) {
  if (format == StatsFormat::none) return;
  const std::string text = format == StatsFormat::json ? stats.json() : stats.table();
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

/// Compiles a file as often as the options say and notes the fastest time.
template <Backend B> Result<CompiledModule> compile_file(const Runtime<B>& runtime, const Options& options, Stats& stats) {
  const std::string& file = options.files.front();
  WASMER_TRY(const auto bytes, read(file));
  Progress progress("compiling " + file);
  for (unsigned round = 0;; ++round) {
    auto copy = bytes;
    const Stopwatch watch;
    WASMER_TRY(CompiledModule module, runtime.compile(std::move(copy), progress, file));
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

/// Calls the export that --invoke names with the guest's arguments, and prints what it returns.
int invoke(Instance& instance, const Options& options) {
  const auto function = instance.function(*options.invoke);
  if (!function) return misused(function.error().message());
  const auto params = function.value().type().params();
  if (params.size() != options.arguments.size())
    return misused(*options.invoke + " takes " + std::to_string(params.size()) + " arguments, not " + std::to_string(options.arguments.size()));
  std::vector<Value> arguments;
  for (std::size_t i = 0; i < params.size(); ++i) {
    const auto value = parse_value(params[i], options.arguments[i]);
    if (!value) return misused("argument " + std::to_string(i + 1) + ": \"" + options.arguments[i] + "\" is not an " + to_string(params[i]));
    arguments.push_back(*value);
  }
  // A reactor is set up before anything in it is called.
  if (const auto initialize = instance.function<void()>("_initialize"); initialize && *options.invoke != "_initialize")
    if (const auto done = initialize.value()(); !done) return report(done.error(), options.files.front());
  const auto results = function.value().call(arguments);
  if (!results) return report(results.error(), options.files.front());
  for (const Value& value : results.value()) std::puts(print_value(value).c_str());
  return 0;
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

  const Stopwatch instantiating;
  const auto instance = [&] {
    if constexpr (sizeof...(Abis) == 0) return runtime.instantiate(module, imports);
    else return runtime.instantiate(module, imports, std::move(surroundings)...);
  }();
  if (!instance) return report(instance.error(), options.files.front());
  stats.instantiate_us = instantiating.milliseconds() * 1000;

  const Stopwatch running;
  int code = 0;
  if (options.invoke) {
    code = invoke(instance.value(), options);
  } else {
    const auto ended = start_linked(instance.value());
    code = ended ? static_cast<int>(static_cast<unsigned>(ended.value()) & 0xFF) : report(ended.error(), options.files.front());
  }
  const double spent = running.milliseconds();
  stats.run_ms = hooks.milliseconds().value_or(spent);
  return code;
}

template <Backend B, class W> int run_wasi(const B& backend, const CompiledModule& module, const Options& options, Stats& stats) {
  typename W::Options surroundings;
  surroundings.args = {options.files.front()};
  surroundings.args.insert(surroundings.args.end(), options.arguments.begin(), options.arguments.end());
  surroundings.env = options.environment;
  for (const Mapping& mapping : options.directories) surroundings.preopens.push_back({.host = mapping.host, .guest = mapping.guest});
  return run_with<B, W>(backend, module, options, stats, std::move(surroundings));
}

}  // namespace

int run(const Options& options) {
  return with_backend(options, [&]<Backend B>(const B& backend) {
    Stats stats;
    const auto module = compile_file(Runtime<B>(backend, {.threads = options.threads}), options, stats);
    if (!module) return report(module.error(), options.files.front());

    const AbiName abi = options.abi == AbiName::auto_ ? abi_of(module.value().module()) : options.abi;
    stats.abi = name_of(abi);
    int code = 0;
    switch (abi) {
      case AbiName::auto_:
      case AbiName::none: code = run_with<B>(backend, module.value(), options, stats); break;
      case AbiName::wasi_snapshot0: code = run_wasi<B, Wasi<Snapshot0>>(backend, module.value(), options, stats); break;
      case AbiName::wasi_snapshot1: code = run_wasi<B, Wasi<Snapshot1>>(backend, module.value(), options, stats); break;
      case AbiName::wasi_latest: code = run_wasi<B, Wasi<Latest>>(backend, module.value(), options, stats); break;
    }
    print(stats, options.stats);
    return code;
  });
}

int compile(const Options& options) {
  return with_backend(options, [&]<Backend B>(const B& backend) {
    Stats stats;
    const auto module = compile_file(Runtime<B>(backend, {.threads = options.threads}), options, stats);
    if (!module) return report(module.error(), options.files.front());
    stats.abi = name_of(abi_of(module.value().module()));
    print(stats, options.stats);
    return 0;
  });
}

}  // namespace wasmer::tools
