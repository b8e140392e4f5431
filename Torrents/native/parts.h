// How much of something is here, told in equal parts of it.
#pragma once
#include <cstdint>
#include <vector>

namespace et {

constexpr int max_parts = 4096;

class part_counter {
public:
    // 1 <= count <= length.
    part_counter(std::int64_t length, int count) : length_(length), counts_(static_cast<std::size_t>(count)) {}

    // [from, to) of the length is here; said once of each.
    void add(std::int64_t from, std::int64_t to) {
        while (from < to) {
            // The last part that begins at or before `from`.
            auto const part = ((from + 1) * count() - 1) / length_;
            auto const end = start(part + 1) < to ? start(part + 1) : to;
            counts_[static_cast<std::size_t>(part)] += end - from;
            from = end;
        }
    }

    // 0: none of a part; 255: all of it. Nothing between is either.
    void write(std::uint8_t* to) const {
        for (std::int64_t part = 0; part < count(); ++part) {
            auto const here = counts_[static_cast<std::size_t>(part)];
            auto const all = start(part + 1) - start(part);
            *to++ = static_cast<std::uint8_t>(here >= all ? 255 : here == 0 ? 0 : 1 + here * 253 / all);
        }
    }

private:
    std::int64_t count() const { return static_cast<std::int64_t>(counts_.size()); }
    // No overflow: lengths are below 2^50, counts below 2^13.
    std::int64_t start(std::int64_t part) const { return length_ * part / count(); }

    std::int64_t const length_;
    std::vector<std::int64_t> counts_;
};

}
