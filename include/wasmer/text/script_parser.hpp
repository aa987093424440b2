#pragma once
/// \file
/// The parser of scripts (the reference interpreter's grammar, and the threads proposal's).

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/text/literal.hpp>
#include <wasmer/text/parser.hpp>
#include <wasmer/text/script.hpp>
#include <wasmer/text/value_type.hpp>

namespace wasmer::text {

class ScriptParser {
 public:
  ScriptParser(const Tokens& tokens, const WatOptions& options) : tokens_(tokens), options_(options), cursor_(tokens) {}

  Result<Script> run() && {
    Script script;
    if (cursor_.at(Token::left) && is_field(cursor_.peek(1).word())) {
      script.commands.push_back({.line = 1, .what = DefineModule{inline_module()}});
    } else {
      while (cursor_.at(Token::left)) script.commands.push_back(command(false));
      cursor_.expect(Token::end);
    }
    if (cursor_.failed()) return cursor_.take_error();
    return script;
  }

 private:
  static constexpr bool is_field(Word word) {
    return word == Word::rec || word == Word::import_ || word == Word::export_ || word == Word::start || detail::space_of(word).has_value();
  }

  ScriptCommand command(bool in_thread) {
    ScriptCommand command{.line = line_of(cursor_.peek()), .what = Perform{}};
    const Word word = cursor_.peek(1).word();
    if (word == Word::invoke || word == Word::get) {
      command.what = Perform{action()};
      return command;
    }
    if (word == Word::module && !is_instance()) {
      command.what = DefineModule{module()};
      return command;
    }
    cursor_.expect(Token::left);
    if (in_thread && (word == Word::thread || word == Word::wait)) return cursor_.unexpected(), command;
    const auto refused = [&](Stage stage, bool is_custom) { return AssertRefused{module(), stage, is_custom, string()}; };
    switch (word) {
      case Word::module: cursor_.take(), cursor_.take(), command.what = instantiate(); break;
      case Word::register_: cursor_.take(), command.what = register_instance(); break;
      case Word::assert_return: cursor_.take(), command.what = assert_return(); break;
      case Word::assert_trap: cursor_.take(), command.what = assert_trap(Stage::trap); break;
      case Word::assert_exhaustion: cursor_.take(), command.what = assert_trap(Stage::exhausted); break;
      case Word::assert_exception: cursor_.take(), command.what = AssertException{action()}; break;
      case Word::assert_malformed: cursor_.take(), command.what = refused(Stage::malformed, false); break;
      case Word::assert_malformed_custom: cursor_.take(), command.what = refused(Stage::malformed, true); break;
      case Word::assert_invalid: cursor_.take(), command.what = refused(Stage::invalid, false); break;
      case Word::assert_invalid_custom: cursor_.take(), command.what = refused(Stage::invalid, true); break;
      case Word::assert_unlinkable: cursor_.take(), command.what = refused(Stage::unlinkable, false); break;
      case Word::thread: cursor_.take(), command.what = thread(); break;
      case Word::wait: cursor_.take(), command.what = WaitThread{name()}; break;
      default: cursor_.unexpected();
    }
    cursor_.close();
    return command;
  }

  /// Counts lines as the commands go by.
  std::uint32_t line_of(const Token& token) {
    line_ += static_cast<std::uint32_t>(std::count(tokens_.text.begin() + line_at_, tokens_.text.begin() + token.begin, '\n'));
    line_at_ = token.begin;
    return line_;
  }

  std::string string() { return std::string(cursor_.string()); }
  std::string name() { return std::string(cursor_.take_name()); }

  bool is_instance() const { return cursor_.peek(2).word() == Word::instance; }

  ScriptModule inline_module() {
    ScriptModule module;
    set(module, encode_module(tokens_, 0, static_cast<std::uint32_t>(tokens_.tokens.size() - 1), {}, options_));
    cursor_.move_to(static_cast<std::uint32_t>(tokens_.tokens.size() - 1));
    return module;
  }

