using System.Buffers.Text;
using System.Collections;
using System.Text;

namespace EventTorrent.TestKit;

/// <summary>
/// Bencoding (BEP 3) of plain objects: long, byte[], List of object, and SortedDictionary of string to object. Strings
/// are read as bytes; the encoder also takes string (UTF-8) and int.
/// </summary>
public static class Bencode
{
    private const int MaxDepth = 32;

    /// <summary>Encodes; keys come out sorted by their bytes, as BEP 3 asks.</summary>
    public static byte[] Encode(object value)
    {
        using var stream = new MemoryStream();
        Write(stream, value);
        return stream.ToArray();
    }

    /// <summary>Reads one value.</summary>
    /// <param name="consumed">Number of bytes that the value takes.</param>
    /// <exception cref="FormatException">The bytes are not bencoded.</exception>
    public static object Decode(ReadOnlySpan<byte> bytes, out int consumed)
    {
        var at = 0;
        var value = Read(bytes, ref at, 0);
        consumed = at;
        return value;
    }

    /// <summary>Reads one dictionary.</summary>
    /// <exception cref="FormatException">The bytes are something else.</exception>
    public static SortedDictionary<string, object> DecodeDictionary(ReadOnlySpan<byte> bytes, out int consumed) =>
        Decode(bytes, out consumed) as SortedDictionary<string, object> ?? throw new FormatException("Not a bencoded dictionary.");

    private static void Write(Stream stream, object value)
    {
        switch (value)
        {
            case byte[] bytes:
                stream.Write(Encoding.ASCII.GetBytes($"{bytes.Length}:"));
                stream.Write(bytes);
                break;
            case string text:
                Write(stream, Encoding.UTF8.GetBytes(text));
                break;
            case int or long:
                stream.Write(Encoding.ASCII.GetBytes($"i{value}e"));
                break;
            case IDictionary<string, object> dictionary:
                stream.WriteByte((byte)'d');
                foreach (var (key, item) in dictionary.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    Write(stream, key);
                    Write(stream, item);
                }

                stream.WriteByte((byte)'e');
                break;
            case IEnumerable list:
                stream.WriteByte((byte)'l');
                foreach (var item in list)
                {
                    Write(stream, item);
                }

                stream.WriteByte((byte)'e');
                break;
            default:
                throw new ArgumentException($"{value.GetType()} has no bencoding.", nameof(value));
        }
    }

    private static object Read(ReadOnlySpan<byte> bytes, ref int at, int depth)
    {
        if (depth > MaxDepth || at >= bytes.Length)
        {
            throw new FormatException("Bencoding is cut off or nested too deep.");
        }

        switch (bytes[at])
        {
            case (byte)'i':
                at++;
                return ReadNumber(bytes, ref at, 'e');
            case (byte)'l':
                at++;
                var list = new List<object>();
                while (!TakeEnd(bytes, ref at))
                {
                    list.Add(Read(bytes, ref at, depth + 1));
                }

                return list;
            case (byte)'d':
                at++;
                var dictionary = new SortedDictionary<string, object>(StringComparer.Ordinal);
                while (!TakeEnd(bytes, ref at))
                {
                    var key = Encoding.Latin1.GetString(ReadBytes(bytes, ref at));
                    dictionary[key] = Read(bytes, ref at, depth + 1);
                }

                return dictionary;
            default:
                return ReadBytes(bytes, ref at);
        }
    }

    private static bool TakeEnd(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (at < bytes.Length && bytes[at] == (byte)'e')
        {
            at++;
            return true;
        }

        return false;
    }

    private static byte[] ReadBytes(ReadOnlySpan<byte> bytes, ref int at)
    {
        var length = ReadNumber(bytes, ref at, ':');
        if (length < 0 || length > bytes.Length - at)
        {
            throw new FormatException("A bencoded string is longer than what holds it.");
        }

        var value = bytes.Slice(at, (int)length).ToArray();
        at += (int)length;
        return value;
    }

    private static long ReadNumber(ReadOnlySpan<byte> bytes, ref int at, char end)
    {
        if (at < bytes.Length && Utf8Parser.TryParse(bytes[at..], out long number, out var digits)
            && at + digits < bytes.Length && bytes[at + digits] == end)
        {
            at += digits + 1;
            return number;
        }

        throw new FormatException("A bencoded number is malformed.");
    }
}
