#pragma once
/// \file
/// All that an Emscripten program has: what a WASI program has too (arguments, environment, open files), and beside that its tree of paths, its exceptions, its
/// signals and the functions of its own that the host calls.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <poll.h>

#include <wasmer/abi/emscripten/errno.hpp>
#include <wasmer/abi/emscripten/exceptions.hpp>
#include <wasmer/abi/emscripten/mounts.hpp>
#include <wasmer/abi/emscripten/net.hpp>
#include <wasmer/abi/emscripten/options.hpp>
#include <wasmer/abi/emscripten/program.hpp>
#include <wasmer/abi/emscripten/signals.hpp>
#include <wasmer/abi/guest.hpp>
#include <wasmer/abi/wasi/state.hpp>
#include <wasmer/abi/wasi/waiting.hpp>
#include <wasmer/error.hpp>
#include <wasmer/vm/function.hpp>
#include <wasmer/vm/host.hpp>
#include <wasmer/vm/instance.hpp>

namespace wasmer::emscripten {

using wasi::Fd;
using File = wasi::State<wasi::MemoryFilesystem>::File;
using Entry = wasi::FdTable<File>::Entry;

/// The guest that calls: its memory, its instance, and that it may have to wait.
class Guest : public wasi::WaitingGuest {
 public:
  explicit Guest(Caller& caller) : WaitingGuest(caller.memory(), caller.store()), caller_(&caller) {}

  Instance& instance() const { return caller_->instance(); }
  Caller& caller() const { return *caller_; }
  /// The same after guest code has run, which may have let the memory grow.
  Guest again() const { return Guest(*caller_); }

 private:
  Caller* caller_;
};

/// A text of the guest's that ends with a NUL.
struct GuestString {
  std::uint32_t address = 0;
};

/// A word of a system call's that means nothing.
struct Unused {};
/// 64 bits that programs of either dialect pass as two words, the lower first.
struct Split {
  std::int64_t value = 0;
};

/// How much a program may have the host keep for it.
inline constexpr std::size_t longest_text = std::size_t{1} << 20;         ///< bytes of one text, and of all variables of the environment
inline constexpr std::size_t most_records = std::size_t{1} << 16;         ///< exceptions, mappings, functions to be run at the end; each
inline constexpr std::size_t most_thread_keys = 128;                      ///< as POSIX has it

/// The text, copied; nothing where no NUL follows in the memory within `longest_text`.
inline std::optional<std::string> text_of(const GuestMemory& memory, GuestString string) {
  const auto rest = string.address < memory.size() ? memory.bytes(string.address, std::min<std::uint64_t>(memory.size() - string.address, longest_text)) : std::nullopt;
  if (!rest) return std::nullopt;
  const void* const end = std::memchr(rest->data(), 0, rest->size());
  if (end == nullptr) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(rest->data()), static_cast<const char*>(end));
}

/// The functions that a program exports for its host.
struct Exports {
  template <class Signature> using Optional = std::optional<TypedFunction<Signature>>;
  const Instance* of = nullptr;
  Optional<std::uint32_t(std::uint32_t)> malloc, stack_alloc, flush;
  Optional<void(std::uint32_t)> free, stack_restore;
  Optional<std::uint32_t()> stack_save;
  Optional<void(std::uint32_t, std::uint32_t)> set_threw;
  Optional<std::uint32_t(std::uint32_t, std::uint32_t, std::uint32_t)> can_catch;
};

/// A signature of 32-bit numbers with the pointer of fastcomp's before them, and the name that an export for it has.
template <class Signature> struct Prepend;
template <class R, class... Args> struct Prepend<R(Args...)> {
  using type = R(std::uint32_t, Args...);
  static std::string name() { return "dynCall_" + std::string(1, std::is_void_v<R> ? 'v' : 'i') + std::string(sizeof...(Args), 'i'); }
};

/// What a program wants run at its end.
struct AtExit {
  std::uint32_t function = 0;
  std::optional<std::uint32_t> argument;
};

/// What a program wants done at a signal.
struct Action {
  std::uint32_t handler = 0;  ///< in the table; 0: the default; 1: nothing
  std::uint32_t flags = 0;
};

/// A file, or nothing, in the program's memory.
struct Mapping {
  std::uint32_t bytes = 0;
  Entry file;  ///< to which what is written goes back; null: to none
  std::uint64_t offset = 0;
};

class State {
 public:
  using Host = wasi::State<wasi::MemoryFilesystem>;

  /// invalid_option, and which one: as of wasi::State, and of Mounts.
  static Result<State> make(const Options& options);

  /// What WASI's calls work on.
  Host& host() { return host_; }
  wasi::FdTable<File>& files() { return host_.files(); }
  Mounts& mounts() { return mounts_; }
  const NetPolicy& net() const { return net_; }
  const Options& options() const { return options_; }
  const std::shared_ptr<Signals>& signals() const { return signals_; }
  Exceptions& exceptions() { return exceptions_; }
  const Exports& exports(Instance& instance);

