namespace EventTorrent.Contracts;

/// <summary>
/// A strict cursor over bencoded bytes (BEP 3). It allocates nothing, never recurses, and answers false for everything
/// that is not well-formed: numbers with leading zeros, strings longer than what is left, keys that are no strings.
/// </summary>
internal ref struct BencodeReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Deepest nesting that is skipped; real torrents stay under 20, even as a v2 file tree.</summary>
    public const int MaxDepth = 64;

    private const byte End = (byte)'e';
    private const byte Dictionary = (byte)'d';
    private const byte List = (byte)'l';
    private const byte Number = (byte)'i';

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; private set; }

    private readonly byte Next => Position < _bytes.Length ? _bytes[Position] : (byte)0;

    public bool TryEnterDictionary() => TryTake(Dictionary);

    public bool TryEnterList() => TryTake(List);

    /// <summary>Leaves the dictionary or list when nothing is left in it.</summary>
    public bool TryLeave() => TryTake(End);

    public bool TryReadString(out ReadOnlySpan<byte> value)
    {
        value = default;
        var colon = _bytes[Position..Math.Min(_bytes.Length, Position + 10)].IndexOf((byte)':');
        if (colon <= 0 || !TryReadDigits(_bytes.Slice(Position, colon), out var length) || length > _bytes.Length - Position - colon - 1)
        {
            return false;
        }

        value = _bytes.Slice(Position + colon + 1, (int)length);
        Position += colon + 1 + (int)length;
        return true;
    }

    public bool TryReadInteger(out long value)
    {
        value = 0;
        if (Next != Number)
        {
            return false;
        }

        // "i", a sign and 19 digits, "e"
        var end = _bytes[Position..Math.Min(_bytes.Length, Position + 22)].IndexOf(End);
        if (end < 2)
        {
            return false;
        }

        var text = _bytes.Slice(Position + 1, end - 1);
        var negative = text[0] == (byte)'-';
        if (!TryReadDigits(negative ? text[1..] : text, out value) || (negative && value == 0))
        {
            return false;
        }

        value = negative ? -value : value;
        Position += end + 1;
        return true;
    }

    /// <summary>Goes past one value of any kind.</summary>
    public bool TrySkip()
    {
        // Bit d says whether the container at depth d is a dictionary, and whether its next element is a key.
        ulong isDictionary = 0, isKey = 0;
        var depth = 0;
        do
        {
            var bit = 1UL << (depth & 63);
            if (depth > 0 && Next == End)
            {
                // A dictionary may not end between a key and its value.
                if ((isDictionary & bit) != 0 && (isKey & bit) == 0)
                {
                    return false;
                }

                Position++;
                depth--;
                continue;
            }

            var mustBeKey = depth > 0 && (isDictionary & bit) != 0 && (isKey & bit) != 0;
            if (depth > 0)
            {
                isKey ^= bit;
            }

            switch (Next)
            {
                case Dictionary or List when !mustBeKey:
                    if (++depth == MaxDepth)
                    {
                        return false;
                    }

                    bit = 1UL << depth;
                    isDictionary = Next == Dictionary ? isDictionary | bit : isDictionary & ~bit;
                    isKey |= bit;
                    Position++;
                    break;
                case Number when !mustBeKey:
                    if (!TryReadInteger(out _))
                    {
                        return false;
                    }

                    break;
                default:
                    if (!TryReadString(out _))
                    {
                        return false;
                    }

                    break;
            }
        }
        while (depth > 0);

        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty || (digits.Length > 1 && digits[0] == (byte)'0'))
        {
            return false;
        }

        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9' || value > (long.MaxValue - 9) / 10)
            {
                return false;
            }

            value = value * 10 + (digit - '0');
        }

        return true;
    }

    private bool TryTake(byte expected)
    {
        if (Next != expected)
        {
            return false;
        }

        Position++;
        return true;
    }
}
