// Instructions that were right for some operands and wrong for equal ones, for constants and for those in memory: every numeric instruction of the table with its
// operands in all of these places gives what it gives for parameters.
#include <array>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <wasmer/wasm/opcode.hpp>

#include "../../../catch.hpp"
#include "../../execute.hpp"
#include "../vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

constexpr std::uint32_t end = 65536;  ///< of the memory

struct Operation {
  std::string text;  ///< with its immediate
  std::string operands, results;
  bool has_floats = false;  ///< in its vectors
};

const char* type_of(char letter) {
  constexpr const char* names[] = {"i32", "i64", "f32", "f64", "v128"};
  return names[std::string_view("ilfdv").find(letter)];
}
std::uint32_t size_of(char letter) { return letter == 'v' ? 16 : letter == 'l' || letter == 'd' ? 8 : 4; }

bool is_numeric(Family family) {
  switch (family) {
    case Family::unary: case Family::binary: case Family::test: case Family::compare: case Family::convert: case Family::wide: case Family::simd_unary:
    case Family::simd_binary: case Family::simd_ternary: case Family::simd_compare: case Family::simd_convert: case Family::splat: case Family::lane:
    case Family::shuffle: case Family::shift: return true;
    default: return false;
  }
}

/// Every numeric instruction, with the first and the last lane where it names one.
std::vector<Operation> operations(bool vectors) {
  std::vector<Operation> list;
  for (const OpInfo& row : ops) {
    const bool is_vector = row.since == Proposal::simd || row.since == Proposal::relaxed_simd;
    if (!is_numeric(row.family) || row.signature == "*" || is_vector != vectors) continue;
    const std::size_t colon = row.signature.find(':');
    Operation made{std::string(row.text), std::string(row.signature.substr(0, colon)), std::string(row.signature.substr(colon + 1))};
    made.has_floats = row.text.find("f32x4") != row.text.npos || row.text.find("f64x2") != row.text.npos;
    std::vector<std::string> immediates{""};
    if (row.immediate == Immediate::lane) immediates = {" 0", row.text.starts_with("i8") ? " 15" : row.text.starts_with("i16") ? " 7" : row.text[1] == '3' ? " 3" : " 1"};
    if (row.immediate == Immediate::lanes16)
      immediates = {" 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15", " 31 0 30 1 29 2 28 3 27 4 26 5 25 6 24 7", " 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3", " 16 17 18 19 4 5 6 7 24 25 26 27 12 13 14 15"};
    for (const std::string& immediate : immediates) list.push_back(made), list.back().text += immediate;
  }
  return list;
}

