#include <wasmer/backend/singlepass.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include <wasmer/module/parse.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"
#include "../vm/trap_sites.hpp"

using namespace wasmer;
using vm::TrapSite;

static_assert(Backend<Singlepass> && std::same_as<Singlepass, BasicSinglepass<X64>>);
static_assert(Singlepass::name == "singlepass" && Singlepass::features == singlepass::supported);
static_assert(std::is_aggregate_v<Singlepass>, "its members are its tuning: {.bounds = …}");
static_assert(std::is_trivially_copyable_v<Singlepass>, "it holds nothing but its tuning");
static_assert(Compiler<singlepass::Compiler> && !std::copyable<singlepass::Compiler>);

namespace {

std::size_t part_size(std::size_t bodies, unsigned threads, std::size_t bytes_each = 1000) {
  static constexpr std::byte code[1000]{};
  Module module;
  module.bodies.resize(bodies, {.code = std::span(code).first(bytes_each)});
  return Singlepass().part_size(module, threads);
}

vm::Object compiled(const Singlepass& backend, std::string_view text) {
  const Module module = parse(wat(text).value(), Singlepass::features).value();
  return backend.compiler(module).compile(module.bodies).value();
}

}  // namespace

TEST_CASE("a batch is at most 1024 functions, and at least 16 or 1.5 KiB of them", "[singlepass]") {
  CHECK(part_size(0, 1) == 1);
  CHECK(part_size(1'000'000, 1, 2) == 1024);
  CHECK(part_size(1'000'000, 0, 2) == 1024);
  CHECK(part_size(100, 64, 80) == 16);
  CHECK(part_size(100, 64, 500) == 3);
  CHECK(part_size(100, 64) == 1);
}

TEST_CASE("a batch of many functions is 64 KiB of their bodies, as is one of a thread that is alone", "[singlepass]") {
  CHECK(part_size(1'000'000, 1) == 65);
  CHECK(part_size(1'000'000, 8, 500) == 131);
  CHECK(part_size(70, 1) == 65);
  CHECK(part_size(15, 1, 500) == 15);
}

TEST_CASE("where all is less every thread of several gets about eight batches", "[singlepass]") {
  for (const unsigned threads : {2u, 8u, 64u}) {
    const std::size_t bodies = std::size_t{threads} * 8 * 100, part = part_size(bodies, threads, 100), batches = (bodies + part - 1) / part;
    CHECK(batches >= std::size_t{threads} * 8);
    CHECK(batches <= std::size_t{threads} * 8 + threads + 1);
  }
}

TEST_CASE("a little code is one batch, whatever the number of threads", "[singlepass]") {
  CHECK(part_size(4, 2) == 16);
  CHECK(part_size(40, 8, 100) == 40);
  CHECK(part_size(5, 2) == 1);
  CHECK(part_size(2048, 2, 2) < 2048);
}

TEST_CASE("unless it is told otherwise, code relies on guard pages and on what this machine has", "[singlepass]") {
  const Singlepass backend;
  CHECK(backend.bounds == Bounds::guard_pages);
  const masm::CpuFeatures host = masm::CpuFeatures::host();
  CHECK(backend.cpu.avx == host.avx);
  CHECK(backend.cpu.bmi2 == host.bmi2);
}

TEST_CASE("a compiler checks memory as its backend's tuning says", "[singlepass]") {
  const char* const load = "(module (memory 1) (func (param i32) (result i32) local.get 0 i32.load))";
  CHECK(tests::trap_sites(compiled({.bounds = Bounds::guard_pages}, load)).at(0).kind == TrapSite::memory);
  CHECK(tests::trap_sites(compiled({.bounds = Bounds::explicit_}, load)).at(0).kind == TrapSite::always);
}

TEST_CASE("a compiler uses the instructions that its backend's tuning allows", "[singlepass]") {
  const char* const count = "(module (func (param i32) (result i32) local.get 0 i32.popcnt))";
  const Singlepass with{.cpu = {.popcnt = true}}, without{.cpu = {}};
  CHECK(compiled(with, count).code.size() < compiled(without, count).code.size());
}
