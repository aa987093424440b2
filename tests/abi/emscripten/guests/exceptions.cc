// C++ exceptions: by type, by base, thrown on, through destructors, in flight together, and of types that have nothing to do with classes.
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Base {
  virtual ~Base() { std::printf("~Base\n"); }
  virtual const char* name() const { return "Base"; }
};
struct Other {
  virtual ~Other() = default;
  int number = 5;
};
struct Derived : Other, Base {
  const char* name() const override { return "Derived"; }
};
struct Guard {
  explicit Guard(const char* what) : text(what) {}
  ~Guard() { std::printf("leaving %s, %d in flight\n", text, std::uncaught_exceptions()); }
  const char* text;
};

void fail(int how) {
  const Guard guard("fail");
  switch (how) {
    case 0: throw 42;
    case 1: throw "text";
    case 2: throw std::runtime_error("runtime");
    case 3: throw Derived();
    case 4: throw std::string("string");
    case 5: (void)std::vector<int>(3).at(9); break;
    case 6: throw 2.5f;
    default: std::printf("nothing thrown\n");
  }
}

void middle(int how) {
  const Guard guard("middle");
  try {
    fail(how);
  } catch (const std::string& text) {
    std::printf("middle caught %s\n", text.c_str());
    throw;
  } catch (int number) {
    std::printf("middle caught %d\n", number);
    throw std::logic_error("another");
  }
}

}  // namespace

int main() {
  for (int how = 0; how < 8; ++how) {
    try {
      middle(how);
    } catch (const std::logic_error& error) {
      std::printf("logic_error\n");
      (void)error;
    } catch (const std::exception& error) {
      std::printf("exception %s\n", error.what());
    } catch (const Base& base) {
      std::printf("Base that is %s\n", base.name());
    } catch (const char* text) {
      std::printf("text %s\n", text);
    } catch (const std::string& text) {
      std::printf("string %s\n", text.c_str());
    } catch (...) {
      std::printf("something\n");
      try {
        throw;
      } catch (float number) {
        std::printf("float %g\n", static_cast<double>(number));
      }
    }
  }
  std::exception_ptr kept;
  try {
    throw std::runtime_error("kept");
  } catch (...) {
    kept = std::current_exception();
  }
  try {
    std::rethrow_exception(kept);
  } catch (const std::runtime_error& error) {
    std::printf("again %s\n", error.what());
  }
  for (int i = 0; i < 1000; ++i) {
    try {
      throw i;
    } catch (int number) {
      if (number != i) return 1;
    }
  }
  std::printf("in flight %d\n", std::uncaught_exceptions());
}
