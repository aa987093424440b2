#include <wasmer/vm/dynamic_host.hpp>

#include <stdexcept>

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/imports.hpp>
#include <wasmer/runtime.hpp>

#include "../catch.hpp"

using namespace wasmer;

namespace {

/// Adds up all of its arguments, as its type has them.
struct Sum : vm::DynamicRecord {
  using DynamicRecord::DynamicRecord;
  static Result<std::uint64_t> call(void* pointer, Caller&, const vm::DynamicArguments& given) {
    const Sum& self = *static_cast<Sum*>(pointer);
    vm::ArgumentPlaces places(self.type.results().size());
    double sum = 0;
    for (const ValueType param : self.type.params()) {
      const std::uint64_t bits = given.bits(places.next(param));
      if (param == ValueType::f64) sum += std::bit_cast<double>(bits);
      else if (param == ValueType::f32) sum += static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
      else if (param == ValueType::i64) sum += static_cast<double>(static_cast<std::int64_t>(bits));
      else sum += static_cast<double>(static_cast<std::int32_t>(bits));
    }
    if (sum == 13) throw std::runtime_error("unlucky");
    if (sum == 99) return Error(ErrorId::unreachable, Error::no_offset, "too many");
    if (self.type.results().empty()) return std::uint64_t{0};
    const ValueType result = self.type.results()[0];
    if (result == ValueType::f64) return std::bit_cast<std::uint64_t>(sum);
    if (result == ValueType::f32) return std::uint64_t{std::bit_cast<std::uint32_t>(static_cast<float>(sum))};
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(sum));
  }
};

/// The result of calling `main` of a module that imports `sum` of `type`.
Result<std::vector<Value>> main_of(std::string_view type, std::string_view body) {
  const Runtime<Singlepass> runtime;
  const std::string text = "(module (import \"\" \"sum\" (func $sum " + std::string(type) + ")) (func (export \"main\") " +
                           (type.find("result") == std::string_view::npos ? std::string() : std::string(type.substr(type.find("(result")))) + std::string(body) + "))";
  WASMER_TRY(const auto module, runtime.compile(std::string_view(text)));
  const FunctionType function = module.module().function_type(module.module().imports[0].index);
  Store store;
  WASMER_TRY(const auto instance, runtime.instantiate(store, module, Imports().add("", "sum", Extern(vm::dynamic_host<Sum>(std::make_shared<Sum>(function))))));
  WASMER_TRY(const Function main, instance.function("main"));
  return main.call({});
}

}  // namespace

TEST_CASE("a function of any type finds its arguments, in registers and beyond, and gives its result where it belongs") {
  CHECK(main_of("(param i32 i64 f32 f64) (result i32)", "(call $sum (i32.const -1) (i64.const 20) (f32.const 0.5) (f64.const 2.5))").value() == std::vector{Value(22)});
  CHECK(main_of("(param i32) (result f64)", "(call $sum (i32.const 7))").value() == std::vector{Value(7.0)});
  CHECK(main_of("(param f32) (result f32)", "(call $sum (f32.const 1.5))").value() == std::vector{Value(1.5f)});
  CHECK(main_of("(param i64) (result i64)", "(call $sum (i64.const 5000000000))").value() == std::vector{Value(std::int64_t{5'000'000'000})});
  CHECK(main_of("(param i32 i32 i32 i32 i32 i32 i32 f64 f64 f64 f64 f64 f64 f64 f64 f64) (result i32)",
                "(call $sum (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i32.const 7) (f64.const 1) (f64.const 1) (f64.const 1) (f64.const 1) (f64.const 1) "
                "(f64.const 1) (f64.const 1) (f64.const 1) (f64.const 10))")
            .value() == std::vector{Value(46)});
  CHECK(main_of("(param i32)", "(call $sum (i32.const 1))").value().empty());
}

TEST_CASE("its errors end the guest, and its exceptions come out of it") {
  const auto failed = main_of("(param i32) (result i32)", "(call $sum (i32.const 99))");
  CHECK(failed.error().id() == ErrorId::unreachable);
  CHECK(failed.error().detail() == "too many");
  CHECK_THROWS_AS(main_of("(param i32) (result i32)", "(call $sum (i32.const 13))"), std::runtime_error);
}
