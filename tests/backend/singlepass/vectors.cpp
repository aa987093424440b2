#include "vectors.hpp"

#include <tuple>

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include <wast.hpp>

namespace wasmer::tests {

namespace {

masm::CpuFeatures cpu(std::size_t instruction_set) {
  const masm::CpuFeatures host = masm::CpuFeatures::host();
  if (instruction_set == 0) return {.sse41 = true};
  if (instruction_set == 1) return {.sse41 = true, .sse42 = host.sse42};
  if (instruction_set == 2) return {.sse41 = true, .avx = host.avx, .sse42 = host.sse42};
  return host;
}

using Ten = std::tuple<V128, std::int64_t, V128, double, V128, V128, V128, V128, std::int32_t, V128, V128, V128, V128>;

Ten shuffle(V128 a, std::int64_t i, V128 b, double d, V128 c, V128 e, V128 f, V128 g, std::int32_t n, V128 h, V128 k, V128 l, V128 m) {
  return {m, i, l, d, k, h, g, f, n, e, c, b, a};
}

void noise() {
  __asm__ volatile(
      "pcmpeqd %%xmm0, %%xmm0\n pcmpeqd %%xmm1, %%xmm1\n pcmpeqd %%xmm2, %%xmm2\n pcmpeqd %%xmm3, %%xmm3\n pcmpeqd %%xmm4, %%xmm4\n"
      "pcmpeqd %%xmm5, %%xmm5\n pcmpeqd %%xmm6, %%xmm6\n pcmpeqd %%xmm7, %%xmm7\n pcmpeqd %%xmm8, %%xmm8\n pcmpeqd %%xmm9, %%xmm9\n"
      "pcmpeqd %%xmm10, %%xmm10\n pcmpeqd %%xmm11, %%xmm11\n pcmpeqd %%xmm12, %%xmm12\n pcmpeqd %%xmm13, %%xmm13\n pcmpeqd %%xmm14, %%xmm14\n"
      "pcmpeqd %%xmm15, %%xmm15"
      :
      :
      : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

}  // namespace

struct VectorGuest::State {
  BasicInstance<> instance;
};

Result<VectorGuest> VectorGuest::make(std::size_t instruction_set, std::string_view text, bool explicit_bounds) {
  const Singlepass backend{.bounds = explicit_bounds ? Bounds::explicit_ : Bounds::guard_pages, .cpu = cpu(instruction_set)};
  const Runtime<Singlepass> runtime(backend, {.threads = 1, .features = Features::wasm3()});
  WASMER_TRY(const auto compiled, runtime.compile(std::as_bytes(std::span(text))));
  Imports imports{{"env", "shuffle", shuffle}, {"env", "noise", noise}, {"env", "vector", vm::Global::create({ValueType::v128, true}, Value(mixed(99)))}};
  WASMER_TRY(auto instance, runtime.instantiate(compiled, imports));
  return VectorGuest(std::make_shared<State>(State{std::move(instance)}));
}

Result<std::vector<Value>> VectorGuest::call(std::string_view name, std::span<const Value> arguments) const {
  WASMER_TRY(const Function function, state_->instance.function(name));
  return function.call(arguments);
}

std::span<std::byte> VectorGuest::memory() const { return state_->instance.memory("memory").value()->bytes(); }

std::string run_script(std::size_t instruction_set, std::string_view text, std::vector<std::byte> (*change)(const std::vector<std::byte>&)) {
  const Runtime<Singlepass> runtime({.cpu = cpu(instruction_set)}, {.threads = 1, .features = Features::wasm3()});
  auto script = text::parse_script(text, "script");
  if (!script.has_value()) return script.error().message();
  if (change != nullptr)
    for (text::ScriptCommand& command : script.value().commands)
      if (auto* const module = std::get_if<text::DefineModule>(&command.what)) module->module.bytes = change(module->module.bytes);
  const auto count = tools::WastRun<Singlepass>(runtime, "script").run(script.value().commands);
  return std::to_string(count.passed) + " passed, " + std::to_string(count.failed) + " failed, " + std::to_string(count.skipped) + " skipped" +
         (count.failures.empty() ? "" : "; " + count.failures.front());
}

}  // namespace wasmer::tests
