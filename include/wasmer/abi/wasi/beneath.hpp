#pragma once
/// \file
/// The sandbox: opening a path so that it never leads out of a directory, whatever `..`, symbolic links and other processes do meanwhile.

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <wasmer/abi/wasi/descriptor.hpp>
#include <wasmer/abi/wasi/errno.hpp>
#include <wasmer/abi/wasi/path.hpp>

namespace wasmer::wasi {

/// Who resolves paths: the kernel (openat2, Linux 5.6), or we, component by component, where it cannot.
enum class Resolution : std::uint8_t { kernel, walk };

namespace beneath {

inline int openat2(int root, const char* path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, root, path, &how, sizeof(how)));
}

/// Opens by one component at a time. No symbolic link is ever followed by the kernel, and `..` goes back to a directory that was come through,
/// so there is no moment at which a changed directory tree could lead outside.
class Walk {
 public:
  Walk(int root, const char* path) : root_(root), rest_(path) {}

  Expected<Descriptor> open(int flags, mode_t mode) {
    for (;;) {
      const Component component = take_component(rest_);
      if (component.name == "..") {
        if (passed_.empty()) return Errno::perm;
        passed_.pop_back();
      }
      if (component.name == "." || component.name == "..") {
        if (component.last) return open_here(flags);
      } else if (component.last && !component.slash) {
        const bool follow = (flags & O_NOFOLLOW) == 0 && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
        if (follow) {
          WASMER_TRY(const bool link, expand(component));
          if (link) continue;
        }
        Descriptor opened(retried([&] { return ::openat(here(), component.name.c_str(), flags | O_NOFOLLOW, mode); }));
        if (!opened && (errno != ELOOP || !follow)) return last_errno();
        if (opened) {
          if (!follow || (flags & O_PATH) == 0) return opened;
          WASMER_TRY(const bool link, is_link(opened));
          if (!link) return opened;
        }
        // Another process made it a link in between: look again. (O_PATH opens a link itself.)
        if (++links_ > max_links) return Errno::loop;
        rest_ = component.name;
      } else {
        if (component.last && (flags & O_CREAT) != 0) return Errno::isdir;
        const int opened = retried([&] { return ::openat(here(), component.name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); });
        if (opened >= 0) {
          passed_.emplace_back(opened);
          if (passed_.size() > max_depth) return Errno::nametoolong;
          if (component.last) return open_here(flags);
        } else {
          if (errno != ENOTDIR) return last_errno();
          WASMER_TRY(const bool link, expand(component));
          if (!link) return Errno::notdir;
        }
      }
    }
  }

 private:
  static constexpr int max_links = 40;             // as Linux
  static constexpr std::size_t max_depth = 256;    // each level holds a descriptor open

  static Expected<bool> is_link(const Descriptor& descriptor) {
    struct stat host;
    WASMER_CHECK(done(::fstat(descriptor.number(), &host)));
    return S_ISLNK(host.st_mode);
  }

  int here() const { return passed_.empty() ? root_ : passed_.back().number(); }

  /// If the component is a symbolic link, puts what it says before the rest of the path.
  Expected<bool> expand(const Component& component) {
    char target[Path::limit];
    const ssize_t size = ::readlinkat(here(), component.name.c_str(), target, sizeof(target));
    if (size < 0) {
      if (errno == EINVAL || errno == ENOENT) return false;
      return last_errno();
    }
    if (size == 0) return Errno::noent;
    if (static_cast<std::size_t>(size) == sizeof(target)) return Errno::nametoolong;
    if (target[0] == '/') return Errno::perm;
    if (++links_ > max_links) return Errno::loop;
    std::string path(target, static_cast<std::size_t>(size));
    if (component.slash) path += '/';
    rest_.insert(0, path);
    return true;
  }

  Expected<Descriptor> open_here(int flags) const {
    if ((flags & O_CREAT) != 0) return (flags & O_EXCL) != 0 ? Errno::exist : Errno::isdir;
    const int opened = retried([&] { return ::openat(here(), ".", flags); });
    if (opened < 0) return last_errno();
    return Descriptor(opened);
  }

  int root_;
  std::string rest_;
  std::vector<Descriptor> passed_;  // from the root down to here; the root itself is not among them
  int links_ = 0;
};

}  // namespace beneath

/// The kernel's resolution if this kernel, and what filters its calls, has it. Asked once.
inline Resolution best_resolution() {
  static const Resolution best = [] {
    const Descriptor probe(beneath::openat2(AT_FDCWD, ".", O_PATH | O_CLOEXEC, 0));
    return probe ? Resolution::kernel : Resolution::walk;
  }();
  return best;
}

/// Opens `path`, which must stay beneath the directory `root`: perm if it would not. O_NOFOLLOW concerns the last component alone, as ever.
inline Expected<Descriptor> open_beneath(Resolution resolution, int root, const char* path, int flags, mode_t mode = 0) {
  flags |= O_CLOEXEC | ((flags & O_PATH) != 0 ? 0 : O_NOCTTY);
  if (resolution == Resolution::kernel) {
    // EAGAIN: somewhere in the system something was renamed while `..` was resolved, and the kernel cannot tell whether it mattered.
    for (int attempt = 0; attempt < 64; ++attempt) {
      const int opened = beneath::openat2(root, path, flags, mode);
      if (opened >= 0) return Descriptor(opened);
      if (errno == EXDEV) return Errno::perm;
      if (errno != EAGAIN && errno != EINTR) return last_errno();
    }
  }
  return beneath::Walk(root, path).open(flags, mode);
}

}  // namespace wasmer::wasi
