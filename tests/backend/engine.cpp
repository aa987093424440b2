#include "engine.hpp"

#include <algorithm>
#include <array>
#include <concepts>

#include <wasmer/backend/singlepass.hpp>
#if defined(WASMER_LLVM)
#include <wasmer/backend/llvm.hpp>
#endif
#include <wasmer/runtime.hpp>

namespace wasmer::tests {

namespace {

Singlepass singlepass_backend(Setting setting) {
  return {.bounds = setting.bounds, .cpu = setting.optional_instructions ? masm::CpuFeatures::host() : masm::CpuFeatures{}};
}

/// Calls `use` with the backend of a setting.
template <class F> auto with_backend(Setting setting, F&& use) {
#if defined(WASMER_LLVM)
  if (setting.compiler == Setting::llvm) return use(Llvm{.bounds = setting.bounds, .host_cpu = setting.optional_instructions});
#endif
  return use(singlepass_backend(setting));
}

#if defined(WASMER_LLVM)
constexpr std::array llvm_only{Setting{true, Bounds::guard_pages, Setting::llvm}, Setting{false, Bounds::explicit_, Setting::llvm}};
#else
constexpr std::array<Setting, 0> llvm_only{};
#endif
constexpr auto all = [] {
  std::array<Setting, settings.size() + llvm_only.size()> together{};
  std::ranges::copy(settings, together.begin());
  std::ranges::copy(llvm_only, together.begin() + settings.size());
  return together;
}();

std::int64_t mix(std::int32_t a, std::int64_t b, float c, double d, std::int32_t e, std::int32_t f, std::int64_t g, std::int32_t h) {
  const auto wide = [](auto value) { return static_cast<std::uint64_t>(value); };
  return static_cast<std::int64_t>(wide(b) + wide(a) * 3 + wide(e ^ f) * 7 + wide(g) * 11 + wide(h) * 13 + (static_cast<double>(c) < d ? 1 : 0));
}

std::int32_t scramble(std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  return static_cast<std::int32_t>((bits * 2654435761u) ^ (bits >> 15));
}

}  // namespace

std::span<const Setting> llvm_settings() { return llvm_only; }
std::span<const Setting> all_settings() { return all; }

std::string to_string(Setting setting) {
  return std::string(setting.compiler == Setting::llvm ? "LLVM, " : "") + (setting.optional_instructions ? "all instructions" : "baseline instructions") + (setting.bounds == Bounds::guard_pages ? ", guard pages" : ", explicit bounds");
}

struct Guest::State {
  BasicInstance<> instance;
};

Result<Guest> Guest::make(Setting setting, std::span<const std::byte> module) {
  Imports imports{
      {"env", "scramble", scramble},
      {"env", "scale", [](std::int64_t n, double x) { return x * 0.5 + static_cast<double>(n); }},
      {"env", "mix", mix},
      {"env", "note", [] {}},
      {"env", "callback", [](Caller& caller, std::int32_t value) -> Result<std::int32_t> {
         WASMER_TRY(const auto callee, caller.instance().function<std::int32_t(std::int32_t)>("callee"));
         return callee(value);
       }},
      {"env", "counter", vm::Global::create({ValueType::i32, true}, Value(std::int32_t{7}))},
      {"env", "factor", vm::Global::create({ValueType::f64, true}, Value(1.25))},
      {"env", "salt", vm::Global::create({ValueType::i64, false}, Value(std::int64_t{0x123456789ABCDEF}))},
  };
  return with_backend(setting, [&]<Backend B>(const B& backend) -> Result<Guest> {
    const auto instantiated = [&](const B& tuned) -> Result<Guest> {
      const Runtime<B> runtime(tuned, {.threads = 1});
      WASMER_TRY(const auto compiled, runtime.compile(module));
      WASMER_TRY(auto instance, runtime.instantiate(compiled, imports));
      return Guest(std::make_shared<State>(State{std::move(instance)}));
    };
    Result<Guest> made = instantiated(backend);
    if constexpr (std::same_as<B, Singlepass>)
      if (!made.has_value() && made.error().proposal() == Proposal::simd) {  // vectors need one set of instructions, and no more
        Singlepass tuned = backend;
        tuned.cpu.sse41 = masm::CpuFeatures::host().sse41;
        return instantiated(tuned);
      }
    return made;
  });
}

Result<std::vector<Value>> Guest::call(std::string_view name, std::span<const Value> arguments) const {
  WASMER_TRY(const Function function, state_->instance.function(name));
  return function.call(arguments);
}

std::span<std::byte> Guest::memory() const {
  auto memory = state_->instance.memory("memory");
  if (!memory.has_value()) return {};
  return memory.assume_value()->bytes();
}

Value Guest::global(std::string_view name) const { return state_->instance.global(name).value()->get(); }

Result<vm::Object> compile_object(Setting setting, std::string_view text) {
  WASMER_TRY(auto bytes, wat(text));
  WASMER_TRY(const Module module, parse(std::move(bytes), Singlepass::features));
  WASMER_CHECK(validate_module(module, Singlepass::features));
  return with_backend(setting, [&](const auto& backend) { return backend.compiler(module).compile(module.bodies); });
}

#if defined(WASMER_LLVM)
Result<std::string> list_llvm(std::string_view text, llvm_backend::Listing listing, llvm_backend::Tuning tuning) {
  WASMER_TRY(auto bytes, wat(text));
  WASMER_TRY(const Module module, parse(std::move(bytes), Llvm::features));
  WASMER_CHECK(validate_module(module, Llvm::features));
  return llvm_backend::Compiler(module, Llvm::features, tuning).list(module.bodies, listing);
}
#endif

}  // namespace wasmer::tests
