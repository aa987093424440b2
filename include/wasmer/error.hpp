#pragma once
/// \file
/// What goes wrong, as a value: `Error`, its words, and `Result<T>`.

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/policy/base.hpp>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/support/once.hpp>
#include <wasmer/wasm/features.hpp>

namespace wasmer {

class Exception;

/// When an error is found. The first five are the specification's; `host` is all that the embedder brings in.
enum class Stage : std::uint8_t { malformed, invalid, unlinkable, trap, exhausted, host };

/// Every kind of error; the specification's words for each stand in errors.def.
enum class ErrorId : std::uint8_t {
#define WASM_ERROR(id, stage, words) id,
#include <wasmer/errors.def>
#undef WASM_ERROR
};

/// The row of errors.def that belongs to an id.
struct ErrorInfo {
  std::string_view name;
  Stage stage;
  std::string_view words;
};

inline constexpr auto error_infos = std::to_array<ErrorInfo>({
#define WASM_ERROR(id, stage, words) {#id, Stage::stage, words},
#include <wasmer/errors.def>
#undef WASM_ERROR
});

constexpr const ErrorInfo& info(ErrorId id) { return error_infos[static_cast<std::size_t>(id)]; }
constexpr std::string_view to_string(Stage stage) {
  constexpr std::array<std::string_view, 6> names{"malformed", "invalid", "unlinkable", "trap", "exhausted", "host"};
  return names[static_cast<std::size_t>(stage)];
}

/// One guest frame of a trap's backtrace, innermost first.
struct Frame {
  std::uint32_t function;  ///< index in its module's function index space
  std::uint64_t offset;    ///< byte offset of the instruction in its module
  std::string name;        ///< from the name section or an export; empty when there is none
  std::size_t omitted = 0; ///< frames that are left out between this one and the one before it
};

/// Why something could not be done: a stage, a kind, a place, and what there is to say beyond the kind's words.
class [[nodiscard]] Error {
 public:
  static constexpr std::uint64_t no_offset = ~std::uint64_t{0};

  Error() : Error(ErrorId::host_error) {}
  explicit Error(ErrorId id, std::uint64_t offset = no_offset) : id_(id), offset_(offset) {}
  Error(ErrorId id, std::uint64_t offset, std::string detail) : id_(id), offset_(offset) { edit().detail = std::move(detail); }

  /// An error for a module that uses `proposal` where it is switched off.
  static Error needs(Proposal proposal, std::uint64_t offset) {
    Error error(ErrorId::needs_proposal, offset, "needs " + std::string(info(proposal).text));
    error.edit().proposal = proposal;
    return error;
  }
  /// An error at `place` ("FILE:LINE:COLUMN") of a text, `offset` bytes from its beginning.
  static Error in_text(ErrorId id, std::uint64_t offset, std::string place, std::string detail) {
    Error error(id, offset, std::move(detail));
    error.edit().place = std::move(place);
    return error;
  }
  /// The guest asked to end with `code`.
  static Error exit(std::uint32_t code) {
    Error error(ErrorId::exit);
    error.edit().exit_code = code;
    return error;
  }

  ErrorId id() const { return id_; }
  Stage stage() const { return info(id_).stage; }
  /// Byte offset in the module, or `no_offset`.
  std::uint64_t offset() const { return offset_; }
  /// The specification's words for this kind of error.
  std::string_view words() const { return info(id_).words; }
  /// What there is to say beyond `words()`: indices, names, types, the way out. May be empty.
  std::string_view detail() const { return extra_ ? std::string_view(extra_->detail) : std::string_view(); }
  /// Where in a text the cause stands, as `FILE:LINE:COLUMN`; empty when it is not in a text.
  std::string_view place() const { return extra_ ? std::string_view(extra_->place) : std::string_view(); }
  /// The proposal that the module needs, when that is the cause.
  std::optional<Proposal> proposal() const { return extra_ ? extra_->proposal : std::nullopt; }
  /// The guest's exit code, when `id()` is `ErrorId::exit`.
  std::uint32_t exit_code() const { return extra_ ? extra_->exit_code : 0; }
  /// Guest frames, innermost first; empty unless a trap.
  const std::vector<Frame>& backtrace() const {
    static const std::vector<Frame> none;
    return extra_ ? extra_->backtrace : none;
  }
  /// The C++ exception that a host function threw, when `id()` is `ErrorId::host_exception`.
  std::exception_ptr cause() const { return extra_ ? extra_->cause : nullptr; }
  /// The guest's exception that nothing caught, when `id()` is `ErrorId::uncaught_exception`.
  const Exception* exception() const { return extra_ ? extra_->exception.get() : nullptr; }

