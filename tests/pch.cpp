// Exists so that tests/pch.hpp is compiled once.