/// Numbers of a type, without NaNs; counts of shifts beyond any width are among the integers.
std::vector<Value> numbers(char letter, bool has_floats) {
  switch (letter) {
    case 'i': return {Value(0u), Value(1u), Value(~0u), Value(0x8000'0000u), Value(33u)};
    case 'l': return {Value(std::uint64_t{0}), Value(std::uint64_t{1}), Value(~std::uint64_t{0}), Value(std::uint64_t{1} << 63), Value(std::uint64_t{65})};
    case 'f': return {Value(0.0f), Value(-0.0f), Value(-2.5f), Value(3e9f), Value(std::numeric_limits<float>::infinity())};
    case 'd': return {Value(0.0), Value(-0.0), Value(-2.5), Value(1e19), Value(std::numeric_limits<double>::infinity())};
    default:
      if (has_floats)
        return {V128{}, vector_of<float>({1.5f, -2.5f, 3e9f, -0.0f}), vector_of<double>({-2.5, 1e19}), vector_of<double>({std::numeric_limits<double>::infinity(), -0.0}),
                vector_of<float>({0.0f, -0.0f, 0.1f, 7.0f})};
      return {V128{}, mixed(1), vector_of<std::uint64_t>({~std::uint64_t{0}, ~std::uint64_t{0}}), vector_of<std::uint64_t>({std::uint64_t{1} << 63, 0x8000'8080'8000'0001}),
              vector_of<std::uint8_t>({15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0})};
  }
}

std::string constant(char letter, const Value& value) {
  switch (letter) {
    case 'i': return "(i32.const " + std::to_string(value.i32()) + ")";
    case 'l': return "(i64.const " + std::to_string(value.i64()) + ")";
    case 'f': return "(f32.reinterpret_i32 (i32.const " + std::to_string(static_cast<std::int32_t>(value.bits())) + "))";
    case 'd': return "(f64.reinterpret_i64 (i64.const " + std::to_string(value.i64()) + "))";
    default: return tests::constant(value.v128());
  }
}
std::string types(const char* keyword, const std::string& letters) {
  std::string text = std::string(" (") + keyword;
  for (const char letter : letters) text += std::string(" ") + type_of(letter);
  return text + ")";
}

/// Five choices of equal operands, and others in which neighbours differ.
std::vector<std::vector<Value>> tuples(const Operation& operation) {
  std::vector<std::vector<Value>> list;
  for (std::size_t step = 0; step < (operation.operands.size() > 1 ? 2u : 1u); ++step)
    for (std::size_t first = 0; first < 5; ++first) {
      std::vector<Value> tuple;
      for (std::size_t i = 0; i < operation.operands.size(); ++i) {
        const auto from = numbers(operation.operands[i], operation.has_floats);
        tuple.push_back(from[(first + i * step) % from.size()]);
      }
      list.push_back(std::move(tuple));
    }
  return list;
}

std::string text_of(const std::vector<Operation>& all) {
  std::string text = "(module (memory (export \"memory\") 1) (func $noise)\n";
  for (const Operation& operation : all) {
    const std::string &in = operation.operands, &op = operation.text;
    const auto place = [](std::size_t i) { return "(local.get " + std::to_string(i) + ")"; };
    const auto add = [&](const std::string& name, const std::string& head, auto&& operand, const std::string& before = "", const std::string& behind = "") {
      text += "(func (export \"" + op + ": " + name + "\")" + head + types("result", operation.results) + " " + before;
      for (std::size_t i = 0; i < in.size(); ++i) text += operand(i);
      text += behind + " " + op + ")\n";
    };
    const std::string params = types("param", in);
    add("params", params, place);
    add("homes", params, place, "", " call $noise");
    if (in.size() > 1 && in.find_first_not_of(in[0]) == in.npos) add("same", params, [&](std::size_t) { return place(0); });
    // One of them in the last bytes of memory, the others elsewhere.
    for (std::size_t last = 0; last < in.size(); ++last)
      add("load " + std::to_string(last), "", [&](std::size_t i) {
        const std::size_t at = i == last ? end - size_of(in[i]) : 1000 + 16 * i;
        return std::string("(") + type_of(in[i]) + ".load (i32.const " + std::to_string(at) + "))";
      });
    const auto choices = tuples(operation);
    for (std::size_t k = 0; k < choices.size(); ++k) {
      const auto literal = [&](std::size_t i) { return constant(in[i], choices[k][i]); };
      const std::string number = std::to_string(k);
      add("constants " + number, "", literal);
      if (in.size() == 1) continue;
      for (std::size_t one = 0; one < in.size(); ++one) add("constant " + number + " " + std::to_string(one), params, [&](std::size_t i) { return i == one ? literal(i) : place(i); });
    }
  }
  return text + ")";
}

/// `guest` does the same with operands wherever they are, and with parameters what the guest before it did.
template <class G> void check(const G& guest, const std::vector<Operation>& all, const std::string& what, std::vector<std::string>& results) {
  const auto memory = guest.memory();
  const bool is_first = results.empty();
  std::size_t count = 0;
  for (const Operation& operation : all) {
    const std::string& in = operation.operands;
    const auto choices = tuples(operation);
    for (std::size_t k = 0; k < choices.size(); ++k) {
      const std::vector<Value>& tuple = choices[k];
      const auto call = [&](const std::string& name, const std::vector<Value>& arguments) { return to_hex(guest.call(operation.text + ": " + name, arguments)); };
      const std::string expected = call("params", tuple), number = std::to_string(k);
      if (is_first) results.push_back(expected);
      const auto compare = [&](const std::string& name, const std::string& answer, const std::string& wanted) {
        if (answer == wanted) return;
        INFO(operation.text << ", " << name << ", operands " << number << ", with " << what);
        CHECK(answer == wanted);
      };
      // Relaxed instructions may differ from CPU to CPU, and only so.
      if (operation.text.find("relaxed") == operation.text.npos) compare("another setting", expected, results[count]);
      ++count;
      compare("homes", call("homes", tuple), expected);
      if (in.size() > 1 && in.find_first_not_of(in[0]) == in.npos) compare("same", call("same", tuple), call("params", std::vector<Value>(in.size(), tuple[0])));
      for (std::size_t last = 0; last < in.size(); ++last) {
        for (std::size_t i = 0; i < in.size(); ++i) std::memcpy(memory.data() + (i == last ? end - size_of(in[i]) : 1000 + 16 * i), tuple[i].v128().bytes, size_of(in[i]));
        const std::string name = "load " + std::to_string(last);
        compare(name, call(name, {}), expected);
      }
      compare("constants " + number, call("constants " + number, {}), expected);
      for (std::size_t one = 0; one < in.size() && in.size() > 1; ++one) {
        std::vector<Value> others = tuple;
        others[one] = Value::zero(tuple[one].type());  // which the constant stands for
        const std::string name = "constant " + number + " " + std::to_string(one);
        compare(name, call(name, others), expected);
      }
    }
  }
}

template <class F> void check_vectors(F&& belongs) {
  std::vector<Operation> all;
  for (const Operation& operation : operations(true))
    if (belongs(operation)) all.push_back(operation);
  CHECK(all.size() > 40);
  const std::string text = text_of(all);
  std::vector<std::string> results;
  for (std::size_t set = 0; set < instruction_sets.size(); ++set) check(VectorGuest::make(set, text).value(), all, std::string(instruction_sets[set]), results);
}

}  // namespace

TEST_CASE("no operand is loaded wider than it is: scalars in the last bytes of memory, equal ones and constants", "[singlepass][bugs]") {
  const std::vector<Operation> all = operations(false);
  CHECK(all.size() > 130);
  const std::string text = text_of(all);
  std::vector<std::string> results;
  for (const Setting setting : settings) check(Guest::make(setting, text).value(), all, to_string(setting), results);
}

TEST_CASE("vectors of integers with equal inputs and constants, also in the last bytes of memory", "[singlepass][bugs]") {
  check_vectors([](const Operation& operation) { return !operation.has_floats && operation.operands == "vv"; });
}

TEST_CASE("shifts by constants beyond the width, selects, splats and lanes, also of equal inputs and in the last bytes of memory", "[singlepass][bugs]") {
  check_vectors([](const Operation& operation) { return !operation.has_floats && operation.operands != "vv"; });
}

TEST_CASE("vectors of floats with equal inputs and constants, also in the last bytes of memory", "[singlepass][bugs]") {
  check_vectors([](const Operation& operation) { return operation.has_floats; });
}
