#pragma once
/// \file
/// Compiles a module's bodies with any backend, in batches that threads share.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/backend/backend.hpp>
#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/support/thread_pool.hpp>
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
        objects_((module.bodies.size() + part_size_ - 1) / part_size_), first_bad_(objects_.size()) {}

  /// All objects in the order of the bodies, or the error of the first body that has one, whatever the number of threads.
  /// `progress(done, total)`, in bodies, is called on this thread alone.
  template <class Progress> Result<std::vector<vm::Object>> run(Progress&& progress);

 private:
  template <class Progress> void work(Progress& progress);

  void fail(std::size_t part, Error error) {
    const std::lock_guard lock(mutex_);
    if (part >= first_bad_.load(std::memory_order_relaxed)) return;
    error_ = std::move(error);
    first_bad_.store(part, std::memory_order_relaxed);
  }

  const B& backend_;
  const Module& module_;
  Features features_;
  support::ThreadPool& threads_;
  std::size_t part_size_;
  std::vector<vm::Object> objects_;
  std::atomic<std::size_t> next_{0}, done_{0}, first_bad_;
  std::mutex mutex_;
  Error error_;
};

template <Backend B> template <class Progress> Result<std::vector<vm::Object>> BodyCompilation<B>::run(Progress&& progress) {
  NoProgress none;
  if (!objects_.empty()) threads_.run(objects_.size() - 1, [&] { work(none); }, [&] { work(progress); });
  if (first_bad_ < objects_.size()) return std::move(error_);
  return std::move(objects_);
}

template <Backend B> template <class Progress> void BodyCompilation<B>::work(Progress& progress) {
  std::size_t part = objects_.size();
  if (next_.load(std::memory_order_relaxed) >= part) return;  // help that comes when all is done
  try {
    auto compiler = backend_.compiler(module_, features_);
    // Parts before a bad one are all done, so that the first error does not depend on who was faster.
    while ((part = next_.fetch_add(1, std::memory_order_relaxed)) < first_bad_.load(std::memory_order_relaxed)) {
      const std::size_t begin = part * part_size_, count = std::min(part_size_, module_.bodies.size() - begin);
      Result<vm::Object> object = compiler.compile(std::span(module_.bodies).subspan(begin, count));
      if (!object.has_value()) fail(part, std::move(object).assume_error());
      else objects_[part] = std::move(object).assume_value();
      progress(done_.fetch_add(count, std::memory_order_relaxed) + count, module_.bodies.size());
    }
  } catch (const std::bad_alloc&) {
    fail(std::min(part, objects_.size() - 1), Error(ErrorId::out_of_memory));
  }
}

}  // namespace wasmer