  Dialect dialect() const { return dialect_; }
  StatLayout layout_of_stat() const { return stat_layout_; }
  const Layout& layout() const { return layout_; }
  /// What the module tells of itself; asked for once, when it is linked.
  void learn(const Module& module, std::uint64_t memory_bytes) {
    dialect_ = is_fastcomp(module) ? Dialect::fastcomp : Dialect::upstream;
    stat_layout_ = stat_layout(module);
    layout_ = Layout::of(module, memory_bytes);
  }

  /// A number as the guest's `errno` has it.
  std::int32_t number(Errno error) const { return number_of(error, dialect_); }

  /// Memory of the guest's own, from its malloc; 0: it has none to give.
  Result<std::uint32_t> allocate(const Guest& guest, std::uint32_t bytes);
  /// A text in such memory, with its NUL.
  Result<std::uint32_t> allocate(const Guest& guest, std::string_view text);

  /// Room for one address, kept.
  Result<std::uint32_t> catch_cell(const Guest& guest) {
    if (catch_cell_ == 0) {
      WASMER_TRY(catch_cell_, allocate(guest, std::uint32_t{16}));
    }
    return catch_cell_;
  }

  /// Begins to unwind; `invoke_*` ends it, or nobody, which `start` tells.
  Error unwind(Unwinding what) {
    unwinding_ = what;
    return unwind_error_;
  }
  /// What unwinds the guest, if `error` is how it does.
  Unwinding unwinding(const Error& error) const { return error.id() == ErrorId::host_error ? unwinding_ : Unwinding::nothing; }
  void caught() { unwinding_ = Unwinding::nothing; }

  /// Runs the handlers of the signals that have come in. An exit code where the default is to end.
  Result<void> deliver(const Guest& guest);
  bool has_signals() const { return signals_->has_any(); }

  /// Waits until a descriptor is ready. intr: a signal has come in, or the guest is to stop.
  Expected<void> wait(const Guest& guest, int descriptor, short events) const {
    pollfd polled[]{{descriptor, events, 0}, {signals_->descriptor(), POLLIN, 0}, {}};
    while (polled[0].revents == 0) {
      WASMER_CHECK(guest.poll(polled, nullptr));
      if (signals_->has_any()) return Errno::intr;
    }
    return success();
  }

  /// Calls a function of the program's by its pointer. Fails as the guest does, or with a trap where there is none of that type. fastcomp's pointers are numbers
  /// among functions of one type, which only an export for that type, `dynCall_vii`, knows to call.
  template <class Signature, class... Args> auto call(const Guest& guest, std::uint32_t pointer, Args... args) -> decltype(std::declval<TypedFunction<Signature>>()(args...)) {
    if (dialect_ == Dialect::fastcomp) {
      using WithPointer = typename Prepend<Signature>::type;
      const auto dynamic = guest.instance().function<WithPointer>(Prepend<Signature>::name());
      if (!dynamic) return Error(ErrorId::undefined_element, Error::no_offset, "a callback of the program's, which exports no " + Prepend<Signature>::name());
      return dynamic.assume_value()(pointer, args...);
    }
    const vm::FuncRef* const function = function_at(guest.instance(), pointer);
    if (function == nullptr) return Error(ErrorId::undefined_element, Error::no_offset, "a callback of the program's: " + std::to_string(pointer));
    const auto typed = Function(*function).typed<Signature>();
    if (!typed) return Error(ErrorId::indirect_call_type_mismatch, Error::no_offset, std::string(typed.assume_error().detail()));
    return typed.assume_value()(args...);
  }
  /// What stands in the table at `index`; null: nothing.
  static const vm::FuncRef* function_at(Instance& instance, std::uint32_t index) {
    if (instance.tables().empty()) return nullptr;
    const auto elements = instance.tables().front()->elements();
    return index < elements.size() ? reinterpret_cast<const vm::FuncRef*>(elements[index]) : nullptr;
  }

  /// Where the listing of an open directory goes on.
  std::uint64_t& listing_of(const Entry& directory) {
    std::erase_if(listings_, [](const auto& listing) { return listing.first.expired(); });
    for (auto& [entry, position] : listings_)
      if (entry.lock() == directory) return position;
    return listings_.emplace_back(directory, 0).second;
  }

  // What C's library keeps for a program between calls.
  std::uint32_t temp_ret0 = 0;                        ///< the upper half of a 64-bit result
  std::array<Action, 64> actions{};                   ///< by the signal's number
  std::map<std::string, std::uint32_t, std::less<>> texts;  ///< strings of the host's that the guest has been given, by what they are for
  std::map<std::string, std::string, std::less<>> variables;  ///< the environment
  std::vector<AtExit> at_exit;                        ///< the last is run first
  std::set<std::uint32_t> own_exceptions;             ///< objects that the host has allocated
  std::uint32_t umask = 022;
  std::uint32_t next_key = 1;                         ///< of pthread_key_create
  std::map<std::uint32_t, std::uint32_t> thread_values;
  std::map<std::uint32_t, Mapping> mappings;          ///< of mmap, by their addresses

