using System.Buffers.Binary;
using System.Text;

namespace EventTorrent.Media.Containers.Flv;

/// <summary>Reads values of the Action Message Format 0 (AMF0 specification, 2.1), as FLV metadata has them.</summary>
internal ref struct Amf0Reader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 8;

    private ReadOnlySpan<byte> _rest = bytes;

    private enum Marker : byte
    {
        Number = 0, Boolean = 1, String = 2, Object = 3, Null = 5, Undefined = 6, Reference = 7, EcmaArray = 8, ObjectEnd = 9,
        StrictArray = 10, Date = 11, LongString = 12,
    }

    public bool TryReadString(out string text)
    {
        text = "";
        return TryReadMarker(Marker.String) && TryReadName(out text);
    }

    public bool TryReadNumber(out double number)
    {
        number = 0;
        if (!TryReadMarker(Marker.Number) || _rest.Length < 8)
            return false;

        number = BinaryPrimitives.ReadDoubleBigEndian(_rest);
        _rest = _rest[8..];
        return true;
    }

    /// <summary>Enters an object or an associative array: names and values follow, until <see cref="TryReadNextName"/> ends.</summary>
    public bool TryEnterObject()
    {
        if (TryReadMarker(Marker.Object))
            return true;
        return TryReadMarker(Marker.EcmaArray) && TrySkip(4);
    }

    /// <returns>False at the object's end, which is then passed.</returns>
    public bool TryReadNextName(out string name)
    {
        if (!TryReadName(out name))
            return false;
        return !(name.Length == 0 && TryReadMarker(Marker.ObjectEnd));
    }

    /// <summary>An array of numbers; the count that it claims is not believed.</summary>
    public bool TryReadNumbers(out List<double> numbers)
    {
        numbers = [];
        if (!TryReadMarker(Marker.StrictArray) || _rest.Length < 4)
            return false;

        var count = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        _rest = _rest[4..];
        while (numbers.Count < count && TryReadNumber(out var number))
            numbers.Add(number);
        return numbers.Count == count;
    }

    /// <summary>Passes a value of any kind.</summary>
    public bool TrySkipValue(int depth = 0)
    {
        if (_rest.IsEmpty || depth > MaxDepth)
            return false;

        var marker = (Marker)_rest[0];
        if (marker is Marker.Object or Marker.EcmaArray)
        {
            if (!TryEnterObject())
                return false;
            while (TryReadNextName(out _))
            {
                if (!TrySkipValue(depth + 1))
                    return false;
            }

            return true;
        }

        _rest = _rest[1..];
        return marker switch
        {
            Marker.Number => TrySkip(8),
            Marker.Boolean => TrySkip(1),
            Marker.String => TryReadName(out _),
            Marker.Null or Marker.Undefined => true,
            Marker.Reference => TrySkip(2),
            Marker.Date => TrySkip(10),
            Marker.LongString => _rest.Length >= 4 && TrySkip(4 + (long)BinaryPrimitives.ReadUInt32BigEndian(_rest)),
            Marker.StrictArray => TrySkipArray(depth),
            _ => false,
        };
    }

    private bool TrySkipArray(int depth)
    {
        if (_rest.Length < 4)
            return false;

        var count = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        _rest = _rest[4..];
        for (var i = 0u; i < count; i++)
        {
            if (!TrySkipValue(depth + 1))
                return false;
        }

        return true;
    }

    private bool TryReadMarker(Marker marker)
    {
        if (_rest.IsEmpty || (Marker)_rest[0] != marker)
            return false;

        _rest = _rest[1..];
        return true;
    }

    private bool TryReadName(out string text)
    {
        text = "";
        if (_rest.Length < 2)
            return false;

        var length = BinaryPrimitives.ReadUInt16BigEndian(_rest);
        if (_rest.Length < 2 + length)
            return false;

        text = Encoding.UTF8.GetString(_rest.Slice(2, length));
        _rest = _rest[(2 + length)..];
        return true;
    }

    private bool TrySkip(long count)
    {
        if (_rest.Length < count)
            return false;

        _rest = _rest[(int)count..];
        return true;
    }
}
