#include <wasmer/vm/native.hpp>

#include "../catch.hpp"

using namespace wasmer;
using vm::ArgumentPlace, vm::Call;

namespace {
enum class Errno : std::uint16_t { badf = 8 };
enum class Big : std::uint64_t {};
struct Other {};
}  // namespace

static_assert(vm::value_type_of<std::int32_t> == ValueType(ValueType::i32) && vm::value_type_of<std::uint64_t> == ValueType(ValueType::i64));
static_assert(vm::value_type_of<long long> == ValueType(ValueType::i64) && vm::value_type_of<bool> == ValueType(ValueType::i32));
static_assert(vm::value_type_of<float> == ValueType(ValueType::f32) && vm::value_type_of<double> == ValueType(ValueType::f64));
static_assert(vm::value_type_of<V128> == ValueType(ValueType::v128));
static_assert(vm::value_type_of<ExternRef> == externref && vm::value_type_of<const vm::FuncRef*> == funcref);
static_assert(vm::value_type_of<Errno> == ValueType(ValueType::i32) && vm::value_type_of<Big> == ValueType(ValueType::i64));
static_assert(!vm::Native<Other> && !vm::Native<const char*> && !vm::Native<long double>);
static_assert(vm::to_carrier(Errno::badf) == 8 && vm::from_carrier<Errno>(8) == Errno::badf);

// Five integers beside the context, four beside context and rest; the others go below, each with its word.
static_assert(Call<void, int, int, int, int, int, long, int>::in_registers == 5);
static_assert(Call<void, int, int, int, int, int, long, int>::places[5].index == 1 && Call<void, int, int, int, int, int, long, int>::places[6].index == 2);
static_assert(Call<std::tuple<int, int>, int, int, int, int, int>::in_registers == 4);
static_assert(Call<std::tuple<int, int>, int, int, int, int, int>::places[4].kind == ArgumentPlace::below);

// Eight floats, vectors among them. A vector below takes two words and starts at the lower.
using Floats = Call<void, float, float, float, float, double, double, double, V128, V128, float>;
static_assert(Floats::in_registers == 8 && Floats::places[8].index == 2 && Floats::places[9].index == 3);

// Results after the first: one word each, two for a vector.
using Results = Call<std::tuple<int, V128, int>>;
static_assert(Results::rest_word(1) == 0 && Results::rest_word(2) == 2 && Results::rest_word(3) == 3);
static_assert(Call<std::pair<int, float>>::result_count == 2 && Call<std::array<long, 3>>::result_count == 3 && Call<void>::result_count == 0);

TEST_CASE("places agree with what ContextLayout reserves below a context") {
  const auto check = [](std::vector<ValueType> params, std::vector<ValueType> results) {
    vm::ArgumentPlaces places(results.size());
    for (const ValueType param : params) places.next(param);
    CHECK(places.words() == vm::ContextLayout::argument_words(FunctionType(params, results)));
  };
  check({}, {});
  check(std::vector<ValueType>(26, ValueType::i32), {});
  check(std::vector<ValueType>(26, ValueType::i64), {ValueType::i32, ValueType::i32});
  check(std::vector<ValueType>(11, ValueType::v128), {ValueType::v128});
}
