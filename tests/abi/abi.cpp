#include <wasmer/abi/abi.hpp>

#include "../catch.hpp"

using namespace wasmer;

namespace {

struct Log {
  struct Options {
    int level = 1;
  };
  struct State {
    int level;
    void write(std::int32_t, std::int64_t) {}
    Result<std::int32_t> flush(Caller&) { return 0; }
  };
  static constexpr std::string_view name = "log";
  static Result<State> make(Options options) { return State{options.level}; }
  static bool matches(const Module&) { return true; }
  static constexpr auto imports() { return std::array{host<"log", "write", &State::write>(), host<"log", "flush", &State::flush>()}; }
  static Result<ExitCode> start(Instance&, State&) { return 0; }
};

/// Provides `log.flush` as well, and any function of the namespace `any`.
struct Pattern : Log {
  static constexpr auto imports() { return std::array{host<"log", "flush", &State::flush>()}; }
  static std::optional<HostImport> resolve(const Import& import, const FunctionType&) {
    if (import.module != "any") return std::nullopt;
    return host<"any", "flush", &State::flush>();
  }
};
/// Provides any global, and its functions as its table says.
struct Maker : Log {
  static Result<Extern> provide(const Module& module, const Import& import, Bounds, const std::shared_ptr<State>& state) {
    if (import.kind != ExternKind::global) return Extern();
    if (import.name == "wrong") return Error(ErrorId::wrong_abi);
    return Extern(vm::Global::create(module.globals[import.index].type, Value(state->level)));
  }
};
struct NoState {
  [[maybe_unused]] static constexpr std::string_view name = "none";
};

Extern provided(const Module& module, std::string_view import_module, std::string_view name, ExternKind kind = ExternKind::function) {
  return detail::provide<Pattern>(module, {import_module, name, kind, 0}, Bounds::guard_pages, std::make_shared<Log::State>(Log::State{1})).value();
}

}  // namespace

static_assert(Abi<Log> && Abi<Pattern> && !Abi<NoState> && !Abi<int>);
static_assert(ResolvesByPattern<Pattern> && !ResolvesByPattern<Log> && !Explains<Log> && MakesExterns<Maker> && !MakesExterns<Log>);
static_assert(disjoint<>() && disjoint<Log>() && disjoint<Pattern>() && !disjoint<Log, Pattern>() && !disjoint<Log, Log>());
static_assert(imports_of<Log>[0].type.params.size() == 2 && imports_of<Log>[0].type.params[1] == ValueType(ValueType::i64) &&
              imports_of<Log>[0].type.results.empty());
static_assert(imports_of<Log>[1].type.params.empty() && imports_of<Log>[1].type.results[0] == ValueType(ValueType::i32));

TEST_CASE("an ABI provides what its table or its pattern names, and functions only") {
  Module module;
  module.types.push_back({});
  module.functions = {0};
  CHECK(std::holds_alternative<HostFunction>(provided(module, "log", "flush")));
  CHECK(std::holds_alternative<HostFunction>(provided(module, "any", "thing")));
  CHECK(std::holds_alternative<std::monostate>(provided(module, "log", "write")));
  CHECK(std::holds_alternative<std::monostate>(provided(module, "log", "flush", ExternKind::global)));
}

TEST_CASE("an ABI makes what its modules import beside functions, or says why it does not") {
  Module module;
  module.types.push_back({});
  module.functions = {0};
  module.globals.push_back({{ValueType::i32, false}, {}});
  const auto state = std::make_shared<Log::State>(Log::State{7});
  const auto provide = [&](std::string_view name, ExternKind kind) { return detail::provide<Maker>(module, {"log", name, kind, 0}, Bounds::guard_pages, state); };
  CHECK(std::get<std::shared_ptr<vm::Global>>(provide("level", ExternKind::global).value())->get() == Value(7));
  CHECK(provide("wrong", ExternKind::global).error().id() == ErrorId::wrong_abi);
  CHECK(std::holds_alternative<HostFunction>(provide("flush", ExternKind::function).value()));
}
