#include <wasmer/wasm/features.hpp>

#include "../catch.hpp"

using namespace wasmer;

static_assert(Features::wasm1().has(Proposal::mvp) && !Features::wasm1().has(Proposal::simd));
static_assert(Features::wasm2().has(Proposal::simd) && !Features::wasm2().has(Proposal::gc));
static_assert(Features::wasm3().has(Proposal::gc) && !Features::wasm3().has(Proposal::threads));
static_assert(Features::all().has(Proposal::threads) && Features::all().has(Proposal::custom_page_sizes));
static_assert((Features::wasm1() & Features::wasm2()) == Features::wasm1());
static_assert((Features::wasm1() | Features::wasm2()) == Features::wasm2());
static_assert(Features{Proposal::gc, Proposal::simd} == Features().with(Proposal::simd).with(Proposal::gc));
static_assert(Features::wasm2().without(Proposal::simd).with(Proposal::simd) == Features::wasm2());
static_assert(!Features().has(Proposal::mvp) && Features().bits() == 0);
static_assert(proposal_named("bulk-memory") == Proposal::bulk_memory && !proposal_named("bulk_memory") && !proposal_named(""));

TEST_CASE("each version of the language includes the one before") {
  CHECK((Features::wasm1() & Features::wasm2() & Features::wasm3()) == Features::wasm1());
  CHECK((Features::wasm2() & Features::wasm3() & Features::all()) == Features::wasm2());
}

TEST_CASE("a proposal that no version includes is switched on by name alone") {
  for (std::size_t i = 0; i < proposals.size(); ++i) {
    const auto proposal = static_cast<Proposal>(i);
    CHECK(Features::wasm3().has(proposal) == (info(proposal).version != 0));
    CHECK(proposal_named(info(proposal).text) == proposal);
  }
}
