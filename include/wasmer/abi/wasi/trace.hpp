#pragma once
/// \file
/// Telling what a guest asks of WASI: a line for each call, with its arguments by name and what came of it, as strace tells of system calls.

#include <algorithm>
#include <array>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <unistd.h>

#include <wasmer/abi/wasi/lower.hpp>
#include <wasmer/abi/wasi/types.hpp>

namespace wasmer::wasi {

/// A policy: who hears of each call, when it is over. `T::trace` gets a line without an end, whose bytes are all printable, from any thread.
template <class T>
concept Tracer = requires(std::string_view line) { T::trace(line); };

/// `Wasi<Latest, wasi::TraceToStderr>`: each line goes to standard error, in one piece.
struct TraceToStderr {
  static void trace(std::string_view line) {
    std::string whole(line);
    whole += '\n';
    // What cannot be told is not told: the guest goes on.
    for (std::string_view rest = whole; !rest.empty();) {
      const ssize_t written = retried([&] { return ::write(STDERR_FILENO, rest.data(), rest.size()); });
      if (written <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
};

/// The policy where none is named.
struct NoTrace {};

/// The names of a call's parameters, in their order; empty for a call that there is not.
constexpr std::string_view parameter_names(std::string_view call) {
  struct Row {
    std::string_view call, names;
  };
  constexpr auto rows = std::to_array<Row>({
      {"args_get", "argv argv_buf"},
      {"args_sizes_get", "argc argv_buf_size"},
      {"clock_res_get", "id resolution"},
      {"clock_time_get", "id precision time"},
      {"environ_get", "environ environ_buf"},
      {"environ_sizes_get", "environc environ_buf_size"},
      {"fd_advise", "fd offset len advice"},
      {"fd_allocate", "fd offset len"},
      {"fd_close", "fd"},
      {"fd_datasync", "fd"},
      {"fd_fdstat_get", "fd stat"},
      {"fd_fdstat_set_flags", "fd flags"},
      {"fd_fdstat_set_rights", "fd fs_rights_base fs_rights_inheriting"},
      {"fd_filestat_get", "fd filestat"},
      {"fd_filestat_set_size", "fd size"},
      {"fd_filestat_set_times", "fd atim mtim fst_flags"},
      {"fd_pread", "fd iovs offset nread"},
      {"fd_prestat_dir_name", "fd path"},
      {"fd_prestat_get", "fd prestat"},
      {"fd_pwrite", "fd iovs offset nwritten"},
      {"fd_read", "fd iovs nread"},
      {"fd_readdir", "fd buf cookie bufused"},
      {"fd_renumber", "fd to"},
      {"fd_seek", "fd offset whence newoffset"},
      {"fd_sync", "fd"},
      {"fd_tell", "fd offset"},
      {"fd_write", "fd iovs nwritten"},
      {"path_create_directory", "fd path"},
      {"path_filestat_get", "fd flags path filestat"},
      {"path_filestat_set_times", "fd flags path atim mtim fst_flags"},
      {"path_link", "old_fd old_flags old_path new_fd new_path"},
      {"path_open", "fd dirflags path oflags fs_rights_base fs_rights_inheriting fdflags opened_fd"},
      {"path_readlink", "fd path buf bufused"},
      {"path_remove_directory", "fd path"},
      {"path_rename", "fd old_path new_fd new_path"},
      {"path_symlink", "old_path fd new_path"},
      {"path_unlink_file", "fd path"},
      {"poll_oneoff", "in out nsubscriptions nevents"},
      {"proc_exit", "rval"},
      {"proc_raise", "sig"},
      {"random_get", "buf"},
      {"sched_yield", ""},
      {"sock_accept", "fd flags connection"},
      {"sock_recv", "fd ri_data ri_flags ro_datalen ro_flags"},
      {"sock_send", "fd si_data si_flags so_datalen"},
      {"sock_shutdown", "fd how"},
  });
  for (const Row& row : rows)
    if (row.call == call) return row.names;
  return {};
}

namespace detail {

/// The names of the bits of a set, from the lowest on; of a type that has none here, empty.
template <class E> inline constexpr std::string_view bit_names = {};
template <> inline constexpr std::string_view bit_names<Fdflags> = "append dsync nonblock rsync sync";
template <> inline constexpr std::string_view bit_names<Oflags> = "creat directory excl trunc";
template <> inline constexpr std::string_view bit_names<Lookupflags> = "symlink_follow";
template <> inline constexpr std::string_view bit_names<Fstflags> = "atim atim_now mtim mtim_now";

/// Takes the first of some words with spaces between them.
constexpr std::string_view next_word(std::string_view& words) {
  const std::string_view word = words.substr(0, words.find(' '));
  words.remove_prefix(std::min(words.size(), word.size() + 1));
  return word;
}

template <class Number> std::string hexadecimal(Number number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::uint64_t rest = static_cast<std::uint64_t>(number); rest != 0 || text.empty(); rest >>= 4) text.insert(text.begin(), digits[rest & 15]);
  return "0x" + text;
}

/// Bytes in quotes as C writes them, the first of them if there are many.
inline std::string quoted(std::string_view bytes) {
  constexpr std::size_t most = 64;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "\"";
  for (const char each : bytes.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(each);
    if (each == '\n') text += "\\n";
    else if (each == '"' || each == '\\') text.append({'\\', each});
    else if (byte < 0x20 || byte >= 0x7F) text.append({'\\', 'x', digits[byte >> 4], digits[byte & 15]});
    else text += each;
  }
  return text + (bytes.size() > most ? "\"..." : "\"");
}

template <BitSet E> std::string to_text(E set) {
  if (bit_names<E>.empty()) return hexadecimal(bits(set));
  std::string text;
  std::string_view names = bit_names<E>;
  const auto add = [&](std::string_view name) { text.append(text.empty() ? "" : "|").append(name); };
  std::uint64_t rest = bits(set);
  for (std::uint64_t bit = 1; !names.empty(); bit <<= 1) {
    const std::string_view name = next_word(names);
    if ((rest & bit) != 0) add(name);
    rest &= ~bit;
  }
  if (rest != 0) add(hexadecimal(rest));
  return text.empty() ? "none" : text;
}
template <class N>
  requires std::integral<N> || (std::is_enum_v<N> && !BitSet<N>)
std::string to_text(N number) {
  if constexpr (std::is_enum_v<N>) return std::to_string(static_cast<std::underlying_type_t<N>>(number));
  else return std::to_string(number);
}

/// An argument, once the call is over: where it points to something small, that is shown, in brackets.
template <class P> std::string argument_text(const GuestMemory&, P value) { return to_text(value); }
template <class T> std::string argument_text(const GuestMemory& memory, GuestPointer<T> to) {
  if constexpr ((std::integral<T> && !std::same_as<T, char>) || std::is_enum_v<T>) {
    const auto value = memory.load(to);
    return value ? "[" + to_text(*value) + "]" : hexadecimal(to.address);
  } else {
    return hexadecimal(to.address);
  }
}
inline std::string argument_text(const GuestMemory& memory, GuestText text) {
  const auto found = memory.text(text);
  return found ? quoted(*found) : hexadecimal(text.address);
}
inline std::string argument_text(const GuestMemory&, GuestBytes bytes) { return hexadecimal(bytes.address) + "[" + std::to_string(bytes.count) + "]"; }
/// The sizes of the pieces; of the first one the bytes too, where they are what the guest gives.
inline std::string pieces_text(const GuestMemory& memory, GuestSpan<Iovec> pieces, bool are_given) {
  constexpr std::uint32_t most = 8;
  const auto array = memory.bytes(pieces);
  if (!array) return hexadecimal(pieces.address) + "[" + std::to_string(pieces.count) + "]";
  std::string text = "[";
  for (std::uint32_t i = 0; i < std::min(pieces.count, most); ++i) {
    const auto piece = load_at<Iovec>(*array, i);
    if (i != 0) text += ", ";
    if (const auto found = memory.text({piece.address, piece.size}); i == 0 && are_given && found) text += quoted(*found) + " ";
    text += std::to_string(piece.size);
  }
  return text + (pieces.count > most ? ", ...]" : "]");
}

/// What came of a call: its errno by name and in words, or why it ended the guest.
inline std::string answer_text(std::uint32_t error) {
  const auto number = static_cast<Errno>(error);
  return number == Errno::success ? std::string("success") : std::string(to_string(number)) + " (" + description(number) + ")";
}
template <class T> std::string answer_text(const Result<T>& result) {
  if (!result) return "? (" + (result.assume_error().id() == ErrorId::exit ? std::string("the program ends") : result.assume_error().message()) + ")";
  if constexpr (std::is_void_v<T>) return "success";
  else return answer_text(result.assume_value());
}

/// A text as a template's argument.
template <std::size_t size> struct Name {
  char text[size];
  constexpr Name(const char (&from)[size]) { std::copy_n(from, size, text); }
  constexpr operator std::string_view() const { return {text, size - 1}; }
};

}  // namespace detail

/// The host function for a call, as `Lowered`, that tells T of it.
template <detail::Name name, auto function, Tracer T, class Signature = decltype(function)> struct Traced;

template <detail::Name name, auto function, Tracer T, class R, class S, std::derived_from<GuestMemory> Memory, class... Parameters>
struct Traced<name, function, T, R (*)(S&, Memory, Parameters...)> {
  using Shape = typename Lowered<function>::Shape;
  static_assert(std::ranges::count(parameter_names(name), ' ') + !parameter_names(name).empty() == sizeof...(Parameters), "each parameter has a name");

  static constexpr bool gives_bytes = std::string_view(name).ends_with("write") || std::string_view(name) == "sock_send";

  template <class... Given> static auto call(void* state, Caller& caller, Given... given) {
    auto result = Lowered<function>::call(state, caller, given...);
    const std::uint64_t bits[]{given..., 0};
    std::string line = std::string(name) + "(";
    std::string_view names = parameter_names(name);
    const GuestMemory memory(caller.memory());
    [[maybe_unused]] const std::uint64_t* at = bits;
    [[maybe_unused]] const auto add = [&]<class P>(std::type_identity<P>) {
      if (line.back() != '(') line += ", ";
      line.append(detail::next_word(names)).append("=");
      if constexpr (std::same_as<P, GuestSpan<Iovec>>) line += detail::pieces_text(memory, Lift<P>::make(at), gives_bytes);
      else line += detail::argument_text(memory, Lift<P>::make(at));
      at += Lift<P>::Crosses::size;
    };
    (..., add(std::type_identity<Parameters>{}));
    T::trace(line + ") = " + detail::answer_text(result));
    return result;
  }
};

/// The host function that starts a thread, `Spawn`, which answers with the thread's id or a negative errno, and tells T of it.
template <class Spawn, class T> struct TracedSpawn {
  using Shape = typename Spawn::Shape;

  static std::int32_t call(void* state, Caller& caller, std::int32_t argument) {
    const std::int32_t id = Spawn::call(state, caller, argument);
    const std::string answer = id < 0 ? detail::answer_text(static_cast<std::uint32_t>(-id)) : std::to_string(id);
    T::trace("thread-spawn(start_arg=" + std::to_string(argument) + ") = " + answer);
    return id;
  }
};

}  // namespace wasmer::wasi