 private:
  State(Host host, Mounts mounts, const Options& options)
      : options_(options), host_(std::move(host)), mounts_(std::move(mounts)), net_(options.net), signals_(std::make_shared<Signals>()),
        unwind_error_(ErrorId::host_error, Error::no_offset, "a longjmp, or a C++ exception, that nothing caught") {}

  Options options_;
  Host host_;
  Mounts mounts_;
  NetPolicy net_;
  std::shared_ptr<Signals> signals_;
  Exceptions exceptions_;
  Exports exports_;
  Dialect dialect_ = Dialect::upstream;
  StatLayout stat_layout_ = StatLayout::today;
  Layout layout_;
  std::vector<std::pair<std::weak_ptr<wasi::OpenFile<File>>, std::uint64_t>> listings_;
  std::uint32_t catch_cell_ = 0;
  Unwinding unwinding_ = Unwinding::nothing;
  Error unwind_error_;
};

#if (!defined(WASMER_COMPILED) && !defined(WASMER_COMPILING)) || defined(WASMER_COMPILING_EMSCRIPTEN)

WASMER_ONCE Result<State> State::make(const Options& options) {
  wasi::Options<wasi::MemoryFilesystem> surroundings;
  surroundings.args = options.args, surroundings.env = options.env;
  surroundings.in = options.in, surroundings.out = options.out, surroundings.err = options.err;
  surroundings.limits = options.limits, surroundings.filesystem = options.files;
  const std::string self = options.args.empty() ? "./this.program" : options.args.front();
  std::map<std::string, std::string, std::less<>> variables{{"USER", "web_user"}, {"LOGNAME", "web_user"}, {"PATH", "/"}, {"PWD", "/"},
                                                           {"HOME", std::string(Mounts::home)}, {"LANG", "C.UTF-8"}, {"_", self}};
  WASMER_TRY(Host checked, Host::make(surroundings));  // what is wrong with the embedder's own
  for (const std::string& entry : options.env) variables[entry.substr(0, entry.find('='))] = entry.substr(entry.find('=') + 1);
  surroundings.env.clear();
  for (const auto& [name, value] : variables) surroundings.env.push_back(name + "=" + value);
  WASMER_TRY(Host host, Host::make(surroundings));
  Mounts mounts(options.files);
  WASMER_CHECK(mounts.add(options.preopens));
  State state(std::move(host), std::move(mounts), options);
  state.variables = std::move(variables);
  return state;
}

WASMER_ONCE const Exports& State::exports(Instance& instance) {
  if (exports_.of == &instance) return exports_;
  exports_ = {};
  exports_.of = &instance;
  const auto find = [&]<class Signature>(std::optional<TypedFunction<Signature>>& function, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
      if (auto found = instance.function<Signature>(name); found && !function) function = found.assume_value();
  };
  find(exports_.malloc, {"_malloc", "malloc", "emscripten_builtin_malloc"});
  find(exports_.free, {"_free", "free", "emscripten_builtin_free"});
  find(exports_.flush, {"_fflush", "fflush"});
  find(exports_.stack_alloc, {"stackAlloc", "_emscripten_stack_alloc"});
  find(exports_.stack_save, {"stackSave", "emscripten_stack_get_current"});
  find(exports_.stack_restore, {"stackRestore", "_emscripten_stack_restore"});
  find(exports_.set_threw, {"setThrew", "_setThrew"});
  find(exports_.can_catch, {"___cxa_can_catch", "__cxa_can_catch"});
  return exports_;
}

WASMER_ONCE Result<std::uint32_t> State::allocate(const Guest& guest, std::uint32_t bytes) {
  const auto& malloc = exports(guest.instance()).malloc;
  if (!malloc) return Error(ErrorId::unknown_export, Error::no_offset, "the program exports no malloc, which its host needs to give it a result");
  return (*malloc)(bytes);
}

WASMER_ONCE Result<std::uint32_t> State::allocate(const Guest& guest, std::string_view text) {
  WASMER_TRY(const std::uint32_t address, allocate(guest, static_cast<std::uint32_t>(text.size() + 1)));
  if (address == 0) return address;
  const auto room = guest.again().bytes(address, text.size() + 1);
  if (!room) return Error(ErrorId::out_of_bounds_memory_access, Error::no_offset, "what the program's malloc gave");
  std::memcpy(room->data(), text.data(), text.size());
  (*room)[text.size()] = std::byte{0};
  return address;
}

WASMER_ONCE Result<void> State::deliver(const Guest& guest) {
  while (const int signal = signals_->take()) {
    const Action action = actions[static_cast<std::size_t>(signal)];
    if (action.handler == 0) return Error::exit(128 + static_cast<std::uint32_t>(signal));
    if (action.handler == 1) continue;
    constexpr std::uint32_t with_info = 4;  // SA_SIGINFO
    if ((action.flags & with_info) != 0) WASMER_CHECK(call<void(std::uint32_t, std::uint32_t, std::uint32_t)>(guest, action.handler, static_cast<std::uint32_t>(signal), 0u, 0u));
    else WASMER_CHECK(call<void(std::uint32_t)>(guest, action.handler, static_cast<std::uint32_t>(signal)));
  }
  return success();
}

#endif

}  // namespace wasmer::emscripten
