#pragma once
/// \file
/// Runs test scripts (WAST) on a backend, and counts what their assertions come to.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <wasmer/backend/backend.hpp>
#include <wasmer/error.hpp>
#include <wasmer/runtime.hpp>
#include <wasmer/support/file.hpp>
#include <wasmer/text/script_parser.hpp>

#include "escape.hpp"
#include "expected_failures.hpp"
#include "spectest.hpp"
#include "wast_links.hpp"
#include "wast_values.hpp"

namespace wasmer::tools {

/// What the assertions of a script, or of many, came to.
struct WastCount {
  std::size_t passed = 0;
  std::size_t failed = 0;  ///< other commands that failed count too
  std::size_t skipped = 0;
  std::set<Proposal> needed;           ///< what was missing for those that were skipped
  std::vector<std::string> failures;   ///< one line each

  WastCount& operator+=(WastCount&& other) {
    passed += other.passed, failed += other.failed, skipped += other.skipped;
    needed.merge(other.needed);
    for (std::string& failure : other.failures) failures.push_back(std::move(failure));
    return *this;
  }
};

/// True where a proposal's tests have other words for an error, and another stage, than the specification that it became part of; or where they are
/// older than the proposal that the error asks for.
inline bool is_synonym(const Error& error, std::string_view expected) {
  if (expected == info(ErrorId::multiple_memories).words && error.proposal() == Proposal::multi_memory) return true;
  return expected == "i32 constant out of range" && error.id() == ErrorId::memory_size_limit;
}

/// True if `expected` is the error's words and an index. Traps out of machine code know no indices.
inline bool adds_index(const Error& error, std::string_view expected) {
  if (error.stage() != Stage::trap || !expected.starts_with(error.words())) return false;
  expected.remove_prefix(error.words().size());
  return expected.size() > 1 && expected[0] == ' ' && expected.find_first_not_of("0123456789", 1) == expected.npos;
}

/// True if `expected` is a type mismatch in the words of the reference interpreter, which tells of the stack what ours tells of a value: "instruction requires
/// [i32] but stack has []" is "expected i32, got nothing".
inline bool tells_of_stack(const Error& error, std::string_view expected) {
  constexpr std::string_view wants = "expected ", got = ", got ", too_many = " values too many at the end of a block";
  const std::string_view detail = error.detail();
  if (error.id() != ErrorId::type_mismatch) return false;
  const std::string begin = std::string(error.words()) + ": ";
  if (detail.ends_with(too_many)) return expected.starts_with(begin + "block requires [") && !expected.ends_with("stack has []");
  const std::size_t comma = detail.find(got);
  if (!detail.starts_with(wants) || comma == detail.npos) return false;
  const std::string_view wanted = detail.substr(wants.size(), comma - wants.size()), has = detail.substr(comma + got.size());
  return expected == begin + "instruction requires [" + std::string(wanted) + "] but stack has [" + std::string(has == "nothing" ? "" : has) + "]";
}

/// True if an error's text is what a script expects: the expected text is how it begins, as the reference interpreter has it.
inline bool says(const Error& error, std::string_view expected) {
  const std::string words(error.words()), detail(error.detail());
  if ((words + " " + detail).starts_with(expected) || (words + ": " + detail).starts_with(expected)) return true;
  return is_synonym(error, expected) || adds_index(error, expected) || tells_of_stack(error, expected);
}

/// The proposal without which a module is refused with this error. Before there was one for several memories or tables, their number was an
/// error of its own.
inline std::optional<Proposal> needed_for(const Error& error) {
  if (error.id() == ErrorId::multiple_memories) return Proposal::multi_memory;
  if (error.id() == ErrorId::multiple_tables) return Proposal::reference_types;
  return error.proposal();
}

/// Runs the commands of one script.
template <Backend B> class WastRun {
 public:
  /// The assertions at the lines in `expected` are to fail; they count as skipped.
  WastRun(const Runtime<B>& runtime, std::string_view file, std::set<std::uint32_t> expected = {})
      : runtime_(runtime), file_(file), expected_(std::move(expected)) {
    store_.set_heap(runtime.options().heap);
  }

  WastCount run(const std::vector<text::ScriptCommand>& commands) && {
    links_.name("spectest", &imports_);
    Result<Imports> made = spectest(runtime_.options().features, runtime_.backend().bounds);
    if (made.has_value()) imports_ = std::move(made).assume_value();
    else fail("spectest", made.assume_error());
    for (const text::ScriptCommand& command : commands) {
      line_ = command.line;
      missed_.reset();
      std::visit([&](const auto& what) { perform(what); }, command.what);
    }
    for (auto& [name, thread] : threads_) join(thread);
    return std::move(count_);
  }

 private:
  /// What a name stands for: something of the script's, a proposal that is missing for it, or nothing.
  template <class T> using Slot = std::variant<std::monostate, T, Proposal>;
  using InstanceSlot = Slot<Instance*>;
  using ModuleSlot = Slot<CompiledModule>;
  using Values = std::vector<Value>;

  struct Thread {
    std::thread thread;
    WastCount count;
  };

  void pass() {
    if (expected_.contains(line_)) return note_failure("passed, though it is listed among the expected failures");
    ++count_.passed;
  }
  void fail(std::string_view why) {
    if (missed_) return skip(*missed_);
    if (expected_.contains(line_)) return void(++count_.skipped);
    note_failure(why);
  }
  void note_failure(std::string_view why) {
    ++count_.failed;
    count_.failures.push_back(std::string(file_) + ":" + std::to_string(line_) + ": failed: " + std::string(why));
  }
  void fail(std::string_view what, const Error& error) { fail(std::string(what) + ": " + error.message()); }
  void skip(Proposal needed) { ++count_.skipped, count_.needed.insert(needed); }

  // Modules and instances.

  Result<CompiledModule> compile(const text::ScriptModule& module) const {
    if (module.error) return *module.error;
    return runtime_.compile(std::vector<std::byte>(module.bytes));
  }

  /// An instance; the proposal that is missing for an instance that it imports from counts for it too.
  Slot<Result<Instance*>> instantiate(const CompiledModule& module) {
    for (const Import& import : module.imports())
      if (const auto found = missing_.find(std::string(import.module)); found != missing_.end()) return found->second;
    Result<typename Runtime<B>::Linked> instance = runtime_.instantiate(store_, module, imports_);
    if (!instance.has_value()) return Result<Instance*>(std::move(instance).assume_error());
    Instance& made = instance.assume_value();
    links_.link(&made, module.imports());
    return Result<Instance*>(&made);
  }

  void perform(const text::DefineModule& command) {
    const text::ScriptModule& module = command.module;
    ModuleSlot slot;
    Result<CompiledModule> compiled = compile(module);
    if (compiled.has_value()) slot = compiled.assume_value();
    else if (const auto needed = needed_for(compiled.assume_error())) slot = *needed, leave_out(module, *needed);
    else fail("module", compiled.assume_error());
    if (!module.is_definition) make_instance(module.name, slot);
    if (!module.name.empty()) modules_[module.name] = slot;
    last_module_ = std::move(slot);
  }
  /// Notes what a module that is not to be could have done.
  void leave_out(const text::ScriptModule& module, Proposal needed) {
    if (const Result<Module> parsed = parse(std::vector<std::byte>(module.bytes), Features::all()); parsed.has_value())
      links_.skip(parsed.assume_value().imports, needed);
  }

  void perform(const text::InstantiateModule& command) {
    make_instance(command.name, command.module.empty() ? last_module_ : modules_[command.module]);
  }
  void make_instance(const std::string& name, const ModuleSlot& module) {
    InstanceSlot slot;
    if (const auto* needed = std::get_if<Proposal>(&module)) {
      slot = *needed;
    } else if (const auto* compiled = std::get_if<CompiledModule>(&module)) {
      auto instance = instantiate(*compiled);
      if (const auto* missing = std::get_if<Proposal>(&instance)) slot = *missing;
      else if (auto& result = std::get<Result<Instance*>>(instance); result.has_value()) slot = result.assume_value();
      else fail("module", result.assume_error());
    }
    if (!name.empty()) instances_[name] = slot;
    last_instance_ = slot;
  }
  void perform(const text::RegisterInstance& command) {
    const InstanceSlot slot = instance(command.instance);
    missing_.erase(command.as);
    if (const auto* needed = std::get_if<Proposal>(&slot)) missing_.emplace(command.as, *needed);
    else if (const auto* found = std::get_if<Instance*>(&slot)) imports_.add(command.as, **found), links_.name(command.as, *found);
    else if (const auto shared = shared_.find(command.instance); shared != shared_.end()) import_memories(command.as, *shared->second);
    else fail("register: there is no such instance");
  }
  InstanceSlot instance(const std::string& name) const {
    if (name.empty()) return last_instance_;
    const auto found = instances_.find(name);
    return found == instances_.end() ? InstanceSlot() : found->second;
  }

  // Actions.

  /// The results of an action. Nothing when a proposal is missing; then it has been counted as `is_assertion` says.
  std::optional<Result<Values>> act(const text::ScriptAction& action, bool is_assertion) {
    const InstanceSlot slot = instance(action.module);
    if (const auto* needed = std::get_if<Proposal>(&slot)) {
      if (is_assertion) skip(*needed);
      return std::nullopt;
    }
    if (std::holds_alternative<std::monostate>(slot)) return Error(ErrorId::host_error, Error::no_offset, "there is no instance to ask");
    Instance& of = *std::get<Instance*>(slot);
    if (is_assertion) missed_ = links_.missed_by(&of);
    return action.is_invocation ? invoke(of, action) : get(of, action);
  }
  Result<Values> invoke(Instance& instance, const text::ScriptAction& action) {
    WASMER_TRY(const Function function, instance.function(action.name));
    Values arguments;
    for (const text::ScriptValue& argument : action.arguments) arguments.push_back(to_value(store_, argument));
    return function.call(arguments);
  }
  static Result<Values> get(Instance& instance, const text::ScriptAction& action) {
    WASMER_TRY(const auto global, instance.global(action.name));
    return Values{global->get()};
  }
  void perform(const text::Perform& command) {
    const auto result = act(command.action, false);
    if (result && !result->has_value()) fail(command.action.name, result->assume_error());
  }

  // Assertions.

  void perform(const text::AssertReturn& command) {
    const auto result = act(command.action, true);
    if (!result) return;
    if (!result->has_value()) return fail(command.action.name, result->assume_error());
    const Values& values = result->assume_value();
    bool fit = values.size() == command.results.size();
    for (std::size_t i = 0; fit && i < values.size(); ++i) fit = fits(store_, values[i], command.results[i]);
    if (fit) return pass();
    std::string got = command.action.name + ": got";
    for (const Value& value : values) got += " " + describe(value);
    fail(got);
  }
  void perform(const text::AssertTrap& command) {
    if (const auto* module = std::get_if<text::ScriptModule>(&command.subject)) return expect_at_instantiation(*module, command.stage, command.words);
    if (const auto result = act(std::get<text::ScriptAction>(command.subject), true)) expect(error_of(*result), command.stage, command.words);
  }
  void perform(const text::AssertException& command) {
    if (const auto result = act(command.action, true)) expect(error_of(*result), Stage::trap, info(ErrorId::uncaught_exception).words);
  }
  void perform(const text::AssertRefused& command) {
    if (command.stage == Stage::unlinkable) return expect_at_instantiation(command.module, command.stage, command.words);
    const Result<CompiledModule> compiled = compile(command.module);
    // A text that refers to what it does not define is malformed, though the words are the validator's.
    if (command.module.error && command.stage == Stage::malformed) expect(&*command.module.error, command.module.error->stage(), command.words);
    else expect(error_of(compiled), command.stage, command.words);
  }
  void expect_at_instantiation(const text::ScriptModule& module, Stage stage, const std::string& words) {
    const Result<CompiledModule> compiled = compile(module);
    if (!compiled.has_value()) {
      if (const auto needed = needed_for(compiled.assume_error())) leave_out(module, *needed);
      return expect(&compiled.assume_error(), stage, words);
    }
    missed_ = links_.missed_by(compiled.assume_value().imports());
    const auto instance = instantiate(compiled.assume_value());
    if (const auto* missing = std::get_if<Proposal>(&instance)) return skip(*missing);
    expect(error_of(std::get<Result<Instance*>>(instance)), stage, words);
  }

  template <class T> static const Error* error_of(const Result<T>& result) { return result.has_value() ? nullptr : &result.assume_error(); }

  /// Counts an error, or its absence, where a script expects one of this stage and with these words.
  void expect(const Error* error, Stage stage, std::string_view words) {
    const auto expected = [&] { return "expected " + std::string(to_string(stage)) + ": " + std::string(words); };
    if (error == nullptr) return fail(expected());
    if (says(*error, words) && (error->stage() == stage || is_synonym(*error, words))) return pass();
    if (const auto needed = needed_for(*error)) return skip(*needed);
    fail(expected(), *error);
  }

  // Threads.

  void perform(const text::StartThread& command) {
    const auto run = std::make_shared<WastRun>(runtime_, file_, expected_);
    for (const std::string& name : command.shared) {
      const InstanceSlot slot = instance(name);
      if (const auto* found = std::get_if<Instance*>(&slot)) run->shared_.emplace(name, *found);
      else run->instances_.emplace(name, slot);
    }
    Thread& thread = threads_[command.name];
    join(thread);
    thread.thread = std::thread([&thread, &command, run] { thread.count = std::move(*run).run(command.commands); });
  }
  void perform(const text::WaitThread& command) {
    const auto found = threads_.find(command.name);
    if (found == threads_.end()) return fail("there is no such thread");
    join(found->second);
  }
  /// Makes the memories of another thread's instance importable.
  void import_memories(const std::string& as, Instance& instance) {
    for (const Export& each : instance.exports())
      if (each.kind == ExternKind::memory) imports_.add(as, each.name, instance.memories()[each.index]);
  }
  void join(Thread& thread) {
    if (!thread.thread.joinable()) return;
    thread.thread.join();
    count_ += std::exchange(thread.count, {});
  }

  const Runtime<B>& runtime_;
  Imports imports_;  ///< spectest and what has been registered
  std::string_view file_;
  std::set<std::uint32_t> expected_;
  std::uint32_t line_ = 0;
  WastCount count_;
  Store store_;
  std::map<std::string, ModuleSlot> modules_;
  std::map<std::string, InstanceSlot> instances_;
  std::map<std::string, Proposal> missing_;     ///< registered names behind which there is nothing, and why
  std::map<std::string, Instance*> shared_;     ///< instances of the thread that started this one; just their memories may be used
  std::map<std::string, Thread> threads_;
  ModuleSlot last_module_;
  InstanceSlot last_instance_;
  WastLinks links_;
  std::optional<Proposal> missed_;              ///< what the command at hand may have to do without
};

/// Runs the script in `file`.
template <Backend B> WastCount run_script(const Runtime<B>& runtime, const std::string& file, const ExpectedFailures& expected = {}) {
  WastCount count;
  const auto fail = [&](const Error& error) {
    count.failed = 1;
    count.failures.push_back((error.place().empty() ? file + ": " : std::string()) + error.message());
  };
  auto bytes = support::read_file(file, limit::module_size);
  if (!bytes.has_value()) return fail(bytes.assume_error()), count;
  const std::string_view source(reinterpret_cast<const char*>(bytes.assume_value().data()), bytes.assume_value().size());
  const Result<text::Script> script = text::parse_script(source, file);
  if (!script.has_value()) return fail(script.assume_error()), count;
  const std::string full_path = std::filesystem::absolute(file).lexically_normal().string();
  return WastRun<B>(runtime, file, expected.of(full_path)).run(script.assume_value().commands);
}

/// Runs scripts and prints a line for each, below it one for each failure, and at last what they came to together. The exit code: 0 if nothing failed.
template <Backend B> int run_wast(const Runtime<B>& runtime, std::span<const std::string> files, const ExpectedFailures& expected = {}) {
  const auto sums = [](const WastCount& count) {
    return std::to_string(count.passed) + " passed, " + std::to_string(count.failed) + " failed, " + std::to_string(count.skipped) + " skipped";
  };
  WastCount all;
  for (const std::string& file : files) {
    WastCount count = run_script(runtime, file, expected);
    std::string line = file + ": " + sums(count);
    for (const char* separator = ": needs "; const Proposal proposal : count.needed)
      line.append(std::exchange(separator, ", ")).append(info(proposal).text);
    std::printf("%s\n", escaped(line).c_str());
    for (const std::string& failure : count.failures) std::printf("  %s\n", escaped(failure).c_str());
    std::fflush(stdout);
    count.failures.clear();
    all += std::move(count);
  }
  std::printf("%s\n", sums(all).c_str());
  return all.failed == 0 ? 0 : 1;
}

}  // namespace wasmer::tools
