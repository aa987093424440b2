#include <wasmer/backend/backend.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

#include "../catch.hpp"

using namespace wasmer;

namespace {

/// Compiles every batch to an object without code.
struct ToNothing {
  std::unique_ptr<int> scratch;
  Result<vm::Object> compile(std::span<const FunctionBody>) { return vm::Object(); }
  void reuse(std::vector<std::byte>) {}
};
struct Silent {
  static constexpr std::string_view name = "silent";
  static constexpr Features features = Features::wasm1();
  Bounds bounds = Bounds::explicit_;
  std::size_t part_size(const Module&, unsigned) const { return 1; }
  ToNothing compiler(const Module&, Features) const { return {}; }
};

static_assert(Compiler<ToNothing>, "scratch memory is owned, so a compiler moves and need not be copied");
static_assert(Backend<Silent> && !Backend<ToNothing> && !Backend<int>);

// Each requirement, missing.
struct Pinned : ToNothing {
  Pinned(Pinned&&) = delete;
};
struct Infallible {
  vm::Object compile(std::span<const FunctionBody>);
};
static_assert(!Compiler<Pinned> && !Compiler<Infallible> && !Compiler<int>);

struct Nameless : Silent {
  static constexpr int name = 0;
};
struct Unbounded : Silent {
  void* bounds = nullptr;
};
struct Lazy : Silent {
  int compiler(const Module&, Features) const;
};
struct Whole : Silent {
  void part_size(const Module&, unsigned) const;
};
struct Unique : Silent {
  std::unique_ptr<int> tuning;
};
struct Mutable : Silent {
  ToNothing compiler(const Module&, Features);
};
static_assert(!Backend<Nameless> && !Backend<Unbounded> && !Backend<Lazy> && !Backend<Whole>);
static_assert(!Backend<Unique>, "a backend is tuning, which is copied");
static_assert(!Backend<Mutable>, "threads share a backend, so that all of it is const");

/// Handles what `since` says, by asking the table of instructions.
template <Proposal since> struct HandlerOf {
  static constexpr Features features{since};
  template <Op op> static consteval bool handles() { return info(op).since == since; }
};
static_assert(Handles<HandlerOf<Proposal::mvp>, Op::i32_add> && !Handles<HandlerOf<Proposal::mvp>, Op::memory_copy>);
static_assert(!Handles<int, Op::i32_add>);

// Complete is who handles all of what it promises, and nothing else is asked for.
struct HandlesNothing {
  static constexpr Features features{};
  template <Op> static consteval bool handles() { return false; }
};
static_assert(handles_all_it_promises<HandlerOf<Proposal::mvp>>() && handles_all_it_promises<HandlerOf<Proposal::simd>>() &&
              handles_all_it_promises<HandlesNothing>());

}  // namespace

TEST_CASE("a backend that keeps the concept compiles a module", "[backend]") {
  const Silent backend;
  const Module module;
  auto compiler = backend.compiler(module, Features::all());
  const Result<vm::Object> object = compiler.compile(module.bodies);
  REQUIRE(object.has_value());
  CHECK(object.assume_value().code.empty());
}
