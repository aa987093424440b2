#include <wasmer/backend/compile.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "../catch.hpp"

using namespace wasmer;

namespace {

/// What befalls the compiler at each body, and what is seen of it.
struct Plan {
  std::vector<std::uint32_t> invalid, without_memory;
  std::uint32_t slow = ~0u;
  bool has_memory_for_compilers = true;
  std::atomic<int> compilers{0}, batches{0}, reused{0};
  std::atomic<std::size_t> largest_batch{0};
};

/// Compiles each body to a range that names it.
struct Scripted {
  Plan* plan;
  Result<vm::Object> compile(std::span<const FunctionBody> bodies) {
    ++plan->batches;
    if (bodies.size() > plan->largest_batch) plan->largest_batch = bodies.size();
    vm::Object object;
    for (const FunctionBody& body : bodies) {
      if (body.function == plan->slow) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      for (const std::uint32_t each : plan->invalid)
        if (each == body.function) return Error(ErrorId::type_mismatch, body.function);
      for (const std::uint32_t each : plan->without_memory)
        if (each == body.function) throw std::bad_alloc();
      object.functions.emplace_back().function = body.function;
      object.code.push_back(std::byte{0xC3});
    }
    return object;
  }
  void reuse(std::vector<std::byte> memory) { plan->reused += memory.capacity() != 0; }
};
struct Backstage {
  static constexpr std::string_view name = "scripted";
  static constexpr Features features = Features::wasm1();
  Plan* plan;
  std::size_t part = 3;
  Bounds bounds = Bounds::explicit_;
  std::size_t part_size(const Module&, unsigned) const { return part; }
  Scripted compiler(const Module&, Features) const {
    ++plan->compilers;
    if (!plan->has_memory_for_compilers) throw std::bad_alloc();
    return {plan};
  }
};
static_assert(Backend<Backstage>);

Module module_of(std::uint32_t count) {
  Module module;
  for (std::uint32_t i = 0; i < count; ++i) module.bodies.emplace_back().function = i;
  return module;
}

/// "012 345 6" for seven bodies in parts of three; the error's message otherwise.
std::string compiled(Plan& plan, std::uint32_t count, unsigned threads, std::size_t part = 3) {
  const Backstage backend{.plan = &plan, .part = part};
  const Module module = module_of(count);
  support::ThreadPool pool(threads);
  const auto image = BodyCompilation(backend, module, Features::all(), pool).run(NoProgress{});
  if (!image.has_value()) return image.error().message();
  std::string text;
  for (const vm::Part& part : image.assume_value().parts()) {
    if (!text.empty()) text += ' ';
    for (const vm::FunctionRange& range : part.object.functions) text += std::to_string(range.function);
  }
  return text;
}

}  // namespace

TEST_CASE("objects come in the order of the bodies, however many threads make them", "[backend]") {
  for (const unsigned threads : {0u, 1u, 2u, 3u, 16u}) {
    Plan plan;
    plan.slow = 1;
    CHECK(compiled(plan, 10, threads) == "012 345 678 9");
    CHECK(plan.batches == 4);
  }
}

TEST_CASE("a batch has as many bodies as the backend says, and at least one", "[backend]") {
  Plan plan;
  CHECK(compiled(plan, 4, 1, 2) == "01 23");
  CHECK(plan.largest_batch == 2);
  CHECK(compiled(plan, 4, 1, 100) == "0123");
  CHECK(compiled(plan, 4, 1, 0) == "0 1 2 3");
}

TEST_CASE("there are no more compilers than batches", "[backend]") {
  Plan plan;
  REQUIRE(compiled(plan, 4, 16) == "012 3");
  CHECK(plan.compilers <= 2);
}

TEST_CASE("memory of code that has been copied is used again, and on one thread always", "[backend]") {
  Plan plan;
  REQUIRE(compiled(plan, 10, 1) == "012 345 678 9");
  CHECK(plan.reused == 4);
}

TEST_CASE("a module without bodies becomes no objects", "[backend]") {
  Plan plan;
  CHECK(compiled(plan, 0, 4).empty());
  CHECK(plan.batches == 0);
}

TEST_CASE("the first body that is not valid is the error, even where a later one is found before it", "[backend]") {
  for (const unsigned threads : {1u, 2u, 3u, 16u}) {
    Plan plan;
    plan.invalid = {4, 6, 9, 27}, plan.slow = 4;
    CHECK(compiled(plan, 30, threads, 1) == "invalid: type mismatch at byte 0x4");
  }
}

TEST_CASE("nothing is compiled behind a body that is not valid", "[backend]") {
  Plan plan;
  plan.invalid = {4};
  REQUIRE(compiled(plan, 30, 1, 3) == "invalid: type mismatch at byte 0x4");
  CHECK(plan.batches == 2);
}

TEST_CASE("memory that runs out is an error of its own, and gives way to one of an earlier body", "[backend]") {
  for (const unsigned threads : {1u, 3u}) {
    Plan plan;
    plan.without_memory = {5}, plan.slow = 2;
    CHECK(compiled(plan, 9, threads, 1) == "exhausted: out of memory");
    plan.invalid = {2};
    CHECK(compiled(plan, 9, threads, 1) == "invalid: type mismatch at byte 0x2");
    plan.has_memory_for_compilers = false;
    CHECK(compiled(plan, 9, threads, 1) == "exhausted: out of memory");
  }
}

TEST_CASE("progress is told on the thread that asked, in bodies", "[backend]") {
  for (const unsigned threads : {1u, 4u}) {
    Plan plan;
    const Backstage backend{.plan = &plan};
    const Module module = module_of(10);
    const auto here = std::this_thread::get_id();
    std::vector<std::size_t> told;
    const auto progress = [&](std::size_t done, std::size_t total) {
      CHECK(std::this_thread::get_id() == here);
      CHECK(total == 10);
      told.push_back(done);
    };
    support::ThreadPool pool(threads);
    REQUIRE(BodyCompilation(backend, module, Features::all(), pool).run(progress).has_value());
    CHECK(std::ranges::is_sorted(told));
    if (threads == 1) CHECK(told == std::vector<std::size_t>{3, 6, 9, 10});
    for (const std::size_t done : told) CHECK(done <= 10);
  }
}
