#include "status.h"

#include <algorithm>
#include <cstring>

namespace et {
namespace {
// A fixed buffer: telling of an error must not need memory.
thread_local char current_error[512];
}

int set_last_error(int code, char const* message) noexcept {
    std::strncpy(current_error, message, sizeof(current_error) - 1);
    return code;
}

char const* last_error() noexcept { return current_error; }

void copy_text(char* to, int capacity, std::string const& from) noexcept {
    if (capacity <= 0) return;
    auto size = std::min(from.size(), static_cast<std::size_t>(capacity - 1));
    while (size < from.size() && size > 0 && (static_cast<unsigned char>(from[size]) & 0xC0) == 0x80) --size;
    std::memcpy(to, from.data(), size);
    to[size] = 0;
}

}
