#include "engine.hpp"

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

namespace wasmer::tests {

namespace {

Singlepass backend(Setting setting) {
  return {.bounds = setting.bounds, .cpu = setting.optional_instructions ? masm::CpuFeatures::host() : masm::CpuFeatures{}};
}

std::int64_t mix(std::int32_t a, std::int64_t b, float c, double d, std::int32_t e, std::int32_t f, std::int64_t g, std::int32_t h) {
  const auto wide = [](auto value) { return static_cast<std::uint64_t>(value); };
  return static_cast<std::int64_t>(wide(b) + wide(a) * 3 + wide(e ^ f) * 7 + wide(g) * 11 + wide(h) * 13 + (static_cast<double>(c) < d ? 1 : 0));
}

std::int32_t scramble(std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  return static_cast<std::int32_t>((bits * 2654435761u) ^ (bits >> 15));
}

}  // namespace

std::string to_string(Setting setting) {
  return std::string(setting.optional_instructions ? "all instructions" : "baseline instructions") + (setting.bounds == Bounds::guard_pages ? ", guard pages" : ", explicit bounds");
}

struct Guest::State {
  BasicInstance<> instance;
};

Result<Guest> Guest::make(Setting setting, std::span<const std::byte> module) {
  Singlepass tuned = backend(setting);
  Result<CompiledModule> made = Runtime<Singlepass>(tuned, {.threads = 1}).compile(module);
  if (!made.has_value() && made.error().proposal() == Proposal::simd) {  // vectors need one set of instructions, and no more
    tuned.cpu.sse41 = masm::CpuFeatures::host().sse41;
    made = Runtime<Singlepass>(tuned, {.threads = 1}).compile(module);
  }
  WASMER_TRY(const auto compiled, std::move(made));
  const Runtime<Singlepass> runtime(tuned, {.threads = 1});
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
  WASMER_TRY(auto instance, runtime.instantiate(compiled, imports));
  return Guest(std::make_shared<State>(State{std::move(instance)}));
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
  auto compiler = backend(setting).compiler(module);
  return compiler.compile(module.bodies);
}

}  // namespace wasmer::tests
