#pragma once
// Catch2 2 (Debian 12) and 3 differ only in the header's name here.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