  Error&& with_offset(std::uint64_t offset) && { return offset_ = offset, std::move(*this); }
  Error&& with_detail(std::string detail) && { return edit().detail = std::move(detail), std::move(*this); }
  Error&& with_cause(std::exception_ptr cause) && { return edit().cause = std::move(cause), std::move(*this); }
  Error&& with_exception(std::shared_ptr<const Exception> exception) && { return edit().exception = std::move(exception), std::move(*this); }
  Error&& with_backtrace(std::vector<Frame> frames) && { return edit().backtrace = std::move(frames), std::move(*this); }

  /// One line for people: `invalid: type mismatch at byte 0x2a: expected i32, got i64`, or `a.wat:3:9: unknown operator i32.plus`.
  std::string message() const;

 private:
  struct Extra {
    std::string detail;
    std::string place;
    std::optional<Proposal> proposal;
    std::uint32_t exit_code = 0;
    std::vector<Frame> backtrace;
    std::exception_ptr cause;
    std::shared_ptr<const Exception> exception;
  };
  /// The rare parts live behind one shared pointer, so that a Result stays small; copied before it is changed.
  Extra& edit();

  ErrorId id_;
  std::uint64_t offset_;
  std::shared_ptr<const Extra> extra_;
};

#if !defined(WASMER_COMPILED)
WASMER_ONCE std::string Error::message() const {
  if (!place().empty()) {
    std::string text(place());
    text.append(": ").append(words());
    if (!detail().empty()) text.append(" ").append(detail());
    return text;
  }
  std::string text(to_string(stage()));
  text += ": ";
  text += words();
  if (offset_ != no_offset) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (std::uint64_t rest = offset_; rest != 0 || hex.empty(); rest >>= 4) hex.insert(hex.begin(), digits[rest & 15]);
    text += " at byte 0x" + hex;
  }
  if (!detail().empty()) text.append(": ").append(detail());
  return text;
}

WASMER_ONCE Error::Extra& Error::edit() {
  auto copy = extra_ ? std::make_shared<Extra>(*extra_) : std::make_shared<Extra>();
  Extra& extra = *copy;
  extra_ = std::move(copy);
  return extra;
}
#endif

/// What `Result::value()` throws when there is an error instead: carries it. Final, so that nothing of ours has a vtable to look up.
class ErrorException final {
 public:
  explicit ErrorException(Error error) : error_(std::move(error)), text_(error_.message()) {}
  const Error& error() const { return error_; }
  const char* what() const noexcept { return text_.c_str(); }

 private:
  Error error_;
  std::string text_;
};

/// `value()` of a Result without one throws ErrorException; `error()` of one without an error is a mistake of the caller's.
struct ResultPolicy : BOOST_OUTCOME_V2_NAMESPACE::policy::base {
  template <class Impl> static constexpr void wide_value_check(Impl&& self) {
    if (!base::_has_value(std::forward<Impl>(self))) throw ErrorException(base::_error(std::forward<Impl>(self)));
  }
  template <class Impl> static constexpr void wide_error_check(Impl&& self) {
    if (!base::_has_error(std::forward<Impl>(self))) std::abort();
  }
  template <class Impl> static constexpr void wide_exception_check(Impl&&) {}
};

/// A value, or the Error that stands in its place.
template <class T> using Result = BOOST_OUTCOME_V2_NAMESPACE::basic_result<T, Error, ResultPolicy>;

using BOOST_OUTCOME_V2_NAMESPACE::success;

}  // namespace wasmer

/// `WASMER_TRY(auto x, expression);` declares x with the value of the Result, or returns its error from the function;
/// `WASMER_CHECK(expression);` does the same where the value is not wanted. (Outcome's own macro changed its syntax at Boost 1.76.)
#define WASMER_TRY(declaration, ...) WASMER_TRY_NAMED(WASMER_UNIQUE(result_), declaration, __VA_ARGS__)
#define WASMER_CHECK(...) WASMER_CHECK_NAMED(WASMER_UNIQUE(result_), __VA_ARGS__)

#define WASMER_TRY_NAMED(result, declaration, ...)                                \
  auto result = (__VA_ARGS__);                                                    \
  if (!result.has_value()) [[unlikely]] return std::move(result).as_failure();    \
  declaration = std::move(result).assume_value()
#define WASMER_CHECK_NAMED(result, ...)                                           \
  do {                                                                            \
    auto result = (__VA_ARGS__);                                                  \
    if (!result.has_value()) [[unlikely]] return std::move(result).as_failure();  \
  } while (false)
#define WASMER_UNIQUE(name) WASMER_JOIN(name, __COUNTER__)
#define WASMER_JOIN(a, b) WASMER_JOIN_EXPANDED(a, b)
#define WASMER_JOIN_EXPANDED(a, b) a##b
