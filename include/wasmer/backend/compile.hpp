#pragma once
/// \file
/// Compiles a module's bodies with any backend, in batches that threads share.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/backend/backend.hpp>
#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/support/thread_pool.hpp>
#include <wasmer/vm/image.hpp>
#include <wasmer/vm/object.hpp>
#include <wasmer/wasm/features.hpp>

namespace wasmer {

/// For those who do not want to hear how far a compilation is.
struct NoProgress {
  void operator()(std::size_t, std::size_t) const {}
};

/// Batches of one module's bodies, given out to threads one after the other.
template <Backend B> class BodyCompilation {
 public:
  BodyCompilation(const B& backend, const Module& module, Features features, support::ThreadPool& threads)
      : backend_(backend), module_(module), features_(features), threads_(threads),
        part_size_(std::max<std::size_t>(1, backend.part_size(module, threads.threads()))),
        image_(module.code_bytes() * usual_growth), waiting_((module.bodies.size() + part_size_ - 1) / part_size_), first_bad_(waiting_.size()) {}

  /// The code of all bodies in their order, or the error of the first body that has one, whatever the number of threads.
  /// `progress(done, total)`, in bodies, is called on this thread alone.
  template <class Progress> Result<vm::Image> run(Progress&& progress);

 private:
  template <class Progress> void work(Progress& progress);

  static constexpr std::size_t usual_growth = 4;  ///< bytes of machine code for one of WebAssembly, seldom more

  /// Puts a part into the image, in its turn: at once, or behind those before it. Gives back memory for code, if there is some.
  std::vector<std::byte> place(std::size_t part, vm::Object object) {
    const std::lock_guard lock(mutex_);
    waiting_[part] = std::move(object);
    std::vector<std::byte> memory;
    for (; placed_ < waiting_.size() && waiting_[placed_]; ++placed_) {
      Result<void> appended = image_.append(*waiting_[placed_]);
      if (!appended.has_value()) return fail_locked(placed_, std::move(appended).assume_error()), memory;
      memory = std::move(waiting_[placed_]->code);
    }
    return memory;
  }

  void fail(std::size_t part, Error error) {
    const std::lock_guard lock(mutex_);
    fail_locked(part, std::move(error));
  }
  void fail_locked(std::size_t part, Error error) {
    if (part >= first_bad_.load(std::memory_order_relaxed)) return;
    error_ = std::move(error);
    first_bad_.store(part, std::memory_order_relaxed);
  }

  const B& backend_;
  const Module& module_;
  Features features_;
  support::ThreadPool& threads_;
  std::size_t part_size_;
  vm::Image image_;
  std::vector<std::optional<vm::Object>> waiting_;  ///< by part: compiled, and behind one that is not
  std::size_t placed_ = 0;                          ///< parts that are in the image
  std::atomic<std::size_t> next_{0}, done_{0}, first_bad_;
  std::mutex mutex_;
  Error error_;
};

template <Backend B> template <class Progress> Result<vm::Image> BodyCompilation<B>::run(Progress&& progress) {
  NoProgress none;
  if (!waiting_.empty()) threads_.run(waiting_.size() - 1, [&] { work(none); }, [&] { work(progress); });
  if (first_bad_ < waiting_.size()) return std::move(error_);
  return std::move(image_);
}

template <Backend B> template <class Progress> void BodyCompilation<B>::work(Progress& progress) {
  std::size_t part = waiting_.size();
  if (next_.load(std::memory_order_relaxed) >= part) return;  // help that comes when all is done
  try {
    auto compiler = backend_.compiler(module_, features_);
    // Parts before a bad one are all done, so that the first error does not depend on who was faster.
    while ((part = next_.fetch_add(1, std::memory_order_relaxed)) < first_bad_.load(std::memory_order_relaxed)) {
      const std::size_t begin = part * part_size_, count = std::min(part_size_, module_.bodies.size() - begin);
      Result<vm::Object> object = compiler.compile(std::span(module_.bodies).subspan(begin, count));
      if (!object.has_value()) fail(part, std::move(object).assume_error());
      else compiler.reuse(place(part, std::move(object).assume_value()));
      progress(done_.fetch_add(count, std::memory_order_relaxed) + count, module_.bodies.size());
    }
  } catch (const std::bad_alloc&) {
    fail(std::min(part, waiting_.size() - 1), Error(ErrorId::out_of_memory));
  }
}

}  // namespace wasmer
