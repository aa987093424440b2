#pragma once
/// \file
/// The threads of a program beside its first (the proposal wasi-threads). Each has a store and an instance of its own; module, shared memories and State are one.

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/instance.hpp>
#include <wasmer/vm/instantiate.hpp>
#include <wasmer/vm/store.hpp>

namespace wasmer::wasi {

/// A program's threads. They end together: when the first returns, or any of them exits or fails, all others are interrupted. Thread-safe.
class Threads {
 public:
  explicit Threads(std::size_t limit) : limit_(limit) {}
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  /// Ends what still runs. It may be a thread of the program that holds the last reference to what holds this.
  ~Threads() { end(); }

  /// Starts a thread in `wasi_thread_start(id, argument)` of another instance of the module of `instance`, made from the same imports. Gives its id, which is
  /// above 0, or nothing: there are too many threads, the program is ending, the module has no such function, or it imports what belongs to a single store.
  std::optional<std::int32_t> spawn(Instance& instance, std::int32_t argument);

  /// Runs the program's first thread and ends all others after it. The result is that of whichever ended the program.
  template <class Run> Result<void> run(Store& first, Run&& run) {
    begin(first);
    std::optional<Result<void>> result;
    try {
      result.emplace(run());
    } catch (...) {
      leave(first);
      throw;
    }
    if (std::optional<Error> ended = leave(first)) return std::move(*ended);
    return std::move(*result);
  }

 private:
  static constexpr std::int32_t largest_id = 0x1FFFFFFF;  // wasi-threads reserves the upper bits

  /// A thread that has not ended, or that its spawner is making.
  struct Running {
    std::int32_t id;
    Store* store;
    std::thread thread = {};
  };

  void begin(Store& first);
  /// Ends the other threads; why the program has ended, if one of them has ended it.
  std::optional<Error> leave(Store& first);
  void end();

  /// The life of a thread.
  void live(const Store& store, TypedFunction<void(std::int32_t, std::int32_t)> start, std::int32_t id, std::int32_t argument);
  /// Takes down how the program has ended, unless it has already, and interrupts everything.
  void end_program(std::optional<Error> error, std::exception_ptr exception);
  void remove(const Store& store);

  std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Store*> firsts_;          ///< stores in `run`; more than one if an embedder's own threads share the state
  std::vector<Running> running_;
  std::vector<std::thread> finished_;   ///< to be joined
  std::int32_t last_id_ = 0;
  bool ending_ = false;
  bool stopped_firsts_ = false;         ///< it is we who interrupted them
  std::optional<Error> error_;          ///< why a thread ended the program, as the next
  std::exception_ptr exception_;
};

#if !defined(WASMER_COMPILED)

WASMER_ONCE std::optional<std::int32_t> Threads::spawn(Instance& instance, std::int32_t argument) {
  const auto store = std::make_shared<Store>();
  std::vector<std::thread> finished;
  std::int32_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
    if (!ending_ && running_.size() < limit_) {
      const auto is_used = [&](const Running& each) { return each.id == last_id_; };
      do last_id_ = last_id_ == largest_id ? 1 : last_id_ + 1;
      while (std::ranges::any_of(running_, is_used));
      id = last_id_;
      running_.push_back({id, store.get()});
    }
  }
  for (std::thread& thread : finished) thread.join();
  if (id == 0) return std::nullopt;

  // The module's start function runs here, on the spawner's thread; what interrupts the program finds the store among the running ones.
  const auto start = [&]() -> Result<TypedFunction<void(std::int32_t, std::int32_t)>> {
    if (instance.imports().size() != instance.module().imports.size()) return Error(ErrorId::incompatible_import_type);  // no memory to share
    WASMER_TRY(Instance* const made, vm::Instantiation::run(*store, instance.shared_code(), instance.imports()));
    return made->function<void(std::int32_t, std::int32_t)>("wasi_thread_start");
  }();
  if (start) {
    const std::lock_guard lock(mutex_);
    if (!ending_) {
      const auto entry = std::ranges::find(running_, store.get(), &Running::store);
      try {
        entry->thread = std::thread([this, store, function = start.assume_value(), id, argument] { live(*store, function, id, argument); });
        return id;
      } catch (const std::system_error&) {  // the system has no more threads
      }
    }
  }
  remove(*store);
  return std::nullopt;
}

WASMER_ONCE void Threads::live(const Store& store, TypedFunction<void(std::int32_t, std::int32_t)> start, std::int32_t id, std::int32_t argument) {
  try {
    const Result<void> returned = start(id, argument);
    if (!returned && returned.assume_error().id() != ErrorId::interrupted) end_program(returned.assume_error(), nullptr);
  } catch (...) {
    end_program(std::nullopt, std::current_exception());
  }
  remove(store);
  // The store is let go of by the thread's function, after this: with it the last reference to the State may go, and to this.
}

WASMER_ONCE void Threads::remove(const Store& store) {
  const std::lock_guard lock(mutex_);
  const auto entry = std::ranges::find(running_, &store, &Running::store);
  if (entry->thread.joinable()) finished_.push_back(std::move(entry->thread));
  running_.erase(entry);
  changed_.notify_all();
}

WASMER_ONCE void Threads::end_program(std::optional<Error> error, std::exception_ptr exception) {
  const std::lock_guard lock(mutex_);
  if (ending_) return;
  ending_ = true;
  error_ = std::move(error);
  exception_ = std::move(exception);
  for (const Running& each : running_) each.store->interrupt();
  stopped_firsts_ = !firsts_.empty();
  for (Store* const first : firsts_) first->interrupt();
}

WASMER_ONCE void Threads::begin(Store& first) {
  const std::lock_guard lock(mutex_);
  if (firsts_.empty()) ending_ = stopped_firsts_ = false, error_.reset(), exception_ = nullptr;
  firsts_.push_back(&first);
}

WASMER_ONCE std::optional<Error> Threads::leave(Store& first) {
  bool is_last = false;
  {
    const std::lock_guard lock(mutex_);
    std::erase(firsts_, &first);
    if (stopped_firsts_) first.resume();
    is_last = firsts_.empty();
  }
  if (is_last) end();
  const std::lock_guard lock(mutex_);
  if (exception_ != nullptr) std::rethrow_exception(exception_);
  return error_;
}

WASMER_ONCE void Threads::end() {
  std::vector<std::thread> finished;
  {
    std::unique_lock lock(mutex_);
    ending_ = true;
    for (const Running& each : running_) each.store->interrupt();
    changed_.wait(lock, [&] { return running_.empty(); });
    finished.swap(finished_);
  }
  for (std::thread& thread : finished) {
    if (thread.get_id() == std::this_thread::get_id()) thread.detach();
    else thread.join();
  }
}

#endif

}  // namespace wasmer::wasi