  /// `(module definition? $name? ...)`, whatever stands in it.
  ScriptModule module() {
    ScriptModule module;
    const Token& left = cursor_.peek();
    cursor_.expect_group(Word::module);
    if (cursor_.failed()) return module;
    module.is_definition = cursor_.take_if(Word::definition);
    module.name = name();
    if (cursor_.take_if(Word::binary)) {
      module.form = ScriptModule::binary;
      const std::string bytes = strings();
      module.bytes.resize(bytes.size());
      if (!bytes.empty()) std::memcpy(module.bytes.data(), bytes.data(), bytes.size());
    } else if (cursor_.take_if(Word::quote)) {
      module.form = ScriptModule::quote;
      const std::string file = tokens_.place(left.begin) + ": quoted text";
      const std::string source = strings();
      set(module, wat(source, file, options_));
    } else {
      set(module, encode_module(tokens_, cursor_.position(), left.partner, module.name, options_));
      cursor_.move_to(left.partner);
    }
    cursor_.close();
    return module;
  }
  static void set(ScriptModule& module, Result<std::vector<std::byte>>&& result) {
    if (result) module.bytes = std::move(result).assume_value();
    else module.error = std::move(result).assume_error();
  }
  std::string strings() {
    std::string bytes;
    while (cursor_.at(Token::string)) bytes += cursor_.string();
    return bytes;
  }

  InstantiateModule instantiate() {
    InstantiateModule command;
    command.name = name();
    command.module = name();
    return command;
  }
  RegisterInstance register_instance() {
    RegisterInstance command;
    command.as = std::string(cursor_.name());
    command.instance = name();
    return command;
  }
  AssertReturn assert_return() {
    AssertReturn command{.action = action(), .results = {}};
    while (cursor_.at(Token::left)) command.results.push_back(expectation());
    return command;
  }
  AssertTrap assert_trap(Stage stage) {
    AssertTrap command{.subject = {}, .stage = stage, .words = {}};
    if (cursor_.at_group(Word::module)) command.subject = module();
    else command.subject = action();
    command.words = string();
    return command;
  }
  StartThread thread() {
    StartThread command;
    command.name = name();
    while (cursor_.take_group_if(Word::shared)) {
      while (cursor_.take_group_if(Word::module)) command.shared.push_back(name()), cursor_.close();
      cursor_.close();
    }
    while (cursor_.at(Token::left)) command.commands.push_back(this->command(true));
    return command;
  }

  ScriptAction action() {
    ScriptAction action;
    cursor_.expect(Token::left);
    action.is_invocation = cursor_.take_if(Word::invoke);
    if (!action.is_invocation) cursor_.expect(Word::get);
    action.module = name();
    action.name = std::string(cursor_.name());
    while (action.is_invocation && cursor_.at(Token::left)) action.arguments.push_back(value());
    cursor_.close();
    return action;
  }

  /// The heap type of a null that a host can name: an abstract one.
  std::optional<HeapType> heap() {
    const auto abstract = abstract_heap_type(cursor_.peek().word());
    if (!abstract) return std::nullopt;
    cursor_.take();
    return *abstract;
  }
  static V128 low(std::uint64_t bits) {
    V128 vector;
    std::memcpy(vector.bytes, &bits, sizeof bits);
    return vector;
  }

  ScriptValue value() {
    ScriptValue value;
    const auto is = [&](ScriptValue::Kind kind, V128 bits) { value.kind = kind, value.bits = bits; };
    cursor_.expect(Token::left);
    if (cursor_.take_if(word(Op::i32_const))) is(ScriptValue::i32, low(integer_literal(cursor_, 32)));
    else if (cursor_.take_if(word(Op::i64_const))) is(ScriptValue::i64, low(integer_literal(cursor_, 64)));
    else if (cursor_.take_if(word(Op::f32_const))) is(ScriptValue::f32, low(float_literal<Binary32>(cursor_)));
    else if (cursor_.take_if(word(Op::f64_const))) is(ScriptValue::f64, low(float_literal<Binary64>(cursor_)));
    else if (cursor_.take_if(word(Op::v128_const))) is(ScriptValue::v128, vector_literal(cursor_));
    else if (cursor_.take_if(Word::ref_extern)) is(ScriptValue::extern_, low(cursor_.natural64()));
    else if (cursor_.take_if(Word::ref_host)) is(ScriptValue::host, low(cursor_.natural64()));
    else if (cursor_.take_if(word(Op::ref_null))) {
      value.kind = ScriptValue::null;
      const std::optional<HeapType> type = heap();
      if (type) value.heap = *type;
      else cursor_.unexpected();
    } else {
      cursor_.unexpected();
    }
    cursor_.close();
    return value;
  }

  ScriptExpectation expectation() {
    ScriptExpectation alternatives;
    if (!cursor_.take_group_if(Word::either)) {
      alternatives.push_back(pattern());
      return alternatives;
    }
    while (cursor_.at(Token::left)) alternatives.push_back(pattern());
    cursor_.close();
    return alternatives;
  }
  ScriptPattern pattern() {
    ScriptPattern pattern;
    cursor_.expect(Token::left);
    const auto is = [&](ScriptPattern::Kind kind, bool has_bits) { cursor_.take(), pattern.kind = kind, pattern.has_bits = has_bits; };
    const auto number = [&](ScriptPattern::Kind kind, const Shape& shape) {
      is(kind, true);
      lane(pattern, shape, 0);
    };
    const auto numbered = [&](ScriptPattern::Kind kind) {
      is(kind, cursor_.peek(1).kind != Token::right);
      if (pattern.has_bits) pattern.bits = low(cursor_.natural64());
    };
    const Word word = cursor_.peek().word();
    switch (op_of(word).value_or(Op::unreachable)) {
      case Op::i32_const: number(ScriptPattern::i32, {1, 32, false}); break;
      case Op::i64_const: number(ScriptPattern::i64, {1, 64, false}); break;
      case Op::f32_const: number(ScriptPattern::f32, {1, 32, true}); break;
      case Op::f64_const: number(ScriptPattern::f64, {1, 64, true}); break;
      case Op::v128_const: {
        is(ScriptPattern::v128, true);
        const Shape of = shape(cursor_);
        pattern.lanes = of.lanes;
        for (unsigned i = 0; i < of.lanes; ++i) lane(pattern, of, i);
        break;
      }
      case Op::ref_null: is(ScriptPattern::null, false), pattern.heap = heap(); break;
      case Op::ref_func: is(ScriptPattern::func, false); break;
      case Op::ref_eq: is(ScriptPattern::eq, false); break;
      case Op::ref_i31: is(ScriptPattern::i31, false); break;
      default:
        switch (word) {
          case Word::ref_extern: numbered(ScriptPattern::extern_); break;
          case Word::ref_host: numbered(ScriptPattern::host); break;
          case Word::ref_any: is(ScriptPattern::any, false); break;
          case Word::ref_struct: is(ScriptPattern::struct_, false); break;
          case Word::ref_array: is(ScriptPattern::array, false); break;
          case Word::ref_exn: is(ScriptPattern::exn, false); break;
          default: cursor_.unexpected();
        }
    }
    cursor_.close();
    return pattern;
  }
  void lane(ScriptPattern& pattern, const Shape& shape, unsigned index) {
    using Nan = ScriptPattern::Nan;
    if (shape.is_float && cursor_.take_if(Word::nan_canonical)) pattern.nans[index] = Nan::canonical;
    else if (shape.is_float && cursor_.take_if(Word::nan_arithmetic)) pattern.nans[index] = Nan::arithmetic;
    else set_lane(pattern.bits, shape, index, lane_literal(cursor_, shape));
  }

  const Tokens& tokens_;
  const WatOptions& options_;
  Cursor cursor_;
  std::uint32_t line_ = 1;
  std::uint32_t line_at_ = 0;
};

/// Parses a script; `file` is what its errors begin with. A text of bare module fields is a script of one module.
inline Result<Script> parse_script(std::string_view source, std::string_view file, const WatOptions& options = {}) {
  const Tokens tokens = lex(source, file);
  return ScriptParser(tokens, options).run();
}

}  // namespace wasmer::text
